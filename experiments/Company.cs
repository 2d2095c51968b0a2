namespace TorchRf.Experiments;

/// <summary>
/// What committees of ReLU units are held against: the same committee on Gaussian data of the same covariances, one neuron alone on the same data, and what pulls the units from where Gaussian data leave
/// them. On their spectrum all agree; where a field is localized it is by its phases.
/// </summary>
internal sealed record Company(IReadOnlyList<Measurement> Measurements, IReadOnlyList<string> Findings, IReadOnlyList<string> New)
{
    // In which the pull is said; a step is a time of lr / K.
    private const int Steps = 100;

    // Shares differ where they are so many standard errors apart.
    private const double Clear = 3;

    /// <param name="rows">Committees of ReLU units, one of them on a Gaussian clone, and a neuron for each of the others; further rows are left out.</param>
    internal static Company Of(IReadOnlyList<StudiedRow> rows)
    {
        using var scope = torch.NewDisposeScope();
        var units = rows.Where(r => r.Settings.Model.IsReluCommittee).ToArray();
        var clone = units.Single(r => r.Settings.Data.GaussianClone);
        var (measurements, findings) = (new List<Measurement>(), new List<string>());
        var (noise, spread) = (Phases(clone), Spectrum(clone));
        measurements.Add(clone.Measured("surrogate", "fraction of units more concentrated than their spectrum", noise));
        var told = new List<Told>();
        foreach (var row in units.Where(r => r != clone))
        {
            var alone = rows.Single(r => r.Settings.Model.IsSingleReluNeuron && RowName.Of(r.Settings.Data) == RowName.Of(row.Settings.Data));
            var phases = Phases(row);
            double apart = (Spectrum(row) - spread).abs().sum().item<double>() / 2;
            var training = row.Settings.Training;
            var pull = CompanyPull.Of(row.Ensemble.Task, clone.Trained, training.Seed);
            Statistic Percent(double[] rate) => Statistic.Of([.. rate.Select(r => 100 * r * Steps * training.Lr / row.Settings.Model.Units)]);
            var (drive, others, total) = (Percent(pull.Drive), Percent(pull.Others), Percent(pull.Total));
            measurements.AddRange(
            [
                row.Measured("surrogate", "fraction of units more concentrated than their spectrum", phases),
                row.Measured("spectrum", "share of the power at other wavelengths than on the Gaussian clone", new Statistic(apart, null, null, 1)),
                row.Measured("pull-drive", $"growth of the clone's units' IPR in {Steps} steps by their own drive beyond Gaussian data's, %", drive),
                row.Measured("pull-others", "the same by what the other units answer, %", others),
                row.Measured("pull", "the same by both, %", total),
                alone.Measured("ipr", "IPR", alone.Ipr),
                alone.LocalizedNeurons(),
            ]);
            findings.Add(Invariant($"{row.What}, and their Gaussian clone: all but {100 * apart:0} % of the units' power is at the same wavelengths, and what differs is how the phases lie. {100 * phases.Mean:0} % of the units are more concentrated than 99 % of fields of their spectrum with random phases, and {100 * noise.Mean:0} % on the clone; by IPR {100 * Share(row).Mean:0} and {100 * Share(clone).Mean:0} % are localized, and of neurons alone {alone.Localized.Count} of {alone.Localized.Total} (mean IPR {alone.Ipr.Average():0.000})."));
            findings.Add(Invariant($"{row.What}, excess kurtosis {Kurtosis(row):0.00}: placed where the clone's units end, units change their IPR by {drive.Mean:+0.0;-0.0} % in {Steps} steps by their own drive, which the lemma closes, by {others.Mean:+0.0;-0.0} % through what the others answer, and by {total.Mean:+0.0;-0.0} ± {total.Error:0.0} % by both."));
            told.Add(new Told(row, alone, drive, others, total));
        }
        return new Company(measurements, findings, [.. Conclusions(clone, told)]);
    }

    // Where it is so.
    private static IEnumerable<string> Conclusions(StudiedRow clone, IReadOnlyList<Told> told)
    {
        var clear = told.Where(t => Share(t.Row).Mean - Share(clone).Mean > Clear * (Share(t.Row).Error + Share(clone).Error)).ToArray();
        if (clear.FirstOrDefault(t => 2 * t.Alone.Localized.Count < t.Alone.Localized.Total) is { } one)
            yield return Invariant($"ReLU units in company localize where one alone does not: {100 * Share(one.Row).Mean:0} % of {one.Row.Settings.Model.Units} units on {one.Data}, and {one.Alone.Localized.Count} of {one.Alone.Localized.Total} neurons. Company takes away the constant field's lead: units that share a task spread over all wavelengths that tell the classes apart, on Gaussian data of the same covariances just so, where {100 * Share(clone).Mean:0} % are localized. A little that is not Gaussian is then enough to align the phases to a bump.");
        string Each(Func<Told, FormattableString> said) => string.Join(" and ", clear.Select(t => Invariant(said(t))));
        if (clear.Length > 1 && clear.All(t => t.Both.Mean > Clear * t.Both.Error))
            yield return Invariant($"In company the excess kurtosis does not decide ({Each(t => $"{Kurtosis(t.Row):0.00} for {t.Data}")}): what it does to a unit's own drive, {Each(t => $"{t.Drive.Mean:+0.0;-0.0}")} % of the IPR in {Steps} steps, is met by what the other units answer, {Each(t => $"{t.Others.Mean:+0.0;-0.0}")} %, and both together localize, {Each(t => $"{t.Both.Mean:+0.0;-0.0}")} %. The lemma carried to committees has the first alone.");
    }

    private sealed record Told(StudiedRow Row, StudiedRow Alone, Statistic Drive, Statistic Others, Statistic Both)
    {
        internal string Data => RowName.Of(Row.Settings.Data);
    }

    private static Statistic Share(StudiedRow row) => Statistic.OfShares(row.LocalizedShares, row.Settings.Model.Units);

    private static double Kurtosis(StudiedRow row) => row.Ensemble.Task.Classes[1].Marginal.ExcessKurtosis;

    private static Statistic Phases(StudiedRow row) => Statistic.OfShares([.. Enumerable.Range(0, (int)row.Trained.shape[0]).Select(init => SurrogateFraction.Among(row.Trained[init]).Fraction)], row.Settings.Model.Units);

    // The mean over units of which share of its power each has at each frequency.
    private static Tensor Spectrum(StudiedRow row)
    {
        var power = torch.fft.fft_(row.Trained.to(ScalarType.Float64), dim: -1).abs().square();
        return (power / power.sum(-1, keepdim: true)).mean([0, 1]);
    }
}
