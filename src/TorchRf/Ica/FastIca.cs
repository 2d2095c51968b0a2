namespace TorchRf.Ica;

/// <summary>
/// The FastICA fixed point: w &lt;- E[z g(w.z)] - E[g'(w.z)] w on whitened examples z, then orthogonal again (Hyvärinen, IEEE Trans. Neural
/// Networks 10(3), 1999): all components at once by symmetric decorrelation, or one by one by deflation.
/// </summary>
public static class FastIca
{
    /// <summary>Looks for independent components.</summary>
    /// <param name="x">Examples, shape (examples, N), Float32 or Float64.</param>
    /// <param name="components">How many, up to the rank of the examples' covariance; all N without.</param>
    /// <param name="generator">Where the search starts, a random rotation; on the device of the examples.</param>
    /// <param name="options">How to look; the defaults without.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the search after a step.</param>
    /// <returns>The components, converged or not: the solution says which.</returns>
    /// <exception cref="ArgumentException">The examples are not a matrix of finite numbers.</exception>
    /// <exception cref="InvalidSettingException">More components than the examples have independent directions, or an option out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IcaSolution Fit(Tensor x, int? components, Generator generator, IcaOptions? options = null,
        IProgress<IcaStep>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new IcaOptions();
        options.Validate();
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var whitening = Whitening.Of(x, components);
        var z = whitening.Apply(x);
        using var examples = new WhitenedExamples(z);
        var start = Orthogonal.Random(whitening.Components, generator);
        var (w, iterations, change) = (options.Algorithm, RowMoments.IsFor(z)) switch
        {
            (IcaAlgorithm.Deflation, _) => Deflation(examples, start, options, progress, cancellation),
            (_, true) => ByRows(z, start, options, progress, cancellation),
            _ => Parallel(w => examples.Moments(options.Contrast, w), start, options, progress, cancellation),
        };
        var solution = IcaSolution.Of(w, whitening, examples, options, iterations, change);
        solution.Unmixing.MoveToOuterDisposeScope();
        solution.Mixing.MoveToOuterDisposeScope();
        return solution;
    }

    private static (Tensor W, int Iterations, double Change) ByRows(
        Tensor z, Tensor start, IcaOptions options, IProgress<IcaStep>? progress, CancellationToken cancellation)
    {
        using var rows = new RowMoments(z, options.Contrast);
        return Parallel(rows.Of, start, options, progress, cancellation);
    }

    /// <summary>All components at once.</summary>
    /// <param name="moments">E[g(y) z^T] and E[g'(y)] of y = W z.</param>
    /// <param name="start">The first W.</param>
    /// <param name="options">When to end.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the search after a step.</param>
    internal static (Tensor W, int Iterations, double Change) Parallel(
        Func<Tensor, (Tensor, Tensor)> moments, Tensor start, IcaOptions options, IProgress<IcaStep>? progress, CancellationToken cancellation)
    {
        var (w, iteration, change) = (start, 0, double.PositiveInfinity);
        while (iteration < options.MaxIterations && change >= options.Tolerance)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            var next = Orthogonal.Nearest(Step(moments(w), w));
            change = Change(w, next);
            w = next.MoveToOuterDisposeScope();
            iteration++;
            progress?.Report(new IcaStep(0, iteration, change, Orthogonal.Error(w)));
        }
        return (w, iteration, change);
    }

    private static (Tensor W, int Iterations, double Change) Deflation(
        WhitenedExamples examples, Tensor start, IcaOptions options, IProgress<IcaStep>? progress, CancellationToken cancellation)
    {
        var found = torch.zeros([0, start.shape[1]], ScalarType.Float64, start.device);
        var (most, largest) = (0, 0.0);
        for (int component = 0; component < start.shape[0]; component++)
        {
            var (w, iteration, change) = (Beside(found, start.narrow(0, component, 1)), 0, double.PositiveInfinity);
            while (iteration < options.MaxIterations && change >= options.Tolerance)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = torch.NewDisposeScope();
                var next = Beside(found, Step(examples.Moments(options.Contrast, w), w));
                change = Change(w, next);
                w = next.MoveToOuterDisposeScope();
                iteration++;
                progress?.Report(new IcaStep(component, iteration, change, Orthogonal.Error(torch.cat([found, w]))));
            }
            found = torch.cat([found, w]);
            (most, largest) = (Math.Max(most, iteration), Math.Max(largest, change));
        }
        return (found, most, largest);
    }

    private static Tensor Step((Tensor SlopeProducts, Tensor Curvatures) moments, Tensor w) =>
        moments.SlopeProducts - (moments.Curvatures.unsqueeze(1) * w);

    // What of a row is orthogonal to those found, at unit length. Twice, for the first time rounding leaves something over.
    private static Tensor Beside(Tensor found, Tensor row)
    {
        for (int i = 0; i < 2; i++)
        {
            row = row - row.mm(found.mT).mm(found);
            row = row / torch.linalg.norm(row);
        }
        return row;
    }

    private static double Change(Tensor w, Tensor next) => ((w * next).sum(-1).abs() - 1).abs().max().item<double>();
}
