using System.Text.Json.Nodes;
using TorchRf.Benchmarks.Cases;
using TorchRf.Benchmarks.Contests;
using TorchRf.Data;

namespace TorchRf.Benchmarks.Growth;

/// <summary>How the cost of a batch and of a step grows with the sites, with the initialisations and with the side of a torus.</summary>
/// <param name="Curves">The costs.</param>
/// <param name="Threads">Threads of an operation.</param>
/// <param name="Quick">Whether smaller sizes were measured.</param>
/// <param name="Environment">The machine and the versions.</param>
public sealed record GrowthStudy(IReadOnlyList<GrowthCurve> Curves, int Threads, bool Quick, JsonObject Environment)
{
    // Numbers in a batch, about the same at each size as long as there are enough examples: 16 MB in Float32.
    private const long Numbers = 1 << 22;
    private const int Rounds = 5;

    /// <summary>Measures them.</summary>
    /// <param name="quick">Fewer and smaller sizes, and shorter.</param>
    /// <param name="threads">Threads an operation may use.</param>
    /// <param name="environment">The machine and the versions.</param>
    /// <param name="progress">Told before each size.</param>
    /// <param name="cancellation">Ends it.</param>
    public static GrowthStudy Run(bool quick, int threads, JsonObject environment, IProgress<BenchmarkProgress>? progress = null, CancellationToken cancellation = default)
    {
        torch.set_num_threads(threads);
        int[] sites = [.. Powers(16, quick ? 4096 : 65_536, quick ? 4 : 2)];
        int[] inits = quick ? [1, 10, 100] : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        int[] sides = [.. Powers(8, quick ? 64 : 256, 2)];
        (string Name, string Title, string Size, int[] Sizes, double From, Func<double, double> Law, string LawName, Func<int, (Workload Work, double Units)> Of)[] wanted =
        [
            ("draw-ising", "an example of the Ising ring", "N", sites, quick ? 256 : 1024, n => n, "N", n => Draw("ising", n, 1)),
            ("draw-nlgp", "an example of NLGP", "N", sites, quick ? 256 : 1024, n => n * Math.Log(n), "N log N", n => Draw("nlgp", n, 1)),
            ("inits", "a step of NLGP, N = 40, batch 10000", "initialisations", inits, quick ? 10 : 100, n => n, "n", n => (TrainingCases.Prepare("nlgp", n, threads), 1)),
            ("draw-2d", "an example of NLGP on L x L sites", "L", sides, quick ? 16 : 64, n => n * n * Math.Log(n), "L² log L", n => Draw("nlgp", n * n, 2)),
        ];
        int done = 0, all = wanted.Sum(w => w.Sizes.Length);
        var curves = new List<GrowthCurve>();
        foreach (var w in wanted)
        {
            var points = new List<(double, double)>();
            foreach (int size in w.Sizes)
            {
                progress?.Report(new BenchmarkProgress($"{w.Name}, {w.Size} = {size}", done++, all, 0));
                var (work, units) = w.Of(size);
                using (work)
                    points.Add((size, Seconds(work, quick, cancellation) / units));
            }
            curves.Add(new GrowthCurve(w.Name, w.Title, w.Size, points, w.From, w.Law, w.LawName));
        }
        return new GrowthStudy(curves, threads, quick, environment);
    }

    /// <summary>For programs.</summary>
    public JsonObject Json() => new()
    {
        ["quick"] = Quick,
        ["threads"] = Threads,
        ["environment"] = Environment.DeepClone(),
        ["curves"] = new JsonArray([.. Curves.Select(c => c.Json())]),
    };

    private static IEnumerable<int> Powers(int first, int last, int factor)
    {
        for (int n = first; n <= last; n *= factor)
            yield return n;
    }

    private static (Workload, double) Draw(string data, int sites, int dimensions)
    {
        // Spins are made 256 examples at a time, and no fewer than fill all cores are timed.
        long examples = Math.Max(dimensions == 1 ? 512 : 16, Numbers / sites);
        return (SamplerCases.Prepare(DataModels.All[data] with { Sites = sites, Dimensions = dimensions }, examples), examples);
    }

    // The median of several turns, as in a contest.
    private static double Seconds(Workload work, bool quick, CancellationToken cancellation)
    {
        double wanted = quick ? 0.03 : 0.2;
        work.Run(cancellation);
        double one = work.Time(1, cancellation);
        int repetitions = (int)Math.Clamp(Math.Ceiling(wanted / one), 1, 100_000);
        work.Time(repetitions, cancellation);
        return Quartiles.Of(Enumerable.Range(0, Rounds).Select(_ => work.Time(repetitions, cancellation))).Median;
    }
}
