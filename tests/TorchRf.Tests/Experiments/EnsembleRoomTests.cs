using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.Models;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Tests.Experiments;

/// <summary>Settings that are each allowed, and together more than any machine holds, are refused before anything is made.</summary>
public class EnsembleRoomTests
{
    private static RunSettings With(int inits = 2, int units = 1, int sites = 8, long batch = 20, ExampleStreams streams = ExampleStreams.Shared) => new()
    {
        Data = new IsingSettings { Sites = sites },
        Model = new ModelSettings { Model = "committee", Units = units },
        Training = new TrainingSettings { Inits = inits, Batch = batch, Streams = streams },
        Device = "cpu",
        Threads = 1,
    };

    private static IEnumerable<TestCaseData> Huge()
    {
        yield return new TestCaseData(With(inits: 1_000_000, units: 1_000_000), "Inits is 1000000; it must be less: 8e12 numbers, over 8 sites, are more than the 1e11 that are tried.");
        yield return new TestCaseData(With(batch: 1_000_000_000, sites: 1000), "Batch is 1000000000; it must be less: 1e12 numbers, over 1000 sites, are more than the 1e11 that are tried.");
        yield return new TestCaseData(With(inits: 1_000_000, batch: 1_000_000, streams: ExampleStreams.Own), "Batch is 1000000; it must be less: 8e12 numbers, over 8 sites, are more than the 1e11 that are tried.");
        yield return new TestCaseData(With(batch: 1_000_000_002), "Batch is 1000000002; it must be a whole number from 1 to 1000000000.");
    }

    [TestCaseSource(nameof(Huge))]
    public void What_no_machine_holds_is_refused(RunSettings settings, string message)
    {
        int threads = torch.get_num_threads();
        Assert.That(() => Ensemble.Of(settings, predicts: false), Throws.InstanceOf<InvalidSettingException>().With.Message.EqualTo(message));
        torch.set_num_threads(threads);
    }

    [Test]
    public void More_classes_than_anybody_has_tried_are_refused() =>
        Assert.That(() => new IsingSettings { Sites = 8, Couplings = [.. Enumerable.Repeat(0.3, 1001)] }.Task(),
            Throws.InstanceOf<InvalidSettingException>().With.Message.EqualTo("Couplings is 1001 values; it must be at most 1000, one a class."));
}
