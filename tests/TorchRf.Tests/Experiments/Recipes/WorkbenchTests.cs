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
    public void A_piece_is_done_once_and_again_where_settings_differ_or_it_is_damaged()
    {
        double Done(JsonObject key, double answer) => (double)Bench().Do("piece", key, _ => Answer(answer)).Numbers["number"]!;
        var key = new JsonObject { ["run"] = Settings.ToJson() };
        // A setting that came later stood at its default.
        var older = key.DeepClone().AsObject();
        older["run"]!.AsObject().Remove("activation");
        Assert.That((Done(older, 5), Done(key, 6), done), Is.EqualTo((5.0, 5.0, 1)));
        var again = Bench();
        Assert.That(again.Do("piece", key, _ => Answer(7)).Tensors["t"].ToArray<double>(), Is.EqualTo(new[] { 5.0, 2 }));
        Assert.That(again.Seconds, Is.GreaterThan(0), "what it took is remembered");
        older["run"]!["lr"] = 0.5;
        Assert.That((Done(older, 8), done), Is.EqualTo((8.0, 2)));
        File.WriteAllText(InFolder("pieces/piece.safetensors"), "not a piece");
        Assert.That((Done(older, 9), done), Is.EqualTo((9.0, 3)));
    }

    // By what is in them.
    [Test]
    public void A_piece_stays_where_files_of_the_same_contents_lie_elsewhere()
    {
        double Done(string file, string digest, double answer) =>
            (double)Bench().Do("piece", new JsonObject { ["run"] = (Settings with { Data = new PhotoSettings { Photos = [file], Sha256 = [digest] } }).ToJson() }, _ => Answer(answer)).Numbers["number"]!;
        Assert.That((Done("here/a.png", "0a", 1), Done("there/a.png", "0a", 2), done), Is.EqualTo((1.0, 1.0, 1)));
        Assert.That((Done("there/a.png", "0b", 3), done), Is.EqualTo((3.0, 2)));
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
    public void A_kept_training_is_the_training_and_a_kept_prediction_the_prediction()
    {
        var ensemble = Ensemble.Of(Settings);
        long[] schedule = [0, 60];
        var first = Bench().Train("run", ensemble, schedule);
        var kept = Bench().Train("run", ensemble, schedule);
        Assert.That(kept.Steps, Is.EqualTo(first.Steps));
        Assert.That(kept.Metrics, Is.EqualTo(first.Metrics));
        Assert.That(kept.Weights.eq(first.Weights).all().item<bool>());
        Assert.That(kept.ByClass[1].Accuracies, Is.EqualTo(first.ByClass[1].Accuracies));
        var predicted = Bench().Predict("theory", ensemble, schedule);
        Assert.That(Bench().Predict("theory", ensemble, schedule).eq(predicted).all().item<bool>());
        Assert.That(predicted.eq(Comparison.Predict(ensemble, schedule)).all().item<bool>());
        Assert.That(done, Is.EqualTo(2));
    }
}
