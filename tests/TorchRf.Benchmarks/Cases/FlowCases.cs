using TorchRf.Benchmarks.Plain;
using TorchRf.Data;
using TorchRf.Theory;

namespace TorchRf.Benchmarks.Cases;

/// <summary>The theory: Euler steps of the gradient flow of thirty initialisations.</summary>
public static class FlowCases
{
    private const int Inits = 30;
    private const int Sites = 40;
    private const double Rate = 0.05;

    /// <summary>By a closed form and by a table.</summary>
    public static IReadOnlyList<BenchmarkCase> All(bool quick)
    {
        int steps = quick ? 1000 : 10_000;
        return
        [
            .. new[] { ("ising", "Ising(0.3, 0.7)"), ("nlgp", "NLGP(3)") }.Select(l => new BenchmarkCase("flow-" + l.Item1,
                $"{steps} Euler steps of the gradient flow of {Inits} initialisations, {l.Item2}, N = {Sites}", () => Prepare(l.Item1, steps))
            {
                Tolerance = 1e-3,
                Goal = new Goal(AsInstalled: 1.2),
                Accuracy = "All in Float64, from the same start to ends that agree within 0.1 %; NLGP's amplifier is a table good to 1e-10 on our side and a linear table of 4000 intervals, good to 1e-6 or so, on the peer's and in plain TorchSharp.",
            }),
        ];
    }

    public static Workload Prepare(string data, int steps)
    {
        var task = (DataModels.All[data] with { Sites = Sites }).Task();
        var flow = GradientFlow.Of(task);
        // What the peer starts from too.
        double[] weights = [.. from i in Enumerable.Range(0, Inits) from d in Enumerable.Range(0, Sites) select 0.01 * Math.Sin(1 + (i * 1.7) + (d * d * 0.3))];
        var start = torch.tensor(weights, [Inits, 1, Sites]).DetachFromDisposeScope();
        IReadOnlyList<double> ends = [];
        return new Workload(cancellation =>
        {
            using var scope = torch.NewDisposeScope();
            var w = new Euler(Rate).Solve(flow, start, [steps * Rate], cancellation: cancellation).Weights;
            ends = [torch.linalg.norm(w, [-1]).mean().item<double>(), w.abs().amax([-1]).mean().item<double>()];
        }, start)
        {
            Peer = ["flow", data, Inits, steps],
            Plain = PlainFlow.Prepare(task, start, Rate, steps),
            Check = () => ends,
        };
    }
}
