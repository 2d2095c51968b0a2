using System.Text.Json.Nodes;
using TorchRf.IO;
using TorchRf.Models;
using TorchRf.Tests.Models;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

/// <summary>Runs that end before their time, and the folders that they leave behind.</summary>
public sealed class AbandonedRunTests : FileFixture
{
    private static JsonObject Settings => new() { ["lr"] = 0.1, ["couplings"] = new JsonArray(0.3, 0.7), ["seed"] = 5 };

    private string Run => InFolder("run");

    private RunFolder Create() => RunFolder.Create(Run, "train", Settings, []);

    private static (double[] Weights, IReadOnlyList<SnapshotMetrics> Metrics) Finish(RunFolder? run, bool resume)
    {
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron);
        if (resume && run!.Latest() is Checkpoint checkpoint)
            trainer.Restore(checkpoint);
        var done = trainer.Run(run);
        using var weights = done.Weights;
        return (Values(weights), done.Metrics);
    }

    // Before the first checkpoint, on one, between two, and just before the end; checkpoints are at 10, 20, 30 and 40.
    [TestCase(3)]
    [TestCase(10)]
    [TestCase(17)]
    [TestCase(29)]
    [TestCase(39)]
    public void A_run_that_was_killed_resumes_to_the_same_bits(int at)
    {
        var whole = Finish(null, resume: false);
        using (var run = Create())
        using (var neuron = SmallRun.Neuron())
        using (var trainer = SmallRun.Trainer(neuron))
            Assert.That(() => trainer.Run(run, new Told<TrainingProgress>(p => { if (p.Step == at) throw new TimeoutException(); })), Throws.InstanceOf<TimeoutException>());

        using var resumed = RunFolder.Resume(Run, "train", Settings);
        Assert.That(resumed.Latest()?.Step, Is.EqualTo(at / 10 * 10));
        var (weights, metrics) = Finish(resumed, resume: true);
        Assert.That(weights, Is.EqualTo(whole.Weights));
        Assert.That(metrics, Is.EqualTo(whole.Metrics));
    }

    [Test]
    public void A_cancelled_run_leaves_a_checkpoint_of_its_last_step()
    {
        using var run = Create();
        using var cancellation = new CancellationTokenSource();
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron);
        Assert.That(() => trainer.Run(run, new Told<TrainingProgress>(p => { if (p.Step == 13) cancellation.Cancel(); }), cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        var checkpoint = run.Latest()!;
        Assert.That(checkpoint.Step, Is.EqualTo(13));
        Assert.That(Values(checkpoint.Tensors["model.weight"]), Is.EqualTo(Values(neuron.Weight.detach())));
        Assert.That(Finish(run, resume: true).Weights, Is.EqualTo(Finish(null, resume: false).Weights));
    }

    [Test]
    public void Divergence_is_told_and_the_last_checkpoint_stays_finite()
    {
        using var run = Create();
        // A linear unit at four times the largest stable rate, 2 / (e^0.6 + e^1.4), grows until it overflows.
        using var neuron = Started.Neuron(SmallRun.Initial(), Activation.Linear);
        using var trainer = SmallRun.Trainer(neuron, SmallRun.Settings with { Steps = 100_000, Lr = 1.5, CheckpointEvery = 3 }, [0]);
        var thrown = Assert.Throws<DivergenceException>(() => trainer.Run(run));
        Assert.That(thrown.Message, Does.Contain("sgd, lr 1.5").And.Contain($"step {thrown.Step}"));
        Assert.That(thrown.Step, Is.InRange(3, 100_000));
        var told = new List<string>();
        var checkpoint = run.Latest(told.Add)!;
        Assert.That(told, Is.Empty);
        Assert.That(checkpoint.Step, Is.InRange(3, thrown.Step));
        Assert.That(checkpoint.Tensors["model.weight"].isfinite().all().item<bool>(), Is.True);
    }

    // The loss before a step can be finite and the weights after it not: they must not become a checkpoint.
    [Test]
    public void Weights_that_overflow_are_not_saved()
    {
        using var run = Create();
        using var neuron = Started.Neuron(torch.full([3, 1, SmallRun.Sites], 1e15));
        using var trainer = SmallRun.Trainer(neuron, SmallRun.Settings with { Lr = 1e25, CheckpointEvery = 1, Steps = 1 }, [0]);
        Assert.That(() => trainer.Run(run), Throws.InstanceOf<DivergenceException>());
        Assert.That(run.Latest()!.Step, Is.Zero);
        Assert.That(() => trainer.Capture(), Throws.InstanceOf<DivergenceException>());
    }

    [Test]
    public void Other_settings_are_refused_by_the_first_that_differs()
    {
        Create().Dispose();
        var others = Settings;
        others["couplings"] = new JsonArray(0.3, 0.8);
        others["seed"] = 6;
        var fewer = Settings;
        fewer.Remove("seed");
        void Refused(Func<object> open, string reason) => Assert.That(open, Throws.InstanceOf<InvalidSettingException>().With.Message.Contains(reason).And.Message.Not.Contains("instead of 6"));
        Refused(() => RunFolder.Resume(Run, "train", others), "'couplings' is [0.3,0.7] instead of [0.3,0.8]");
        Refused(() => RunFolder.Create(Run, "train", others, []), "'couplings' is [0.3,0.7] instead of [0.3,0.8]");
        Refused(() => RunFolder.Resume(Run, "train", fewer), "'seed' is 5 instead of not set");
        JsonObject Rows(int steps) => new() { ["rows"] = new JsonArray(new JsonObject { ["steps"] = 1 }, new JsonObject { ["steps"] = steps, ["seed"] = 1 }) };
        RunFolder.Create(InFolder("recipe"), "figure", Rows(2), []).Dispose();
        Refused(() => RunFolder.Resume(InFolder("recipe"), "figure", Rows(3)), "'rows[1].steps' is 2 instead of 3");
        File.WriteAllText(InFolder("run/run.json"), "{ not json");
        Assert.That(() => RunFolder.Resume(Run, "train", Settings), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("run.json"));
    }

    [Test]
    public void A_folder_that_goes_away_ends_the_run_with_its_reason()
    {
        using var run = Create();
        Directory.Delete(Run, recursive: true);
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron);
        Assert.That(() => trainer.Run(run), Throws.InstanceOf<IOException>());
    }
}
