namespace TorchRf.Ica;

/// <summary>
/// The FastICA fixed point: w &lt;- E[z g(w.z)] - E[g'(w.z)] w on whitened examples z, then orthogonal again (Hyvärinen, IEEE Trans. Neural
/// Networks 10(3), 1999): all components at once by symmetric decorrelation, or one by one by deflation.
/// </summary>
public static class FastIca
{
    /// <summary>Looks for independent components.</summary>
    /// <param name="x">Examples, shape (examples, N), Float32 or Float64.</param>
    /// <param name="components">How many, up to the rank of the examples' covariance; as many as that without.</param>
    /// <param name="generator">Where the search starts, a random rotation; on the device of the examples.</param>
    /// <param name="options">How to look; the defaults without.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the search after a step.</param>
    /// <returns>The components, converged or not: the solution says which. Its bits do not depend on the number of threads.</returns>
    /// <exception cref="ArgumentException">The examples are not a matrix of finite numbers, or do not vary.</exception>
    /// <exception cref="InvalidSettingException">More components than the examples have independent directions, or an option out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IcaSolution Fit(Tensor x, int? components, Generator generator, IcaOptions? options = null,
        IProgress<IcaStep>? progress = null, CancellationToken cancellation = default)
    {
        (options ?? new IcaOptions()).Validate();
        using var whitening = Whitening.Of(x, components);
        return Fit(whitening, x, generator, options, progress, cancellation);
    }

    /// <summary>Looks for independent components of examples whose whitening is known.</summary>
    /// <param name="whitening">That of these examples; as many components are found as it keeps.</param>
    /// <param name="x">Examples, shape (examples, N), Float32 or Float64.</param>
    /// <param name="generator">Where the search starts, a random rotation; on the device of the examples.</param>
    /// <param name="options">How to look; the defaults without.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the search after a step.</param>
    /// <returns>The components, converged or not: the solution says which.</returns>
    /// <exception cref="InvalidSettingException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IcaSolution Fit(Whitening whitening, Tensor x, Generator generator, IcaOptions? options = null,
        IProgress<IcaStep>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new IcaOptions();
        options.Validate();
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var z = whitening.Apply(x);
        var examples = new WhitenedExamples(z);
        var start = Orthogonal.Random(whitening.Components, generator);
        var (w, iterations, change) = (options.Algorithm, RowMoments.IsFor(z, options.Contrast)) switch
        {
            (IcaAlgorithm.Deflation, _) => Deflation(examples, start, options, progress, cancellation),
            (_, true) => ByRows(z, start, options, progress, cancellation),
            _ => Parallel(w => examples.Moments(options.Contrast, w), start, options, progress, cancellation),
        };
        return IcaSolution.Of(w, whitening, examples, options, iterations, change).Solution.InOuterScope();
    }

    private static (Tensor W, int Iterations, double Change) ByRows(
        Tensor z, Tensor start, IcaOptions options, IProgress<IcaStep>? progress, CancellationToken cancellation)
    {
        using var rows = new RowMoments(z, options.Contrast);
        return Parallel(rows.Of, start, options, progress, cancellation);
    }

    /// <summary>All components at once, from E[g(y) z^T] and E[g'(y)] of y = W z.</summary>
    internal static (Tensor W, int Iterations, double Change) Parallel(
        Func<Tensor, (Tensor, Tensor)> moments, Tensor start, IcaOptions options, IProgress<IcaStep>? progress, CancellationToken cancellation) =>
        Iterate(start, w => Orthogonal.Nearest(Step(moments(w), w)), (w, iteration, change) => new IcaStep(0, iteration, change, Orthogonal.Error(w)), options, progress, cancellation);

    private static (Tensor W, int Iterations, double Change) Deflation(
        WhitenedExamples examples, Tensor start, IcaOptions options, IProgress<IcaStep>? progress, CancellationToken cancellation)
    {
        var found = torch.zeros([0, start.shape[1]], ScalarType.Float64, start.device);
        var (most, largest) = (0, 0.0);
        for (int component = 0; component < start.shape[0]; component++)
        {
            int one = component;
            var (w, iterations, change) = Iterate(Beside(found, start.narrow(0, one, 1)), w => Beside(found, Step(examples.Moments(options.Contrast, w), w)),
                (w, iteration, change) => new IcaStep(one, iteration, change, Orthogonal.Error(torch.cat([found, w]))), options, progress, cancellation);
            found = torch.cat([found, w]);
            (most, largest) = (Math.Max(most, iterations), Math.Max(largest, change));
        }
        return (found, most, largest);
    }

    private static (Tensor W, int Iterations, double Change) Iterate(
        Tensor start, Func<Tensor, Tensor> next, Func<Tensor, int, double, IcaStep> said, IcaOptions options, IProgress<IcaStep>? progress, CancellationToken cancellation)
    {
        var (w, iteration, change) = (start, 0, double.PositiveInfinity);
        while (iteration < options.MaxIterations && change >= options.Tolerance)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            var turned = next(w);
            change = ((w * turned).sum(-1).abs() - 1).abs().max().item<double>();
            w = turned.MoveToOuterDisposeScope();
            iteration++;
            progress?.Report(said(w, iteration, change));
        }
        return (w, iteration, change);
    }

    private static Tensor Step((Tensor SlopeProducts, Tensor Curvatures) moments, Tensor w) =>
        moments.SlopeProducts - (moments.Curvatures.unsqueeze(1) * w);

    // What of a row is orthogonal to those found, at unit length. Twice, for the first time rounding leaves something over.
    private static Tensor Beside(Tensor found, Tensor row)
    {
        using var one = new OneThread(row.device);
        for (int i = 0; i < 2; i++)
        {
            row = row - row.mm(found.mT).mm(found);
            row = row / torch.linalg.norm(row);
        }
        return row;
    }
}

/// <summary>Matrices with orthonormal rows, in Float64.</summary>
internal static class Orthogonal
{
    // Of an eigenvalue relative to their sum: what lies below is rounding.
    private const double Smallest = 1e-24;

    /// <summary>A random orthogonal matrix, every one equally likely; Float64 on the generator's device.</summary>
    internal static Tensor Random(int components, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        return Nearest(torch.randn([components, components], ScalarType.Float64, generator.device, generator: generator)).MoveToOuterDisposeScope();
    }

    /// <summary>(W W^T)^(-1/2) W: symmetric decorrelation, which favours no row (Hyvärinen 1999, eq. 24).</summary>
    internal static Tensor Nearest(Tensor w)
    {
        using var one = new OneThread(w.device);
        using var scope = torch.NewDisposeScope();
        var scaled = w / torch.linalg.norm(w);
        var (values, vectors) = torch.linalg.eigh(scaled.mm(scaled.mT));
        var near = (vectors * values.clamp(min: Smallest).sqrt().reciprocal()).mm(vectors.mT).mm(scaled);
        // W W^T has the square of W's condition number; two Newton-Schulz steps win the lost digits back.
        for (int i = 0; i < 2; i++)
            near = (near * 1.5) - (near.mm(near.mT).mm(near) * 0.5);
        return near.MoveToOuterDisposeScope();
    }

    /// <summary>The largest element of |W W^T - 1|.</summary>
    internal static double Error(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return (w.mm(w.mT) - torch.eye(w.shape[0], dtype: w.dtype, device: w.device)).abs().max().item<double>();
    }
}
