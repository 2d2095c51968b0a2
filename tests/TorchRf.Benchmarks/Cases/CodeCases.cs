using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Models;
using TorchRf.SparseCoding;

namespace TorchRf.Benchmarks.Cases;

/// <summary>Sparse codes of photographs' patches by a dictionary that was learnt on them, against scikit-learn's two ways.</summary>
public static class CodeCases
{
    private const double Penalty = 1;

    public static IReadOnlyList<BenchmarkCase> All(bool quick) => [Of("codes-descent", "coordinate descent", "lasso_cd", quick ? 200 : 1000), Of("codes-lars", "least angles", "lasso_lars", quick ? 50 : 200)];

    private static BenchmarkCase Of(string name, string theirs, string algorithm, int examples) =>
        new(name, $"codes of {examples} whitened patches of 12 x 12 pixels by 288 atoms; the peer by {theirs}", () => Prepare(algorithm, examples))
        {
            Accuracy = "The same Float32 patches and atoms, lambda = 1; ours by coordinate descent in vector code, to a duality gap of 1e-4 of |x|^2 / 2, plain TorchSharp by FISTA to the same gap; the peer's coordinate descent stops by default at twice that, "
                + "its least angles are exact. Their objectives agree within 0.2 %. The peer computes an example after the other.",
            Tolerance = 2e-3,
            IsTuned = false,
            Goal = new Goal(AsInstalled: 1),
        };

    private static Workload Prepare(string algorithm, int examples)
    {
        using var scope = torch.NewDisposeScope();
        using var draws = new Generator(1);
        var patches = SamplePhotographs.Where(new PatchesSettings { Sites = 144, Dimensions = 2, Strides = [1], Whiten = PatchWhitening.Zca }).Classes()[0];
        var stop = new StoppingRule(1e-4, 5000);
        using var network = new SparseCodingNetwork(1, 288, 144, draws, Penalty, new CoordinateDescent(stop), online: true);
        for (int i = 0; i < 100; i++)
            network.Learn(patches.Sample(200, draws)).Dispose();
        var (dictionary, x) = (network.Atoms()[0].clone().DetachFromDisposeScope(), patches.Sample(examples, draws).DetachFromDisposeScope());
        var folder = new ScratchFolder();
        try
        {
            NpyFile.Write(folder["dictionary.npy"], dictionary);
            NpyFile.Write(folder["patches.npy"], x);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
        var (ours, plain) = (new Coding(new CoordinateDescent(stop), dictionary, x), new Coding(new Fista(stop), dictionary, x));
        return new Workload(_ => ours.Run(), folder, dictionary, x)
        {
            Peer = ["codes", folder["dictionary.npy"], folder["patches.npy"], algorithm, Penalty],
            Plain = new Workload(_ => plain.Run()) { Name = PeerSetting.Plain.Name, Check = () => [plain.Objective] },
            Check = () => [ours.Objective],
        };
    }

    private sealed class Coding(ISparseCoder coder, Tensor dictionary, Tensor examples)
    {
        internal double Objective { get; private set; }

        internal void Run()
        {
            using var codes = coder.Encode(dictionary, examples, Penalty);
            using var mean = codes.Objective.mean();
            Objective = mean.item<float>();
        }
    }
}
