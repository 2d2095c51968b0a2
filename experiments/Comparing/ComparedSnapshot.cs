using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Measures;

namespace TorchRf.Experiments.Comparing;

/// <summary>Simulation and prediction side by side after some steps.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">Of the simulation.</param>
/// <param name="Accuracy">Of the simulation; null where it has no meaning.</param>
/// <param name="Cosine">Between simulated and predicted receptive fields.</param>
/// <param name="NormRatio">|predicted| / |simulated|.</param>
/// <param name="SimulatedIpr">IPR of the simulated receptive fields.</param>
/// <param name="PredictedIpr">IPR of the predicted ones.</param>
/// <param name="Agreement">How many peaks agree.</param>
public sealed record ComparedSnapshot(
    long Step, double Loss, double? Accuracy, Statistic Cosine, Statistic NormRatio, Statistic SimulatedIpr, Statistic PredictedIpr, PeakAgreement Agreement)
{
    /// <summary>Compares receptive fields of shape (inits, units, N), whose sites are arranged as the lattice says.</summary>
    public static ComparedSnapshot Of(SnapshotMetrics metrics, Tensor simulated, Tensor predicted, Lattice lattice)
    {
        using var scope = torch.NewDisposeScope();
        var w = simulated.to(ScalarType.Float64);
        return new ComparedSnapshot(metrics.Step, metrics.Loss, metrics.Accuracy,
            Statistic.OfElements(Similarity.Cosine(predicted, w)), Statistic.OfElements(Similarity.NormRatio(predicted, w)),
            Statistic.OfElements(InverseParticipationRatio.Of(w)), Statistic.OfElements(InverseParticipationRatio.Of(predicted)),
            PeakAgreement.Between(predicted, w, lattice.Side));
    }
}
