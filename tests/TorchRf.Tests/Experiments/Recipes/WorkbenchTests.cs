using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Recipes;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Tests.Experiments.Recipes;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class WorkbenchTests : FileFixture
{
    private static readonly RunSettings Settings = new()
    {
        Data = new IsingSettings { Sites = 10 },
        Training = new TrainingSettings { Inits = 2, Steps = 60, Batch = 20, CheckpointEvery = 10 },
        Device = "cpu",
        Threads = 1,
    };

    private int done;

    private Workbench Bench(CancellationToken cancellation = default) => new(InFolder("pieces"), (_, work) =>
    {
        done++;
        return work(new Progress<TrainingProgress>());
    }, cancellation);

    private static Piece Answer(double number)
    {
        var tensor = torch.tensor(new[] { number, 2 }).DetachFromDisposeScope();
        return new Piece(new JsonObject { ["number"] = number }, new Dictionary<string, Tensor> { ["t"] = tensor });
    }

    [Test]
    public void A_piece_is_done_once()
    {
        var key = new JsonObject { ["a"] = 1 };
        Bench().Do("piece", key, _ => Answer(5));
        var again = Bench();
        var kept = again.Do("piece", key, _ => Answer(6));
        Assert.That(done, Is.EqualTo(1));
        Assert.That((double)kept.Numbers["number"]!, Is.EqualTo(5));
        Assert.That(kept.Tensors["t"].ToArray<double>(), Is.EqualTo(new[] { 5.0, 2 }));
        Assert.That(again.Seconds, Is.GreaterThan(0), "what it took is remembered");
    }

    [Test]
    public void Other_settings_do_it_again()
    {
        Bench().Do("piece", new JsonObject { ["a"] = 1 }, _ => Answer(5));
        Assert.That((double)Bench().Do("piece", new JsonObject { ["a"] = 2 }, _ => Answer(6)).Numbers["number"]!, Is.EqualTo(6));
    }

    [Test]
    public void A_damaged_piece_is_done_again()
    {
        Bench().Do("piece", [], _ => Answer(5));
        File.WriteAllText(InFolder("pieces/piece.safetensors"), "not a piece");
        Assert.That((double)Bench().Do("piece", [], _ => Answer(6)).Numbers["number"]!, Is.EqualTo(6));
    }

    [Test]
    public void A_setting_that_came_later_stood_at_its_default()
    {
        var key = new JsonObject { ["run"] = Settings.ToJson() };
        var older = key.DeepClone().AsObject();
        older["run"]!.AsObject().Remove("activation");
        Bench().Do("piece", older, _ => Answer(5));
        Assert.That((double)Bench().Do("piece", key, _ => Answer(6)).Numbers["number"]!, Is.EqualTo(5));
        older["run"]!["lr"] = 0.5;
        Assert.That((double)Bench().Do("piece", older, _ => Answer(7)).Numbers["number"]!, Is.EqualTo(7));
    }

    [Test]
    public void An_interrupted_training_goes_on_to_the_same_bits()
    {
        var ensemble = Ensemble.Of(Settings);
        long[] schedule = [0, 60];
        var whole = Bench().Train("whole", ensemble, schedule);

        using var stop = new CancellationTokenSource();
        var interrupted = new Workbench(InFolder("pieces"), (_, work) => work(new Told<TrainingProgress>(p => { if (p.Step == 35) stop.Cancel(); })), stop.Token);
        Assert.That(() => interrupted.Train("parts", ensemble, schedule), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.Exists(InFolder("pieces/parts-unfinished")), "its checkpoints are kept");

        long? first = null;
        var resumed = new Workbench(InFolder("pieces"), (_, work) => work(new Told<TrainingProgress>(p => first ??= p.Step)), default).Train("parts", ensemble, schedule);
        Assert.That(first, Is.EqualTo(36), "it went on from where it was");
        Assert.That(resumed.Weights.eq(whole.Weights).all().item<bool>());
        Assert.That(resumed.Final.Losses, Is.EqualTo(whole.Final.Losses));
        Assert.That(Directory.Exists(InFolder("pieces/parts-unfinished")), Is.False, "its checkpoints are gone");
    }

    [Test]
    public void What_an_interrupted_piece_took_is_remembered()
    {
        Assert.That(() => Bench().Do("piece", [], _ => { Thread.Sleep(50); throw new OperationCanceledException(); }), Throws.InstanceOf<OperationCanceledException>());
        var second = Bench();
        second.Do("piece", [], _ => Answer(5));
        Assert.That(second.Seconds, Is.GreaterThan(0.05));
        Assert.That(Directory.GetFiles(InFolder("pieces")), Has.Length.EqualTo(1), "only the piece is left");
    }

    [TestCase("{")]
    [TestCase("{\"schema\": 99, \"command\": \"run\", \"settings\": {}}")]
    public void An_unfinished_run_that_cannot_be_read_is_started_anew(string run)
    {
        Directory.CreateDirectory(InFolder("pieces/run-unfinished"));
        File.WriteAllText(InFolder("pieces/run-unfinished/run.json"), run);
        Assert.That(Bench().Train("run", Ensemble.Of(Settings), [0, 60]).Steps, Is.EqualTo(new long[] { 0, 60 }));
    }

    [Test]
    public void A_prediction_is_integrated_once()
    {
        var ensemble = Ensemble.Of(Settings);
        var first = Bench().Predict("run", ensemble, [0, 60]);
        var kept = Bench().Predict("run", ensemble, [0, 60]);
        Assert.That(done, Is.EqualTo(1));
        Assert.That(kept.eq(first).all().item<bool>());
        Assert.That(first.eq(Comparison.Predict(ensemble, [0, 60])).all().item<bool>());
    }

    [Test]
    public void A_kept_training_is_the_training()
    {
        var ensemble = Ensemble.Of(Settings);
        var first = Bench().Train("run", ensemble, [0, 60]);
        var kept = Bench().Train("run", ensemble, [0, 60]);
        Assert.That(done, Is.EqualTo(1));
        Assert.That(kept.Steps, Is.EqualTo(first.Steps));
        Assert.That(kept.Metrics, Is.EqualTo(first.Metrics));
        Assert.That(kept.Weights.eq(first.Weights).all().item<bool>());
        Assert.That(kept.ByClass[1].Accuracies, Is.EqualTo(first.ByClass[1].Accuracies));
    }
}
