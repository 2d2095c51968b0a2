using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Measures;
using TorchRf.Training;

namespace TorchRf.Experiments.Comparing;

/// <summary>What became of the units of trained networks, unit by unit.</summary>
/// <param name="Units">K, of each network.</param>
/// <param name="Inits">How many networks.</param>
/// <param name="Threshold">The IPR above which a receptive field counts as localized.</param>
/// <param name="Localized">The fraction of a network's units that are localized, over the networks.</param>
/// <param name="EffectiveSites">Over how many sites a unit's w² is spread, by its entropy; over all units.</param>
/// <param name="Width">How far w² reaches around a unit's mean position on the ring, in sites; null on a torus.</param>
/// <param name="Dead">How many units of each network answer to no example; null where the model cannot say.</param>
public sealed record TrainedUnits(int Units, int Inits, double Threshold, Statistic Localized, Statistic EffectiveSites, Statistic? Width, IReadOnlyList<int>? Dead)
{
    /// <summary>Judges the last snapshot of a training.</summary>
    /// <param name="run">The training.</param>
    /// <param name="lattice">How its sites are arranged.</param>
    public static TrainedUnits Of(TrainingRun run, Lattice lattice)
    {
        using var scope = torch.NewDisposeScope();
        var trained = run.Weights[-1].to(ScalarType.Float64);
        double threshold = InverseParticipationRatio.LocalizedAbove((int)trained.shape[^1]);
        var fraction = InverseParticipationRatio.Of(trained).gt(threshold).to(ScalarType.Float64).mean([-1]);
        return new TrainedUnits((int)trained.shape[1], (int)trained.shape[0], threshold, Statistic.OfElements(fraction),
            Statistic.OfElements(WeightEntropy.EffectiveNumber(trained)), lattice.Dimensions == 1 ? Statistic.OfElements(CircularPosition.Of(trained).Width) : null, run.Final.DeadUnits);
    }

    /// <summary>As JSON.</summary>
    public JsonObject Json() => new()
    {
        ["units"] = Units,
        ["threshold"] = Threshold,
        ["localized_fraction"] = ComparisonReport.Json(Localized),
        ["effective_sites"] = ComparisonReport.Json(EffectiveSites),
        ["width"] = Width is Statistic width ? ComparisonReport.Json(width) : null,
        ["dead"] = Dead is null ? null : new JsonArray([.. Dead.Select(n => (JsonNode)JsonValue.Create(n))]),
    };

    /// <summary>A sentence, and another where units are dead.</summary>
    public override string ToString()
    {
        int dead = Dead?.Sum() ?? 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"Localized (IPR above {Threshold:0.000}): {Localized.Mean:0.000} ± {Localized.Spread:0.000} of the {Units} units of a network, over {Inits}. Their weight is spread over {EffectiveSites.Mean:0.0} ± {EffectiveSites.Spread:0.0} sites (by entropy).")
            + (dead == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" Dead: {dead} of {(long)Units * Inits} units answer to no example."));
    }
}
