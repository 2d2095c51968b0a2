using TorchRf.IO;
using TorchRf.Pruning;
using TorchRf.Training;

namespace TorchRf.Benchmarks.Cases;

/// <summary>A step of training a network nine tenths of whose weights are pruned, against PyTorch with the same network and masks.</summary>
public static class PruningCases
{
    private const double Rate = 0.1;
    private const int Checked = 3;

    public static IReadOnlyList<BenchmarkCase> All(bool quick) =>
        [Of("prune-step-small", [784, 300, 100, 10], 40), .. quick ? (BenchmarkCase[])[] : [Of("prune-step-large", [3072, 1024, 1024, 10], 1000)]];

    private static BenchmarkCase Of(string name, int[] widths, int batch) => new(name, $"a step of pruning's training, {string.Join("-", widths)}, batch {batch}, a tenth of the weights left", () => Prepare(widths, batch))
    {
        Tolerance = 1e-3,
        Accuracy = "Both take steps of gradient descent in Float32 from the same weights on the same batch, with batch normalisation on each layer's input; their first three losses agree. Ours masks gradients, the peer weights; ours looks after divergence beside.",
        Goal = new Goal(AsInstalled: 1),
    };

    private static Workload Prepare(int[] widths, int batch)
    {
        using var scope = torch.NewDisposeScope();
        using var draws = new Generator(1);
        var network = new MaskedNetwork(widths, draws);
        // Biases, which are 0 yet, would all go.
        network.Keep([.. MagnitudePruning.Masks(network, 0.9).Select(m => m with { Biases = torch.ones_like(m.Biases) })]);
        var (x, y) = (torch.randn([batch, widths[0]], generator: draws).DetachFromDisposeScope(), torch.randint(widths[^1], [batch], generator: draws).to(ScalarType.Float32).DetachFromDisposeScope());
        var folder = new ScratchFolder();
        NpyFile.Write(folder["x.npy"], x);
        NpyFile.Write(folder["y.npy"], y);
        foreach (var (l, (weight, mask)) in network.Weights.Zip(network.Masks).Index())
        {
            NpyFile.Write(folder[$"weight{l}.npy"], weight.detach());
            NpyFile.Write(folder[$"mask{l}.npy"], mask);
        }
        var objective = new CrossEntropy(widths[^1]);
        var trainer = new Trainer(network, new OneBatch(x, y), objective, p => torch.optim.SGD(p, Rate));
        double[] first = new double[Checked];
        for (int i = 0; i < Checked; i++)
        {
            first[i] = objective.Losses(network, x, y).item<float>();
            trainer.Advance();
        }
        return new Workload(_ => trainer.Advance(), trainer, network, folder, x, y)
        {
            Peer = ["pruning", folder.Path, widths.Length - 1],
            Check = () => first,
        };
    }

    private sealed class OneBatch(Tensor x, Tensor y) : IBatches
    {
        public (Tensor X, Tensor Y) Next(Generator generator) => (x, y);
    }
}
