using System.Text.Json;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>
/// What decides whether sparse coding (Olshausen and Field) localizes: how many atoms there are, how sparse codes are, and whether the data are whitened (ZCA by their exact covariance). Each row is
/// learnt on the examples of all classes as they are, and whitened.
/// </summary>
internal static class SparseCodingStudy
{
    private const int Shown = 6;

    /// <param name="Fields">Atoms, shape (inits, K, N).</param>
    /// <param name="Silent">Share of codes that are 0.</param>
    private sealed record Dictionaries(RunSettings Row, string Name, bool Whitened, Tensor Fields, double[] Losses, double Silent)
    {
        internal int Units => Row.Model.Units;

        internal double Penalty => Row.Model.SparsityStrength;

        internal double[] Shares => [.. LocalizedFraction.OfEach(Fields).Select(f => f.Fraction)];

        internal Statistic Share => Statistic.OfShares(Shares, Units);

        internal int Sites => Row.Data.Sites;

        internal string Words => Invariant($"{RowName.Of(Row.Data)}, {Units} atoms, λ = {Penalty}");
    }

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var measurements = new List<Measurement>();
        Dictionaries[] all = [.. settings.Rows.Zip(settings.Names).SelectMany(row => new[] { false, true }.Select(whitened => Learnt(row.First, row.Second, whitened, bench)))];
        foreach (var one in all)
        {
            void Add(string id, string words, Statistic value) => measurements.Add(Measurement.OverInitialisations($"sparse-coding.{one.Name}.{id}", $"{one.Words}, {(one.Whitened ? "whitened" : "raw")}: {words}", value, one.Row));
            Add("localized", "fraction of atoms localized", one.Share);
            Add("loss", "final loss", Statistic.Of(one.Losses));
        }
        string[] findings =
        [
            .. all.Chunk(2).Select(row => Invariant($"{row[0].Words}: {Percent(row[0])} of the atoms are localized raw, {Percent(row[1])} whitened; {100 * row[0].Silent:0} % and {100 * row[1].Silent:0} % of the codes are 0.")),
            Invariant($"An atom counts as localized above IPR {InverseParticipationRatio.LocalizedAbove(all[0].Sites):0.000}; errors are those of {settings.Rows[0].Training.Inits} seeds, and not below the binomial one."),
        ];
        return new RecipeOutcome([("sparse-coding", Draw(all))], measurements, findings) { New = New(all) };
    }

    private static string Percent(Dictionaries one) => Invariant($"{100 * one.Share.Mean:0} ± {100 * (one.Share.StandardError ?? 0):0} %");

    // Fewer atoms than sites, where they fail on raw data and not on whitened ones; at the penalty at which most localize.
    private static string[] New(Dictionaries[] all)
    {
        var row = all.Chunk(2).Where(pair => pair[0].Units < pair[0].Sites).MaxBy(pair => pair[1].Share.Mean);
        return row is null || row[0].Share.Mean > 0.05 || row[1].Share.Mean < 0.5 ? []
            : [Invariant($"Fewer atoms than sites localize all the same where the data are whitened: of {row[0].Words}, {Percent(row[1])}, and {Percent(row[0])} on the data as they are.")];
    }

    private static Dictionaries Learnt(RunSettings row, string name, bool whitened, Workbench bench)
    {
        name += whitened ? "-whitened" : "-raw";
        var piece = bench.Do($"sparse-coding-{name}", new JsonObject { ["run"] = row.ToJson(), ["whitened"] = whitened }, progress => Learn(row, whitened, progress, bench.Cancellation));
        return new Dictionaries(row, name, whitened, piece.Tensors["atoms"], piece.Numbers["losses"].Deserialize<double[]>()!, (double)piece.Numbers["silent"]!);
    }

    private static Piece Learn(RunSettings row, bool whitened, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        var ensemble = Ensemble.Of(row, predicts: false);
        var training = ensemble.Settings.Training;
        using var network = (SparseCodingNetwork)ensemble.Model();
        var batches = new PreparedBatches(ensemble.Task, training, whitened ? Whitening(ensemble.Task).to(ensemble.Initial) : null);
        using var trainer = new Trainer(network, batches, new Reconstruction(), parameters => torch.optim.SGD(parameters, training.Lr), training.Seed);
        trainer.Run(training.Steps, t => progress.Report(new TrainingProgress(t.Step, training.Steps)), cancellation);
        using var noGrad = torch.no_grad();
        using var judges = new Generator(Seeds.Derive(training.Seed, "evaluation", training.Steps), ensemble.Initial.device);
        var (x, _) = new PreparedBatches(ensemble.Task, training with { Batch = 10 * training.Batch }, batches.Whitening).Next(judges);
        return new Piece(new JsonObject
        {
            ["losses"] = JsonSerializer.SerializeToNode(network.Losses(x).ToArray<double>()),
            ["silent"] = network.Responses(x).eq(0).to(ScalarType.Float64).mean().item<double>(),
        }, new Dictionary<string, Tensor> { ["atoms"] = network.Atoms().cpu().DetachFromDisposeScope() });
    }

    // C^(-1/2) of the mean covariance of the classes, Float64, shape (N, N).
    private static Tensor Whitening(ClassificationTask task)
    {
        var eye = torch.eye(task.Sites, dtype: ScalarType.Float64);
        var mean = task.Classes.Select(c => c.Covariance.Times(eye)).Aggregate((sum, next) => sum + next) / (double)task.Classes.Count;
        var (variances, axes) = torch.linalg.eigh(mean);
        return (axes * variances.rsqrt()).mm(axes.T);
    }

    private static Figure Draw(Dictionaries[] all)
    {
        var first = all[0].Row;
        Dictionaries[] nlgp = [.. all.Where(one => one.Row.Data is NlgpSettings)];
        double[] penalties = [.. nlgp.Select(one => one.Penalty).Distinct().Order()];
        Panel Shares(bool whitened) => new(whitened ? "Whitened" : "Raw", new Axis("atoms K") { Ticks = [.. nlgp.Select(one => one.Units).Distinct().Select(k => new Tick(k, $"{k}"))] }, FieldPanels.PercentAxis("% of atoms localized"))
        {
            Series =
            [
                .. penalties.SelectMany((penalty, i) =>
                {
                    var line = nlgp.Where(one => one.Whitened == whitened && one.Penalty == penalty).OrderBy(one => one.Units).ToArray();
                    return FieldPanels.Percents([.. line.Select(one => one.Share)], [.. line.Select(one => (double)one.Units + i - 1)], i, Invariant($"λ = {penalty}"), along: false);
                }),
            ],
            Legend = LegendPlacement.Best,
        };
        Panel Atoms(int units, bool whitened) => FieldPanels.Traces(nlgp.OrderBy(one => Math.Abs(one.Penalty - 0.5)).First(one => one.Units == units && one.Whitened == whitened).Fields[0], $"{(whitened ? "Whitened" : "Raw")}, K = {units}", "atom", Shown);
        int[] counts = [.. nlgp.Select(one => one.Units).Distinct().Order()];
        return new Figure("Sparse coding: how many atoms localize", [Shares(false), Shares(true), Atoms(counts[0], true), .. counts.Take(2).Select(k => Atoms(k, false)), Atoms(counts[1], true)])
        {
            Columns = 3,
            Caption = Invariant($"{RowName.Of(nlgp[0].Row.Data)}, {RowName.Extent(nlgp[0].Row.Data)}, all classes together; {first.Training.Inits} seeds, each on examples of its own (means, bars: standard deviation), up to {all.Max(one => one.Row.Training.Steps)} steps of batch {first.Training.Batch}, lr {first.Training.Lr}; whitened by the exact covariance (ZCA). C to F: {Shown} atoms of the first seed at λ nearest 0.5, each scaled to its largest weight."),
        };
    }

    /// <summary>Fresh examples, for each initialisation its own, perhaps whitened.</summary>
    private sealed class PreparedBatches(ClassificationTask task, TrainingSettings training, Tensor? whitening) : IBatches
    {
        internal Tensor? Whitening => whitening;

        public (Tensor X, Tensor Y) Next(Generator generator)
        {
            var (x, y) = task.Draw(training.Batch * training.Inits, generator);
            // Of each class (inits * count, N) -> (inits, batch, N).
            x = x.view(task.Classes.Count, training.Inits, -1, task.Sites).transpose(0, 1).reshape(training.Inits, training.Batch, task.Sites);
            return (whitening is null ? x : x.matmul(whitening), y);
        }
    }
}
