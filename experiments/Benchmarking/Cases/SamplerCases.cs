using System.Text.Json.Nodes;
using TorchRf.Data;

namespace TorchRf.Experiments.Benchmarking.Cases;

/// <summary>Each data model's sampler alone.</summary>
public static class SamplerCases
{
    private const int Examples = 10_000;
    private const int Sites = 40;
    private const int TorusExamples = 100;
    private const int TorusSide = 64;
    private const int ChainSteps = 1000;

    private const string Float32 = "Both sides draw in Float32; their mean |x| and how often neighbours have the same sign agree within 2 %.";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        Ring("gaussian", "Gaussian", new DataSettings(), ["samplers", "gaussian", Examples, Sites, 3.0]),
        Ring("nlgp", "NLGP(3)", new DataSettings(), ["samplers", "nlgp", Examples, Sites, 3.0], new Goal(AsInstalled: 5)),
        Ring("kur", "Kur(5)", new DataSettings(), ["samplers", "kur", Examples, Sites, 3.0], new Goal(AsInstalled: 8)),
        Ring("student-t", "Student t(3)", new DataSettings(), ["samplers", "student-t", Examples, Sites, 3.0]) with { Tolerance = 0.05 },
        Ring("ising", "Ising ring, J = 0.7", new DataSettings(), ["samplers", "metropolis", Examples, Sites, 0.7], new Goal(AsInstalled: 1000)) with
        {
            Tolerance = 0.05,
            Accuracy = $"Ours draws exactly; the peer runs a chain of {ChainSteps} proposed single flips an example, all examples at once, as the code of Lufkin, Saxe & Grant does, and comes within 5 %.",
        },
        Ring("norta", "NORTA, Laplace", new DataSettings { Quantile = "laplace" }, null),
        Ring("elliptical", "elliptical, surface", new DataSettings(), null),
        Ring("pulse", "single pulse of 8", new DataSettings { Lengthscales = [4, 8] }, null),
        Ring("block", "blocks of 8", new DataSettings { Lengthscales = [4, 8] }, null),
        new("draw-2d", $"{TorusExamples} examples of NLGP(3) on {TorusSide} x {TorusSide} sites, ξ = 3", () => Prepare(new DataSettings { Data = "nlgp", Sites = TorusSide * TorusSide, Dimensions = 2 },
            TorusExamples, ["samplers", "torus", TorusExamples, TorusSide, 3.0]))
        {
            Accuracy = Float32 + " The peer mixes by the FFT or by two matrix products, whichever it finds faster.",
        },
    ];

    private static BenchmarkCase Ring(string data, string law, DataSettings settings, JsonArray? peer, Goal? goal = null) =>
        new("draw-" + data, $"{Examples} examples of {law}, N = {Sites}{(settings.Lengthscales[1] == 3 && data != "ising" ? ", ξ = 3" : "")}",
            () => Prepare(settings with { Data = data, Sites = Sites }, Examples, peer?.DeepClone().AsArray()))
        {
            Accuracy = peer is null ? "" : Float32,
            Goal = goal,
        };

    /// <summary>Draws examples of class 1.</summary>
    /// <param name="settings">Which data.</param>
    /// <param name="examples">How many a repetition.</param>
    /// <param name="peer">What a peer is asked for.</param>
    public static Workload Prepare(DataSettings settings, long examples, JsonArray? peer = null)
    {
        var model = DataModels.All.Task(settings).Classes[1];
        var generator = new Generator(1);
        return new Workload(_ => model.Sample(examples, generator).Dispose(), generator)
        {
            Peer = peer,
            Check = () =>
            {
                using var scope = torch.NewDisposeScope();
                var x = model.Sample(examples, generator).reshape(-1, model.Lattice.Side);
                int last = model.Lattice.Side - 1;
                return [x.abs().mean().item<float>(), (x.narrow(1, 1, last).sign() * x.narrow(1, 0, last).sign()).mean().item<float>()];
            },
        };
    }
}
