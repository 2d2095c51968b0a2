namespace TorchRf.Experiments.Comparing;

/// <summary>Whether receptive fields localize: as the kurtosis and the theory say, and as the trained weights show.</summary>
/// <param name="ExcessKurtosis">Of class 1's marginal, which the amplifier is made from.</param>
/// <param name="Instability">How unstable theory's constant field is; null where that does not decide (<see cref="ConstantField"/>).</param>
public sealed record Verdict(double ExcessKurtosis, double? Instability, LocalizedFraction Localized, double MeanIpr)
{
    /// <summary>Whether the amplifier is exactly linear, as it is for normal and elliptical data whatever their kurtosis (LSG Prop. 3.3).</summary>
    public bool Linear { get; init; }

    /// <summary>
    /// Whether localization is expected: where the constant field is unstable, or, where that does not decide, where the
    /// excess kurtosis is negative, so that the amplifier is super-linear (LSG Claim 3.2), unless it is exactly linear.
    /// </summary>
    public bool Expected => Instability is double growth ? growth > 0 : ExcessKurtosis < 0 && !Linear;

    /// <summary>Whether most of the trained receptive fields are localized.</summary>
    public bool Observed => 2 * Localized.Count > Localized.Total;

    /// <summary>Judges trained receptive fields, shape (inits, units, N), of a task of two classes.</summary>
    public static Verdict On(Tensor trained, ClassificationTask task)
    {
        using var scope = torch.NewDisposeScope();
        var (first, second) = (task.Classes[0], task.Classes[1]);
        double? instability = first.Covariance is IStationaryCovariance c0 && second.Covariance is IStationaryCovariance c1
            ? ConstantField.Instability(c0, c1, second.Marginal.FullAmplifier())
            : null;
        double[] ipr = InverseParticipationRatio.Each(trained);
        return new Verdict(second.Marginal.ExcessKurtosis, instability, LocalizedFraction.Among(ipr, (int)trained.shape[^1]), ipr.Average()) { Linear = second.Marginal.IsLinearlyAmplified };
    }

    public override string ToString()
    {
        string kurtosis = !double.IsFinite(ExcessKurtosis)
            ? "infinite"
            : Invariant($"{ExcessKurtosis:0.0000}, {(ExcessKurtosis < 0 ? "negative" : "not negative")}");
        string theory = Instability switch
        {
            null when Linear => "and the amplifier is exactly linear",
            null => Expected ? "so the amplifier is super-linear" : "so the amplifier is not super-linear",
            > 0 => "and theory's constant field is unstable",
            _ => "and theory's constant field is stable",
        };
        string observed = Invariant($"Trained: mean IPR {MeanIpr:0.000}, {Localized.Count} of {Localized.Total} above {Localized.Threshold:0.000} ({Localized.Why}): {(Observed ? "localized" : "not localized")}");
        return $"Excess kurtosis of class 1 is {kurtosis}, {theory}: {(Expected ? "localization" : "no localization")} is expected. "
            + $"{observed}, {(Observed == Expected ? "as expected" : "against expectation")}.";
    }
}

/// <summary>What became of the units of trained networks, unit by unit.</summary>
/// <param name="Whole">How many of all units are localized.</param>
/// <param name="Localized">The fraction of a network's units that are localized, over the networks.</param>
/// <param name="EffectiveSites">Over how many sites a unit's w² is spread, by its entropy; over all units.</param>
/// <param name="Width">How far w² reaches around a unit's mean position on the ring, in sites; null on a torus.</param>
/// <param name="Dead">How many units of each network answer to no example; null where the model cannot say.</param>
public sealed record TrainedUnits(int Units, int Inits, LocalizedFraction Whole, Statistic Localized, Statistic EffectiveSites, Statistic? Width, IReadOnlyList<int>? Dead)
{
    public static TrainedUnits Of(TrainingRun run, Lattice lattice)
    {
        using var scope = torch.NewDisposeScope();
        var trained = run.Weights[-1].to(ScalarType.Float64);
        var networks = LocalizedFraction.OfEach(trained);
        return new TrainedUnits((int)trained.shape[1], networks.Count, LocalizedFraction.Among(trained), Statistic.OfElements(torch.tensor([.. networks.Select(n => n.Fraction)])),
            Statistic.OfElements(WeightEntropy.EffectiveNumber(trained)), lattice.Dimensions == 1 ? Statistic.OfElements(CircularPosition.Of(trained).Width) : null, run.Final.DeadUnits);
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

    public override string ToString()
    {
        int dead = Dead?.Sum() ?? 0;
        // Of a neuron alone there is no fraction.
        string localized = Units == 1
            ? Invariant($"Localized: {Whole.Count} of {Inits} receptive fields, with an IPR above {Whole.Threshold:0.000}, which white noise seldom reaches.")
            : Invariant($"Localized: {Localized.Mean:0.000} ± {Localized.Spread:0.000} of the {Units} units of a network, over {Inits}, with an IPR above {Whole.Threshold:0.000} ({Whole.Why}).");
        return localized + Invariant($" {(Units == 1 ? "A field's" : "Their")} weight is spread over {EffectiveSites.Mean:0.0} ± {EffectiveSites.Spread:0.0} sites (by entropy).")
            + (dead == 0 ? "" : Invariant($" Dead: {dead} of {(long)Units * Inits} {(Units == 1 ? "neurons" : "units")} answer to no example."));
    }
}
