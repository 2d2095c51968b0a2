using TorchRf.Experiments.Analyzing;

namespace TorchRf.Experiments.Comparing;

/// <summary>Whether receptive fields became what was to be expected of the data: the trained ones, and theory's where there are some, by the same ruler.</summary>
/// <param name="ExcessKurtosis">Of class 1's marginal, which the amplifier is made from.</param>
/// <param name="Instability">How unstable theory's constant field is; null where that does not decide (<see cref="ConstantField"/>).</param>
/// <param name="Theory">Null where no theory was integrated.</param>
public sealed record Verdict(Expectation Expectation, double ExcessKurtosis, double? Instability, SettledFields Trained, SettledFields? Theory)
{
    /// <summary>Whether the trained receptive fields are localized: their mean IPR is surely above the threshold.</summary>
    public bool Observed => Trained.Side > 0;

    /// <summary>Whether they are what was expected; null where nothing certain was expected, or they are at the border.</summary>
    public bool? AsExpected => Matches(Trained);

    /// <summary>Whether localization is expected; null where that cannot be told.</summary>
    public bool? Expected => Expectation.Outcome switch { Outcome.Localized => true, Outcome.Modulated or Outcome.Extended => false, _ => null };

    /// <summary>Judges receptive fields of a neuron, shape (inits, units, N), trained on a task of two classes.</summary>
    /// <param name="theory">What theory says they become, of the same shape.</param>
    public static Verdict On(Tensor trained, ClassificationTask task, Tensor? theory = null)
    {
        using var scope = torch.NewDisposeScope();
        var (first, second) = (task.Classes[0], task.Classes[1]);
        double? instability = second.OutsideTheLemma is null && first.Covariance is IStationaryCovariance c0 && second.Covariance is IStationaryCovariance c1
            ? ConstantField.Instability(c0, c1, second.Marginal.FullAmplifier())
            : null;
        return new Verdict(Expectation.Of(task), second.Marginal.ExcessKurtosis, instability, SettledFields.Of(trained), theory is null ? null : SettledFields.Of(theory));
    }

    public override string ToString()
    {
        string kurtosis = double.IsFinite(ExcessKurtosis) ? Invariant($"{ExcessKurtosis:0.0000}") : "infinite";
        var l = Trained.Localized;
        string theory = Theory is null ? "" : $" {Told("Theory", Theory, "it")}";
        return $"{Expectation} Excess kurtosis of class 1: {kurtosis}. {Told("Trained", Trained, Invariant($"{l.Threshold:0.000} ({l.Why})"))}{theory}";
    }

    private bool? Matches(SettledFields fields) => fields.Side == 0 ? null : Expected is bool expected ? fields.Side > 0 == expected : null;

    private string Told(string whose, SettledFields fields, string threshold)
    {
        string seen = fields.Side switch { > 0 => "localized", 0 => "at the border", _ => "not localized" };
        string match = Matches(fields) switch
        {
            true => ", as expected",
            false => ", against expectation",
            _ => Expected is null ? "; nothing certain was expected" : ", neither as expected nor against it",
        };
        string error = fields.Ipr.StandardError is double e ? Invariant($" ± {e:0.000}") : "";
        return Invariant($"{whose}: mean IPR {fields.Ipr.Mean:0.000}{error}, {fields.Localized.Count} of {fields.Localized.Total} above {threshold}: {seen}{match}.");
    }
}

/// <summary>What became of the units of trained networks, unit by unit.</summary>
/// <param name="Whole">How many of all units are localized.</param>
/// <param name="Localized">The fraction of a network's units that are localized, over the networks.</param>
/// <param name="EffectiveSites">Over how many sites a unit's w² is spread, by its entropy; over all units.</param>
/// <param name="Width">How far w² reaches around a unit's mean position on the ring, in sites; null on a torus.</param>
/// <param name="BySurrogates">How many are more concentrated than their spectrum makes them, modulated ones too.</param>
/// <param name="Dead">How many units of each network answer to no example; null where the model cannot say.</param>
public sealed record TrainedUnits(int Units, int Inits, LocalizedFraction Whole, Statistic Localized, Statistic EffectiveSites, Statistic? Width, SurrogateFraction BySurrogates, IReadOnlyList<int>? Dead)
{
    public static TrainedUnits Of(TrainingRun run, Lattice lattice)
    {
        using var scope = torch.NewDisposeScope();
        var trained = run.Weights[-1].to(ScalarType.Float64);
        var networks = LocalizedFraction.OfEach(trained);
        return new TrainedUnits((int)trained.shape[1], networks.Count, LocalizedFraction.Among(trained), Statistic.OfElements(torch.tensor([.. networks.Select(n => n.Fraction)])),
            Statistic.OfElements(WeightEntropy.EffectiveNumber(trained)), lattice.Dimensions == 1 ? Statistic.OfElements(CircularPosition.Of(trained).Width) : null,
            SurrogateFraction.Among(trained, lattice.Side), run.Final.DeadUnits);
    }

    public JsonObject Json() => new()
    {
        ["units"] = Units,
        ["threshold"] = Whole.Threshold,
        ["localized_fraction"] = ComparisonReport.Json(Localized),
        ["effective_sites"] = ComparisonReport.Json(EffectiveSites),
        ["width"] = Width is Statistic width ? ComparisonReport.Json(width) : null,
        ["text"] = ToString(),
        ["dead"] = Dead is null ? null : new JsonArray([.. Dead.Select(n => (JsonNode)JsonValue.Create(n))]),
    };

    /// <summary>What the other ruler finds, and how it differs, in a sentence.</summary>
    internal static string Surrogates(SurrogateFraction found) => $"By their phases: {found}; that counts modulated fields too, however broad, and noise one time in 100.";

    public override string ToString()
    {
        int dead = Dead?.Sum() ?? 0;
        // Of a neuron alone there is no fraction.
        string localized = Units == 1
            ? Invariant($"Localized: {Whole.Count} of {Inits} receptive fields, with an IPR above {Whole.Threshold:0.000}, which white noise seldom reaches.")
            : Invariant($"Localized: {Localized.Mean:0.000} ± {Localized.Spread:0.000} of the {Units} units of a network, over {Inits}, with an IPR above {Whole.Threshold:0.000} ({Whole.Why}).");
        return localized + $" {Surrogates(BySurrogates)}" + Invariant($" {(Units == 1 ? "A field's" : "Their")} weight is spread over {EffectiveSites.Mean:0.0} ± {EffectiveSites.Spread:0.0} sites (by entropy).")
            + (dead == 0 ? "" : Invariant($" Dead: {dead} of {(long)Units * Inits} {(Units == 1 ? "neurons" : "units")} answer to no example."));
    }
}
