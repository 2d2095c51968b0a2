using System.Text.Json;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>
/// A neuron whose second layer v learns too (LSG's two-layer script): the trained v against the best for the trained field, by LSG's formula for Gaussian data and with the amplifier of the
/// data, and against the joint flow of both layers from the same start, along which |w|^2 - v^2 is conserved.
/// </summary>
internal static class HeadStudy
{
    /// <param name="V">The trained second layer, one an initialisation.</param>
    /// <param name="Gaussian">Best for the trained fields by LSG's formula.</param>
    /// <param name="Best">With the amplifier of the data.</param>
    /// <param name="Flow">At the end of the joint flow.</param>
    /// <param name="Drift">How far training moved |w|^2 - v^2, which the flow conserves.</param>
    private sealed record Trained(double[] V, double[] Gaussian, double[] Best, double[] Flow, double[] Drift);

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var (measurements, found) = (new List<Measurement>(), new List<(double Gain, Trained Of)>());
        foreach (var row in settings.Rows)
        {
            double gain = ((NlgpSettings)row.Data).Gain;
            var piece = bench.Do(Invariant($"head-g{gain:0.###}"), new JsonObject { ["run"] = row.ToJson() }, progress => new Piece(
                new JsonObject { ["trained"] = JsonSerializer.SerializeToNode(Train(row, progress, bench.Cancellation)) }, new Dictionary<string, Tensor>()));
            var of = piece.Numbers["trained"].Deserialize<Trained>()!;
            found.Add((gain, of));
            void Add(string id, string words, IEnumerable<double> values) => measurements.Add(Measurement.OverInitialisations(Invariant($"head.g{gain:0.###}.{id}"), Invariant($"NLGP({gain:0.###}): {words}"), Statistic.Of([.. values]), row));
            Add("v", "second layer, trained", of.V);
            Add("gaussian", "trained over the best by LSG's Gaussian formula", of.V.Zip(of.Gaussian, (v, best) => v / best));
            Add("best", "trained over the best with the amplifier", of.V.Zip(of.Best, (v, best) => v / best));
            Add("flow", "trained over the joint flow's", of.V.Zip(of.Flow, (v, flow) => v / flow));
            Add("drift", "change of |w|² - v² in training", of.Drift);
        }
        double Off(Func<Trained, double[]> best) => found.SelectMany(f => f.Of.V.Zip(best(f.Of), (v, b) => Math.Abs((v / b) - 1))).Average();
        string sentence = Invariant($"The trained second layer is {100 * Off(t => t.Gaussian):0.0} % off the best by LSG's formula for Gaussian data, on average over gains, {100 * Off(t => t.Best):0.0} % off with the data's own amplifier, and {100 * Off(t => t.Flow):0.0} % off the joint flow's from the same start, for |w|² - v², which the flow conserves, grows by {found.Average(f => f.Of.Drift.Average()):0.00} in training, as each step of finite size adds lr² (|∂w|² - (∂v)²) to it.");
        return new RecipeOutcome([("head", Draw(found, settings.Rows[0]))], measurements, [sentence]) { New = [sentence] };
    }

    private static Trained Train(RunSettings row, IProgress<TrainingProgress> progress, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        var ensemble = Ensemble.Of(row, predicts: false);
        var (first, second) = (ensemble.Task.Classes[0], ensemble.Task.Classes[1]);
        using var model = (TwoLayerNetwork)ensemble.Model();
        using (torch.no_grad())
            model.Head.Weight.fill_(1);
        var start = ensemble.Initial.to(ScalarType.Float64);
        using var trainer = new TaskTrainer<UnitNetwork>(model, ensemble.Task, row.Training, [row.Training.Steps]);
        var w = trainer.Run(null, progress, cancellation).Weights[-1].to(ScalarType.Float64).squeeze(1);
        var v = model.Head.Weight.detach().to(ScalarType.Float64).view(-1);
        var amplifier = second.Marginal.FullAmplifier();
        var flow = new JointFlow(first.Covariance, second.Covariance, new AmplifierDrive(amplifier));
        var state = torch.cat([start, torch.ones([start.shape[0], 1, 1], ScalarType.Float64, start.device)], -1);
        var ended = new DormandPrince(1e-6, 1e-9).Solve(flow, state, [row.Training.Steps * row.Training.Lr], cancellation: cancellation).Weights[-1];
        Tensor Conserved(Tensor fields, Tensor head) => fields.square().sum(-1) - head.square();
        return new Trained(v.ToArray<double>(),
            OptimalHead.Of(w, first.Covariance, second.Covariance, Data.Marginals.Amplifier.Normal()).ToArray<double>(),
            OptimalHead.Of(w, first.Covariance, second.Covariance, amplifier).ToArray<double>(),
            ended.narrow(-1, ended.shape[^1] - 1, 1).contiguous().view(-1).ToArray<double>(),
            (Conserved(w, v) - Conserved(start.squeeze(1), torch.ones_like(v))).ToArray<double>());
    }

    private static Figure Draw(List<(double Gain, Trained Of)> found, RunSettings row)
    {
        double[] All(Func<Trained, double[]> of) => [.. found.SelectMany(f => of(f.Of))];
        double[] trained = All(t => t.V);
        double most = 1.1 * trained.Concat(All(t => t.Gaussian)).Concat(All(t => t.Flow)).Max();
        LineSeries equal = new([0, most], [0, most]) { Style = 6, Dash = Dash.Dotted };
        Panel Against(string title, string x, params Series[] series) => new(title, new Axis(x) { Minimum = 0, Maximum = most }, new Axis("v, trained") { Minimum = 0, Maximum = most }) { Series = [equal, .. series], Legend = LegendPlacement.TopLeft };
        PointSeries Points(Func<Trained, double[]> of, string? label, int style) => new(All(of), trained) { Label = label, Style = style, Opacity = 0.7 };
        double[] gains = [.. found.Select(f => f.Gain)];
        LineSeries Mean(Func<Trained, double[]> of, string label, int style, Dash dash) => new(gains, [.. found.Select(f => of(f.Of).Average())]) { Label = label, Style = style, Dash = dash };
        return new Figure("A second layer that learns too",
        [
            Against("Best for the trained field", "v, best", Points(t => t.Gaussian, "Gaussian formula", 1), Points(t => t.Best, "with the amplifier", 0)),
            Against("From the same start", "v, joint flow", Points(t => t.Flow, null, 0)),
            new Panel("Over the gain", new Axis("gain g") { Log = true }, new Axis("v") { Minimum = 0 })
            {
                Series = [Mean(t => t.V, "trained", 0, Dash.Solid), Mean(t => t.Flow, "joint flow", 1, Dash.Dashed), Mean(t => t.Best, "best", 2, Dash.DashDot)],
            },
        ])
        {
            Columns = 3,
            Caption = Invariant($"One ReLU neuron and its second layer, which starts at 1; {RowName.Extent(row.Data)}, {found.Count} gains, {row.Training.Inits} starts on the same examples (dots), {row.Training.Steps} steps of lr {row.Training.Lr}, batch {row.Training.Batch}, seed {row.Training.Seed}."),
        };
    }
}
