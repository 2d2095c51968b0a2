namespace TorchRf.Experiments;

/// <summary>
/// LSG section 4: how often the peak of the trained receptive field lies where theory's does (Ising; the paper has 26 of 28),
/// over many seeds and against the batch, for it is gradient noise that moves peaks.
/// </summary>
internal static class AgreementStudy
{
    private static readonly (string Name, string Label, Func<PeakAgreement, int> Count)[] Tolerances =
        [("exact", "exactly", a => a.Exact), ("within1", "within 1 site", a => a.Within1), ("within2", "within 2 sites", a => a.Within2)];

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var measurements = new List<Measurement>();
        var shares = new List<double[]>();
        var lemma = new List<Tensor>();
        foreach (var row in settings.Rows)
        {
            lemma.Clear();
            var (agreements, iprs) = (new List<PeakAgreement>(), new List<double>());
            foreach (var run in settings.Repeated(row))
            {
                var ensemble = Ensemble.Of(run);
                long[] schedule = [0, run.Training.Steps];
                var piece = Invariant($"agreement-batch{run.Training.Batch}-seed{run.Training.Seed}");
                var trained = bench.Train(piece, ensemble, schedule).Weights[-1];
                var predicted = bench.Predict(piece, ensemble, schedule)[-1];
                lemma.Add(predicted);
                agreements.Add(PeakAgreement.Between(predicted, trained, ensemble.Task.Lattice.Side));
                iprs.Add(InverseParticipationRatio.Of(trained.to(ScalarType.Float64)).mean().item<double>());
            }
            void Add(string id, string quantity, IReadOnlyCollection<double> values) =>
                measurements.Add(new(Invariant($"agreement.batch{row.Training.Batch}.{id}"), Invariant($"{quantity}, batch {row.Training.Batch}"), Statistic.Of(values), "seeds"));
            foreach (var (name, label, count) in Tolerances)
                Add(name, $"peaks that agree {label}", [.. agreements.Select(a => (double)count(a) / a.Total)]);
            Add("ipr", "IPR of the trained field", iprs);
            shares.Add([.. Tolerances.Select(t => agreements.Sum(t.Count) * 100.0 / agreements.Sum(a => a.Total))]);
        }
        // The same starts without gradient noise: what ever larger batches come to.
        var limits = settings.Repeated(settings.Rows[^1]).Zip(lemma, (run, theory) =>
        {
            var ensemble = Ensemble.Of(run with { Theory = EffectiveTheory.Exact });
            return PeakAgreement.Between(theory, bench.Predict(Invariant($"agreement-exact-seed{run.Training.Seed}"), ensemble, [0, run.Training.Steps])[-1], ensemble.Task.Lattice.Side);
        }).ToArray();
        foreach (var (name, label, count) in Tolerances)
            measurements.Add(new($"agreement.exact.{name}", $"peaks of the lemma and the exact flow that agree {label}", Statistic.Of([.. limits.Select(a => (double)count(a) / a.Total)]), "seeds"));
        double limit = limits.Sum(a => a.Within1) * 100.0 / limits.Sum(a => a.Total);
        string rises = Invariant($"Within 1 site {string.Join(", ", settings.Rows.Zip(shares, (row, s) => Invariant($"{s[1]:0.0} % at batch {row.Training.Batch}")))}: the share of peaks that agree {(shares.Zip(shares.Skip(1)).All(p => p.Second[1] >= p.First[1]) ? "rises" : "does not rise throughout")} with the batch, as gradient noise moves peaks and larger batches have less of it. Between the lemma and the exact flow, which has none, {limit:0.0} % agree.");
        return new RecipeOutcome([("agreement", Draw(settings, shares, limit))], measurements, [rises]) { New = ["Where peaks lie, trained against theory, on Ising data: " + char.ToLowerInvariant(rises[0]) + rises[1..]] };
    }

    private static Figure Draw(RecipeSettings settings, List<double[]> shares, double limit)
    {
        var training = settings.Rows[0].Training;
        double[] batch = [.. settings.Rows.Select(r => (double)r.Training.Batch)];
        return new Figure("Where peaks lie: trained against theory",
        [
            new Panel("Ising", new Axis("batch (examples)") { Log = true }, new Axis("% of initialisations") { Minimum = 0, Maximum = 100 })
            {
                // The legend in the order of the curves, which it stands beside.
                Series = [.. Tolerances.Select((t, i) => new LineSeries(batch, [.. shares.Select(s => s[i])]) { Label = t.Label, Style = i }).Reverse()],
                ReferenceLines = [ReferenceLine.Horizontal(100 * 26.0 / 28, "paper"), ReferenceLine.Horizontal(limit, "exact, within 1")],
                Legend = LegendPlacement.Outside,
            },
        ])
        {
            Caption = Invariant($"One ReLU neuron, N = {settings.Rows[0].Data.Sites}; {settings.Seeds} seeds of {training.Inits} initialisations each, {training.Steps} steps, lr {training.Lr}."),
        };
    }
}
