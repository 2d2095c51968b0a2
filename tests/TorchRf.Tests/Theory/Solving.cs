using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

/// <summary>Integrations that are to reach their last time.</summary>
internal static class Solving
{
    internal static Tensor Adaptive(this IFlow flow, Tensor initial, IReadOnlyList<double> times, double relative = 1e-8, double absolute = 1e-12) =>
        Done(new DormandPrince(relative, absolute).Solve(flow, initial, times));

    internal static Tensor Euler(this IFlow flow, Tensor initial, double step, IReadOnlyList<long> steps, IProgress<long>? progress = null) =>
        Done(new Euler(step).Solve(flow, initial, [.. steps.Select(n => n * step)], progress));

    private static Tensor Done(Solution solution)
    {
        Assert.That(solution.Ending, Is.EqualTo(Ending.Done));
        return solution.Weights;
    }
}
