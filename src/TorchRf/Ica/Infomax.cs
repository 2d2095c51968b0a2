namespace TorchRf.Ica;

/// <summary>
/// The extended infomax algorithm: maximum likelihood along the natural gradient over all examples at once, G W with G = 1 - E[f(y) y^T] of y = W z and f(y) = y + K tanh(y) (Bell &amp; Sejnowski, Neural
/// Comput. 7, 1995; Amari, Cichocki &amp; Yang, NIPS 8, 1996; Lee, Girolami &amp; Sejnowski, Neural Comput. 11, 1999). K is 1 for a component with heavy tails and -1 for one with light ones, by the sign of
/// E[1 - tanh^2 y] E[y^2] - E[y tanh y], at which it would be stable. Each pair of components takes the step that its own curvature asks for (Palmer et al., ICASSP 2008): the gradient alone
/// takes thousands.
/// </summary>
/// <remarks>W need not be orthogonal: components are as independent as their likelihood makes them, each of variance 1, and only nearly uncorrelated.</remarks>
public static class Infomax
{
    // Of a pair of components as good as Gaussian there is no curvature to divide by.
    private const double LeastCurvature = 0.05;

    // By which one step may change a component by others.
    private const double LongestStep = 0.5;

    /// <summary>Looks for independent components of examples whose whitening is known.</summary>
    /// <param name="whitening">That of these examples; as many components are found as it keeps.</param>
    /// <param name="x">Examples, shape (examples, N), Float32 or Float64.</param>
    /// <param name="generator">Where the search starts, a random rotation; on the device of the examples.</param>
    /// <param name="options">How to look: its tolerance, of what a whole step would turn, and its most iterations; all components at once, and by log cosh, whose slope is the tanh.</param>
    /// <param name="progress">Told of every step; how far components are from uncorrelated stands for the error of orthogonality.</param>
    /// <param name="cancellation">Ends the search after a step.</param>
    /// <returns>The components, converged or not: the solution says which. Its bits do not depend on the number of threads.</returns>
    /// <exception cref="InvalidSettingException">An option is out of its range, or of another algorithm.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IcaSolution Fit(Whitening whitening, Tensor x, Generator generator, IcaOptions? options = null, IProgress<IcaStep>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new IcaOptions();
        Check(options);
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var z = whitening.Apply(x);
        var examples = new WhitenedExamples(z);
        using var rows = RowMoments.IsFor(z, options.Contrast) ? new RowMoments(z, options.Contrast) : null;
        var w = Orthogonal.Random(whitening.Components, generator);
        var (iteration, change) = (0, double.PositiveInfinity);
        while (iteration < options.MaxIterations && change >= options.Tolerance)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = torch.NewDisposeScope();
            var (products, curvatures) = rows is null ? examples.Moments(options.Contrast, w) : rows.Of(w);
            using var one = new OneThread(w.device);
            var step = Step(w, products, curvatures);
            change = Turn(w, w + step.mm(w));
            using Scalar length = Math.Min(1, LongestStep / step.abs().max().item<double>());
            w = (w + (step * length).mm(w)).MoveToOuterDisposeScope();
            iteration++;
            progress?.Report(new IcaStep(0, iteration, change, Orthogonal.Error(Unit(w))));
        }
        return IcaSolution.Of(Unit(w), whitening, examples, options, iteration, change, isRotation: false).Solution.InOuterScope();
    }

    /// <summary>Checks options of a search.</summary>
    /// <exception cref="InvalidSettingException">One is out of its range, or of another algorithm.</exception>
    public static void Check(IcaOptions options)
    {
        options.Validate();
        InvalidSettingException.Require(options.Algorithm == IcaAlgorithm.Parallel, nameof(IcaOptions.Algorithm), "deflation", "parallel for infomax, which finds all components at once");
        InvalidSettingException.Require(options.Contrast.Name == Contrast.LogCosh.Name, nameof(IcaOptions.Contrast), options.Contrast, "logcosh for infomax, whose slope is the tanh");
    }

    // By what W is to change, relative to itself, from E[tanh(y) z^T] and E[1 - tanh^2 y] of white z. G of a pair (i, j) is [h_ij, 1; 1, h_ji] times the step, h_ij = E[f'(y_i)] E[y_j^2].
    private static Tensor Step(Tensor w, Tensor products, Tensor curvatures)
    {
        var (slopes, second) = (products.mm(w.mT), w.mm(w.mT));
        var variance = second.diagonal();
        var sign = torch.where((curvatures * variance).ge(slopes.diagonal()), torch.ones_like(curvatures), -torch.ones_like(curvatures));
        var gradient = torch.eye(w.shape[0], dtype: w.dtype, device: w.device) - (slopes * sign.unsqueeze(1)) - second;
        var h = ((curvatures * sign) + 1).unsqueeze(1) * variance;
        // The smaller eigenvalue of each pair's.
        var least = (h + h.mT - ((h - h.mT).square() + 4).sqrt()) * 0.5;
        h = h + (-(least - LeastCurvature)).clamp(min: 0.0);
        var step = ((h.mT * gradient) - gradient.mT) / ((h * h.mT) - 1);
        step.diagonal().copy_(gradient.diagonal() / (h.diagonal() + 1));
        return step;
    }

    private static Tensor Unit(Tensor w) => w / torch.linalg.norm(w, [1], keepdim: true);

    // 1 - cos of the angle by which the row that turns most would turn.
    private static double Turn(Tensor w, Tensor next) => ((Unit(w) * Unit(next)).sum(1).abs() - 1).abs().max().item<double>();
}
