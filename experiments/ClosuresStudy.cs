using System.Text.Json;
using TorchRf.Data.Marginals;

namespace TorchRf.Experiments;

/// <summary>
/// How good each closure of the drive E[x sgn(w.x)] is: the lemma with the full amplifier and to third order, and the fourth cumulants. Against the exact drive on Ising rings and against
/// examples elsewhere: along training, and at random fields over the number of sites (the lemma's o_N(1) made visible), the lengthscale and the gain.
/// </summary>
internal static class ClosuresStudy
{
    // Cumulants and what closures are held against come from different examples, the latter in halves.
    private const long Examples = 200_000, QuickExamples = 40_000;

    private const int RandomFields = 16;

    private static readonly (string Name, string Label)[] Closures = [("lemma", "lemma"), ("third-order", "third order"), ("fourth-cumulant", "fourth cumulants")];

    private static readonly long[] Steps = [0, 10, 30, 100, 400];

    private static readonly int[] Sites = [20, 40, 80, 160];
    private static readonly double[] Lengthscales = [0.3, 0.5, 1, 2, 3, 5], Gains = [0.1, 0.3, 1, 3, 10, 100];

    /// <summary>Pieces of work at random fields.</summary>
    internal static int RandomPieces => Sites.Length + Lengthscales.Length + Gains.Length;

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        long examples = settings.Quick ? QuickExamples : Examples;
        var rows = StudiedRow.Each("closures", settings, bench, row => RowName.Of(row.Data) + (row.Data is NlgpSettings nlgp ? Invariant($", ξ = {nlgp.Lengthscales[1]}") : ""), steps => [.. Steps.Where(s => s <= steps)]);
        var measurements = new List<Measurement>();
        var along = new List<(StudiedRow Row, Statistic[][] Errors)>();
        foreach (var row in rows)
        {
            var found = Piece(bench, row.Piece + "-drive", row.Settings, examples, () =>
                [.. row.Run.Steps.Select((_, i) => Errors(row.Ensemble.Task.Classes[1], row.Run.Weights[i].squeeze(1).to(ScalarType.Float64), examples, row.Settings.Training.Seed))]);
            var errors = found.Select(at => at.Select(closure => Statistic.Of(closure)).ToArray()).ToArray();
            along.Add((row, errors));
            foreach (var (step, at) in row.Run.Steps.Zip(errors))
                foreach (var ((name, label), error) in Closures.Zip(at))
                    measurements.Add(new(Invariant($"{row.Id}.{name}-{step}"), Invariant($"{row.What}: error of the drive, {label}, at step {step}"), error, "starts"));
        }

        var nlgp = rows.Select(r => r.Settings).First(s => s.Data is NlgpSettings { Gain: > 1 });
        // Over one number, with the others as in that row.
        Statistic[][] Over<T>(string what, IEnumerable<T> values, Func<NlgpSettings, T, NlgpSettings> with) => [.. values.Select(value =>
        {
            var data = with((NlgpSettings)nlgp.Data, value);
            var found = Piece(bench, Invariant($"closures-{what}-{value}"), nlgp with { Data = data }, examples, () =>
            {
                using var generator = new Generator(Seeds.Derive(nlgp.Training.Seed, "closures"));
                return [Errors(data.Task().Classes[1], torch.randn([RandomFields, data.Sites], ScalarType.Float64, generator: generator), examples, nlgp.Training.Seed)];
            });
            var errors = found[0].Select(closure => Statistic.Of(closure)).ToArray();
            foreach (var ((name, label), error) in Closures.Zip(errors))
                measurements.Add(new(Invariant($"closures.{what}-{value}.{name}"), Invariant($"{RowName.Of(data)}, N = {data.Sites}, ξ = {data.Lengthscales[1]}: error of the drive at random fields, {label}"), error, "fields"));
            return errors;
        })];
        var sites = Over("sites", Sites, (data, n) => data with { Sites = n });
        var lengthscales = Over("lengthscale", Lengthscales, (data, xi) => data with { Lengthscales = [xi / 3, xi] });
        var gains = Over("gain", Gains, (data, g) => data with { Gain = g });

        var panels = along.Select(a => Curves(a.Row.What, new Axis("step + 1") { Log = true }, [.. a.Row.Run.Steps.Select(s => s + 1.0)], a.Errors)).ToList();
        panels.Add(Curves("Sites", new Axis("N") { Log = true, Ticks = [.. Sites.Select(n => new Tick(n, $"{n}"))] }, [.. Sites.Select(n => (double)n)], sites));
        panels.Add(Curves("Lengthscale", new Axis("ξ (sites)") { Log = true }, Lengthscales, lengthscales));
        panels.Add(Curves("Gain", new Axis("g") { Log = true }, Gains, gains));
        var (lemma, fourth) = (sites[^1][0].Mean, sites[^1][2].Mean);
        return new RecipeOutcome([("closures", Draw(panels, nlgp, examples, rows[0].Settings.Training))], measurements,
        [
            Invariant($"At random fields the lemma's drive of {RowName.Of(nlgp.Data)} is {string.Join(", ", sites.Select(s => Invariant($"{100 * s[0].Mean:0.0}")))} % off at N = {string.Join(", ", Sites)}; with fourth cumulants {string.Join(", ", sites.Select(s => Invariant($"{100 * s[2].Mean:0.0}")))} %."),
            .. along.Select(a => Invariant($"{a.Row.What}, along training: lemma {Each(a.Errors, 0)} %, third order {Each(a.Errors, 1)} %, fourth cumulants {Each(a.Errors, 2)} % off at steps {string.Join(", ", a.Row.Run.Steps)}.")),
        ])
        {
            New = [Invariant($"At random fields the lemma's error is {100 * sites[0][0].Mean:0.0} % of the drive at N = {Sites[0]} and {100 * lemma:0.0} % at N = {Sites[^1]}; the closure by fourth cumulants leaves {100 * sites[0][2].Mean:0.0} and {100 * fourth:0.0} %.")],
        };
    }

    private static string Each(Statistic[][] errors, int closure) => string.Join(", ", errors.Select(e => Invariant($"{100 * e[closure].Mean:0.0}")));

    // |closure - drive| / |drive| for each closure and field. The drive by examples has an error of its own, which the product of its halves leaves out.
    private static double[][] Errors(IDataModel model, Tensor w, long examples, ulong seed)
    {
        using var scope = torch.NewDisposeScope();
        SampledDrive Sampled(int half)
        {
            using var generator = new Generator(Seeds.Derive(seed, "closures, examples", half));
            return SampledDrive.Of(model, examples / 2, generator);
        }
        using var cumulants = new Generator(Seeds.Derive(seed, "closures, cumulants"));
        using var fourth = FourthCumulantDrive.Of(model, examples, cumulants);
        var pulled = model.Covariance.Times(w);
        Tensor a, b;
        if (model is IsingRing ring)
        {
            using var exact = new IsingDrive(ring);
            a = b = exact.Of(w, pulled);
        }
        else
        {
            using var first = Sampled(0);
            using var second = Sampled(1);
            (a, b) = (first.Of(w, pulled), second.Of(w, pulled));
        }
        var size = (a * b).sum(-1);
        return [.. ((IDrive[])[new AmplifierDrive(model.Marginal.FullAmplifier()), new AmplifierDrive(Amplifier.ThirdOrder(model.Marginal)), fourth])
            .Select(closure => closure.Of(w, pulled)).Select(closed => (((closed - a) * (closed - b)).sum(-1).clamp(min: 0) / size).sqrt().ToArray<double>())];
    }

    // Shape (moments, closures, fields).
    private static double[][][] Piece(Workbench bench, string name, RunSettings settings, long examples, Func<double[][][]> errors)
    {
        var piece = bench.Do(name, new JsonObject { ["run"] = settings.ToJson(), ["examples"] = examples }, _ =>
            new Piece(new JsonObject { ["errors"] = JsonSerializer.SerializeToNode(errors()) }, new Dictionary<string, Tensor>()));
        return piece.Numbers["errors"].Deserialize<double[][][]>()!;
    }

    private static Panel Curves(string title, Axis x, double[] at, Statistic[][] errors) => new(title, x, new Axis("error of the drive (%)") { Minimum = 0 })
    {
        Series = [.. Closures.Select((closure, i) => FieldPanels.Banded(at, [.. errors.Select(e => e[i] with { Mean = 100 * e[i].Mean, Std = 100 * e[i].Spread, StandardError = 100 * e[i].Error })], closure.Label, i, Dash.ByStyle, s => s.StandardError ?? 0))],
        Legend = title is "Sites" ? LegendPlacement.TopRight : LegendPlacement.None,
    };

    private static Figure Draw(List<Panel> panels, RunSettings nlgp, long examples, TrainingSettings training) => new("How far closures of the drive are off", panels)
    {
        Columns = 4,
        Caption = Invariant($"|closure - drive| / |drive| of class 1. A to E: along training, {training.Inits} starts (means, bands: standard error), batch {training.Batch}, seed {training.Seed}; the drive is exact on Ising data, and by {examples} examples elsewhere. F to H: {RandomFields} random fields, {RowName.Of(nlgp.Data)}, N = {nlgp.Data.Sites} and ξ = {nlgp.Data.Lengthscales()[1]} where not on the axis."),
    };
}
