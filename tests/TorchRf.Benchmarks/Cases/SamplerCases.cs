using TorchRf.Benchmarks.Plain;
using TorchRf.Data;

namespace TorchRf.Benchmarks.Cases;

/// <summary>Each data model's sampler alone.</summary>
public static class SamplerCases
{
    private const int Examples = 10_000;
    private const int Sites = 40;
    private const int TorusExamples = 100;
    private const int TorusSide = 64;
    private const int ChainSteps = 1000;

    private const string Float32 = "All draw in Float32; their mean |x| and how often neighbours have the same sign agree within 2 %.";

    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        Ring("Gaussian", new GaussianSettings(), "gaussian", 3),
        Ring("NLGP(3)", new NlgpSettings(), "nlgp", 3, new Goal(AsInstalled: 5)),
        Ring("Kur(5)", new KurSettings(), "kur", 3, new Goal(AsInstalled: 8)),
        Ring("Student t(3)", new StudentTSettings(), "student-t", 3) with { Tolerance = 0.05 },
        Ring("Ising ring, J = 0.7", new IsingSettings(), "metropolis", 0.7, new Goal(AsInstalled: 1000)) with
        {
            Tolerance = 0.05,
            Accuracy = $"Ours draws exactly; the others run a chain of {ChainSteps} proposed single flips an example, all examples at once, as the code of Lufkin, Saxe & Grant does, and come within 5 %.",
        },
        Ring("NORTA, Laplace", new NortaSettings { Quantile = "laplace" }, null),
        Ring("elliptical, surface", new EllipticalSettings(), null),
        Ring("single pulse of 8", new PulseSettings { Lengthscales = [4, 8] }, null),
        Ring("blocks of 8", new BlockSettings { Lengthscales = [4, 8] }, null),
        new("draw-2d", $"{TorusExamples} examples of NLGP(3) on {TorusSide} x {TorusSide} sites, ξ = 3",
            () => Prepare(new NlgpSettings { Sites = TorusSide * TorusSide, Dimensions = 2 }, TorusExamples, "torus", TorusSide, 3))
        {
            Accuracy = Float32 + " The peer mixes by the FFT or by two matrix products, whichever it finds faster; plain TorchSharp by products.",
        },
    ];

    private static BenchmarkCase Ring(string law, DataSettings settings, string? peer, double parameter = 0, Goal? goal = null) =>
        new("draw-" + settings.Name, $"{Examples} examples of {law}, N = {Sites}{(settings is LengthscaleSettings { Lengthscales: [_, 3] } ? ", ξ = 3" : "")}",
            () => Prepare(settings with { Sites = Sites }, Examples, peer, Sites, parameter))
        {
            Accuracy = peer is null ? "" : Float32,
            Goal = goal,
        };

    /// <summary>Draws examples of class 1.</summary>
    /// <param name="peer">The law that peers are asked for; null where none does the same.</param>
    /// <param name="side">N there, or the side of a torus.</param>
    /// <param name="parameter">The lengthscale or the coupling there.</param>
    public static Workload Prepare(DataSettings settings, long examples, string? peer = null, int side = 0, double parameter = 0)
    {
        var model = settings.Task().Classes[1];
        var generator = new Generator(1);
        return new Workload(_ => model.Sample(examples, generator).Dispose(), generator)
        {
            Peer = peer is null ? null : ["samplers", peer, examples, side, parameter],
            Plain = peer is null ? null : PlainSampling.Prepare(peer, examples, side, parameter),
            Check = () =>
            {
                using var scope = torch.NewDisposeScope();
                return PlainSampling.Describe(model.Sample(examples, generator).reshape(-1, model.Lattice.Side));
            },
        };
    }
}
