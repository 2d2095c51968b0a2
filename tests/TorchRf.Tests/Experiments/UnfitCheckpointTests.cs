using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Tests.Experiments;

/// <summary>Checkpoints that are whole but of another model.</summary>
public class UnfitCheckpointTests : FileFixture
{
    private static readonly RunSettings Settings = new()
    {
        Data = new IsingSettings { Sites = 10 },
        Training = new TrainingSettings { Inits = 2, Steps = 30, Batch = 20, CheckpointEvery = 10 },
        Device = "cpu",
        Threads = 1,
    };

    private static readonly long[] Schedule = [0, 30];

    private static Checkpoint Unfit(Checkpoint held) => held with
    {
        Tensors = held.Tensors.ToDictionary(t => t.Key, t => t.Key == "model.weight" ? torch.zeros(7) : t.Value),
    };

    [Test]
    public void The_one_before_it_is_used()
    {
        var ensemble = Ensemble.Of(Settings);
        using var run = RunFolder.Create(InFolder("run"), "train", Settings.ToJson(), []);
        var whole = Comparison.Train(ensemble, Schedule, run);
        run.Save(Unfit(run.Latest()!));
        var told = new List<string>();
        var again = Comparison.Train(ensemble, Schedule, run, run.Latest(), damaged: told.Add);
        Assert.That(told, Has.Count.EqualTo(1));
        Assert.That(told[0], Does.StartWith(run.FileOf(30) + ": The checkpoint's tensor 'model.weight' is Float32 (7)"));
        Assert.That(BytesOf(again.Weights), Is.EqualTo(BytesOf(whole.Weights)));
        Assert.That(run.Latest()!.Tensors["model.weight"].shape, Has.Length.EqualTo(3), "it was written anew");
    }

    [Test]
    public void Where_none_fits_one_line_names_the_newest_and_nothing_is_lost()
    {
        var ensemble = Ensemble.Of(Settings);
        using var run = RunFolder.Create(InFolder("run"), "train", Settings.ToJson(), []);
        Comparison.Train(ensemble, Schedule, run);
        run.Save(Unfit(run.Latest()!));
        run.Save(Unfit(run.Latest(before: 30)!));
        Assert.That(() => Comparison.Train(ensemble, Schedule, run, run.Latest()),
            Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith(run.FileOf(30) + ": The checkpoint's tensor"));
        Assert.That(new KeptCheckpoints(run.Path).Files(), Has.Count.EqualTo(2));
    }
}
