using System.Text.Json.Nodes;
using MathNet.Numerics;
using TorchRf.Benchmarks.Cases;
using TorchRf.Data;

namespace TorchRf.Benchmarks.Growth;

/// <summary>How the cost of a batch and of a step grows with the sites, with the initialisations and with the side of a torus.</summary>
public sealed record GrowthStudy(IReadOnlyList<GrowthCurve> Curves, int Threads, bool Quick, JsonObject Environment)
{
    // Numbers in a batch, about the same at each size as long as there are enough examples: 16 MB in Float32.
    private const long Numbers = 1 << 22;
    private const int Rounds = 5;

    public static GrowthStudy Run(bool quick, int threads, JsonObject environment, IProgress<BenchmarkProgress> progress, CancellationToken cancellation)
    {
        torch.set_num_threads(threads);
        int[] sites = [.. Powers(16, quick ? 4096 : 65_536, quick ? 4 : 2)];
        int[] inits = quick ? [1, 10, 100] : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        int[] sides = [.. Powers(8, quick ? 64 : 256, 2)];
        (GrowthCurve Curve, int[] Sizes, Func<int, (Workload Work, double Units)> Of)[] wanted =
        [
            (new("draw-ising", "an example of the Ising ring", "N", [], quick ? 256 : 1024, n => n, "N"), sites, n => Draw("ising", n, 1)),
            (new("draw-nlgp", "an example of NLGP", "N", [], quick ? 256 : 1024, n => n * Math.Log(n), "N log N"), sites, n => Draw("nlgp", n, 1)),
            (new("inits", "a step of NLGP, N = 40, batch 10000", "initialisations", [], quick ? 10 : 100, n => n, "n"), inits, n => (TrainingCases.Prepare("nlgp", n, threads), 1)),
            (new("draw-2d", "an example of NLGP on L x L sites", "L", [], quick ? 16 : 64, n => n * n * Math.Log(n), "L² log L"), sides, n => Draw("nlgp", n * n, 2)),
        ];
        int done = 0, all = wanted.Sum(w => w.Sizes.Length);
        (double, double) Point(GrowthCurve curve, int size, Func<int, (Workload Work, double Units)> of)
        {
            progress.Report(new BenchmarkProgress($"{curve.Name}, {curve.Size} = {size}", done++, all, 0));
            var (work, units) = of(size);
            using (work)
                return (size, Seconds(work, quick, cancellation) / units);
        }
        return new GrowthStudy([.. wanted.Select(w => w.Curve with { Points = [.. w.Sizes.Select(size => Point(w.Curve, size, w.Of))] })], threads, quick, environment);
    }

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

/// <summary>How a cost grows with a size.</summary>
/// <param name="Name">What it is, a word or two ("draw-nlgp").</param>
/// <param name="Points">The sizes, increasing, and the seconds of one example or step.</param>
/// <param name="FittedFrom">The exponent is fitted to this size and those above, where what is done once no longer weighs.</param>
/// <param name="Law">The cost that is expected, up to a factor, by size.</param>
public sealed record GrowthCurve(
    string Name, string Title, string Size, IReadOnlyList<(double Size, double Seconds)> Points, double FittedFrom, Func<double, double> Law, string LawName)
{
    /// <summary>The points that the exponent is fitted to.</summary>
    public IReadOnlyList<(double Size, double Seconds)> Fitted => [.. Points.Where(p => p.Size >= FittedFrom)];

    /// <summary>The slope of log cost over log size, by least squares.</summary>
    public double Exponent => Slope([.. Fitted]);

    /// <summary>The slope that the expected law has over the same sizes.</summary>
    public double ExpectedExponent => Slope([.. Fitted.Select(p => (p.Size, Law(p.Size)))]);

    /// <summary>The slope of log y over log x, by least squares.</summary>
    public static double Slope(IReadOnlyList<(double X, double Y)> points) =>
        Fit.Line([.. points.Select(p => Math.Log(p.X))], [.. points.Select(p => Math.Log(p.Y))]).B;

    public JsonObject Json() => new()
    {
        ["name"] = Name,
        ["title"] = Title,
        ["size"] = Size,
        ["points"] = new JsonArray([.. Points.Select(p => new JsonObject { ["size"] = p.Size, ["seconds"] = p.Seconds })]),
        ["fitted_from"] = FittedFrom,
        ["exponent"] = Exponent,
        ["expected"] = LawName,
        ["expected_exponent"] = ExpectedExponent,
    };
}
