namespace TorchRf.Theory;

/// <summary>
/// The explicit Runge-Kutta pair 5(4) of Dormand and Prince (J. Comput. Appl. Math. 6, 1980) with a step size that keeps
/// the estimated error of each step within tolerance; the last stage of a step is the first of the next.
/// </summary>
/// <param name="relative">Tolerance relative to the largest coordinate of each receptive field.</param>
/// <param name="absolute">Tolerance beside it.</param>
public sealed class DormandPrince(double relative = 1e-8, double absolute = 1e-12) : ISolver
{
    private static readonly Scalar One = 1.0;

    private static readonly double[][] Stages =
    [
        [1.0 / 5],
        [3.0 / 40, 9.0 / 40],
        [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ];

    // Fifth-order minus fourth-order weights.
    private static readonly double[] Error =
        [71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40];

    /// <summary>Steps to take at most, those that are tried and taken back among them.</summary>
    public long MostSteps { get; init; } = 1_000_000;

    /// <summary>Ends as soon as |dw/dt| / |w| of every receptive field is at most this, in 1 / time; null to go on to the last of the times.</summary>
    public double? Rest { get; init; }

    /// <inheritdoc/>
    public Solution Solve(IFlow flow, Tensor initial, IReadOnlyList<double> times, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        SavedStates.Require(times);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using Scalar perField = relative, beside = absolute;
        var saved = new SavedStates();
        var w = initial.detach().to(ScalarType.Float64).clone();
        var slope = flow.Velocity(w);
        double time = 0, step = double.NaN;
        long steps = 0;
        foreach (var target in times)
        {
            if (double.IsNaN(step))
                step = Math.Max(target / 100, 1e-6);
            while (time < target)
            {
                cancellation.ThrowIfCancellationRequested();
                if (Rest is double rest && SteadyState.Residual(w, slope) <= rest)
                    return Early(Ending.AtRest);
                bool last = time + step >= target;
                double h = last ? target - time : step;
                if (steps == MostSteps || time + h == time)
                    return Early(Ending.OutOfSteps);
                double error;
                using (var trial = torch.NewDisposeScope())
                {
                    var k = new List<Tensor>(7) { slope };
                    var next = w;
                    foreach (var row in Stages)
                    {
                        next = Combine(row, k, h).add_(w, One);
                        k.Add(flow.Velocity(next));
                    }
                    var scale = torch.maximum(next.abs(), w.abs()).amax([-1], keepdim: true).mul_(perField).add_(beside, One);
                    error = (Combine(Error, k, h).abs() / scale).max().item<double>();
                    if (!double.IsFinite(error))
                        return Early(Ending.NotFinite);
                    if (error <= 1)
                    {
                        w.copy_(next);
                        slope.Dispose();
                        slope = trial.MoveToOuter(k[^1]);
                        time = last ? target : time + h;
                    }
                }
                steps++;
                progress?.Report(steps);
                // A step cut short to end on a target says nothing about how long the next may be, unless it failed.
                double proposed = h * Math.Clamp(0.9 * Math.Pow(Math.Max(error, 1e-10), -0.2), 0.2, 5);
                if (!last || error > 1 || proposed > step)
                    step = proposed;
            }
            saved.Add(w, time);
        }
        return saved.End(w, steps, Rest is double asked && SteadyState.Residual(w, slope) <= asked ? Ending.AtRest : Ending.Done);

        Solution Early(Ending ending)
        {
            // The state before the step, unless it is kept already or was never finite.
            if ((saved.Last ?? -1) < time && w.isfinite().all().item<bool>())
                saved.Add(w, time);
            return saved.End(w, steps, ending);
        }
    }

    private static Tensor Combine(double[] weights, List<Tensor> k, double h)
    {
        var sum = k[0].zeros_like();
        for (int i = 0; i < weights.Length; i++)
        {
            using Scalar time = h * weights[i];
            if (weights[i] != 0)
                sum.add_(k[i], time);
        }
        return sum;
    }
}
