using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Tests.Experiments;

/// <summary>The main job on the Ising ring, to the end: what is known of it must come out.</summary>
public class ComparisonTests : TensorScope
{
    [Test]
    public void Ising_rings_localize_as_far_as_is_known()
    {
        var settings = new RunSettings { Training = new TrainingSettings { Inits = 28, Steps = 2000, Batch = 2000, Seed = 3 }, Device = "cpu" };
        var full = Comparison.Run(Ensemble.Of(settings), SnapshotSchedule.OneTwoFive(2000));
        var early = full.Snapshots.Single(s => s.Step == 20);
        var last = full.Snapshots[^1];

        // Seed to seed the mean over 28 varies by 0.003 (ratio), 0.007 (cosine), 0.001 (IPR) and 2 (peaks).
        Assert.That(early.NormRatio.Mean, Is.EqualTo(1).Within(0.05));
        Assert.That(early.Cosine.Mean, Is.GreaterThan(0.95));
        Assert.That(last.TrainedIpr.Mean, Is.EqualTo(0.85).Within(0.02));
        Assert.That(last.TheoryIpr.Mean, Is.EqualTo(0.348).Within(0.002));
        Assert.That(last.Agreement.Within1, Is.GreaterThanOrEqualTo(18));
        Assert.That(full.Verdict!.Expected && full.Verdict.Observed);

        var taylor = Comparison.Predict(Ensemble.Of(settings with { Theory = EffectiveTheory.ThirdOrder }), [2000]);
        Assert.That(Statistic.OfElements(TorchRf.Measures.InverseParticipationRatio.Of(taylor)).Mean, Is.EqualTo(0.169).Within(0.002));
    }

    [Test]
    public void Theory_starts_where_training_does()
    {
        var settings = new RunSettings { Training = new TrainingSettings { Inits = 3, Steps = 1, Batch = 2 }, Device = "cpu" };
        var comparison = Comparison.Run(Ensemble.Of(settings), [0, 1]);
        Assert.That(comparison.Theory[0].allclose(comparison.Trained[0].to(ScalarType.Float64), rtol: 0, atol: 0));
        Assert.That(comparison.Trained.shape, Is.EqualTo(new long[] { 2, 3, 1, 40 }).And.EqualTo(comparison.Theory.shape));
    }

    // A row down is one site away, however far it is along the numbering.
    [Test]
    public void Peaks_are_compared_on_the_lattice_of_the_data()
    {
        var trained = torch.eye(36, dtype: ScalarType.Float64).view(36, 1, 36);
        var snapshot = ComparedSnapshot.Of(new SnapshotMetrics(0, 1, null), trained, trained.roll(6, -1), Lattice.Torus(6));
        Assert.That(snapshot.Agreement, Is.EqualTo(new TorchRf.Measures.PeakAgreement(0, 36, 36, 36)));
    }
}
