namespace TorchRf.Theory;

/// <summary>
/// The explicit Runge-Kutta pair 5(4) of Dormand and Prince (J. Comput. Appl. Math. 6, 1980) with a step size that keeps
/// the estimated error of each step within tolerance; the last stage of a step is the first of the next.
/// </summary>
internal static class DormandPrince
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

    /// <param name="velocity">dw/dt of an autonomous system, shape kept.</param>
    /// <param name="initial">w at time 0, shape (..., N).</param>
    /// <param name="times">Increasing times at which w is kept.</param>
    /// <param name="relative">Tolerance relative to the largest coordinate over the last axis.</param>
    /// <param name="absolute">Tolerance beside it.</param>
    internal static Tensor Integrate(Func<Tensor, Tensor> velocity, Tensor initial, IReadOnlyList<double> times, double relative, double absolute)
    {
        if (times.Count == 0)
            throw new ArgumentException("At least one time is needed.", nameof(times));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var w = initial.detach().to(ScalarType.Float64).clone();
        var slope = velocity(w);
        using Scalar perField = relative, beside = absolute;
        var kept = new List<Tensor>();
        double time = 0, step = double.NaN;
        foreach (var target in times)
        {
            if (!(target >= time) || (kept.Count > 0 && target == time))
                throw new ArgumentException($"Times increase from 0; {target} follows {time}.", nameof(times));
            if (double.IsNaN(step))
                step = Math.Max(target / 100, 1e-6);
            while (time < target)
            {
                bool last = time + step >= target;
                double h = last ? target - time : step;
                double error;
                using (var trial = torch.NewDisposeScope())
                {
                    var k = new List<Tensor>(7) { slope };
                    var next = w;
                    foreach (var row in Stages)
                    {
                        next = Combine(row, k, h).add_(w, One);
                        k.Add(velocity(next));
                    }
                    var scale = torch.maximum(next.abs(), w.abs()).amax([-1], keepdim: true).mul_(perField).add_(beside, One);
                    error = (Combine(Error, k, h).abs() / scale).max().item<double>();
                    if (!double.IsFinite(error))
                        throw new ArithmeticException(FormattableString.Invariant($"The flow stopped being finite at time {time}."));
                    if (error <= 1)
                    {
                        w.copy_(next);
                        slope.Dispose();
                        slope = trial.MoveToOuter(k[^1]);
                        time = last ? target : time + h;
                    }
                }
                // A step cut short to end on a target says nothing about how long the next may be, unless it failed.
                double proposed = h * Math.Clamp(0.9 * Math.Pow(Math.Max(error, 1e-10), -0.2), 0.2, 5);
                if (!last || error > 1 || proposed > step)
                    step = proposed;
            }
            kept.Add(w.clone());
        }
        return torch.stack(kept).MoveToOuterDisposeScope();
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
