using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Models;
using TorchRf.Tests.Models;
using TorchRf.Theory;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

public sealed class TaskTrainerTests : TensorScope
{
    private static double[] Train(TrainingSettings settings, Tensor initial, ClassificationTask? task = null)
    {
        using var neuron = Started.Neuron(initial);
        using var trainer = new TaskTrainer<SingleNeuron>(neuron, task ?? SmallRun.Task(), settings, [settings.Steps]);
        using var weights = trainer.Run().Weights;
        return Values(weights);
    }

    // w <- w - lr d/dw mean (relu(w.x) - y)^2, on the batches that the derived seed draws.
    [Test]
    public void A_step_is_gradient_descent_on_the_mean_square()
    {
        using var neuron = Started.Neuron(SmallRun.Initial());
        using var trainer = SmallRun.Trainer(neuron);
        var w = SmallRun.Initial().to(ScalarType.Float64);
        using var data = new Generator(Seeds.Derive(SmallRun.Settings.Seed, "data"), w.device);
        for (int step = 0; step < 3; step++)
        {
            var (x32, y32) = SmallRun.Task().Draw(SmallRun.Settings.Batch, data);
            var (x, y) = (x32.to(ScalarType.Float64), y32.to(ScalarType.Float64));
            var u = w.squeeze(1).matmul(x.mT);
            var factor = (u.relu() - y) * u.gt(0).to(ScalarType.Float64) * (2.0 / SmallRun.Settings.Batch);
            w = w - (factor.matmul(x).unsqueeze(1) * SmallRun.Settings.Lr);
            trainer.Advance();
            Assert.That(Values(neuron.Weight.detach()), Is.EqualTo(Values(w)).Within(1e-6), $"step {step}");
        }
        Assert.That(trainer.Step, Is.EqualTo(3));
    }

    [Test]
    public void The_same_seed_gives_the_same_bits([Values] ExampleStreams streams)
    {
        var settings = SmallRun.Settings with { Streams = streams };
        var once = Train(settings, SmallRun.Initial());
        Assert.That(Train(settings, SmallRun.Initial()), Is.EqualTo(once));
        Assert.That(Train(settings with { Seed = 6 }, SmallRun.Initial()), Is.Not.EqualTo(once));
    }

    [Test]
    public void Snapshots_are_the_weights_at_their_steps()
    {
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron);
        var run = trainer.Run();
        using var weights = run.Weights;
        Assert.That(run.Steps, Is.EqualTo(new long[] { 0, 7, 20, 40 }));
        Assert.That(run.Metrics.Select(m => m.Step), Is.EqualTo(run.Steps));
        Assert.That(weights.shape, Is.EqualTo(new long[] { 4, 3, 1, SmallRun.Sites }));
        Assert.That(Values(weights[0]), Is.EqualTo(Values(SmallRun.Initial())));
        Assert.That(Values(weights[3]), Is.EqualTo(Values(neuron.Weight.detach())));

        using var again = SmallRun.Neuron();
        using var shorter = SmallRun.Trainer(again);
        for (int i = 0; i < 7; i++)
            shorter.Advance();
        Assert.That(Values(weights[1]), Is.EqualTo(Values(again.Weight.detach())));
    }

    // Zero weights answer 0: the loss is mean y^2, and half of the answers are right. A neuron of long equal weights tells aligned spins.
    [Test]
    public void Metrics_are_loss_and_accuracy()
    {
        using var zero = Started.Neuron(torch.zeros([3, 1, SmallRun.Sites]));
        using var trainer = SmallRun.Trainer(zero, SmallRun.Settings with { Steps = 1 }, [0]);
        var run = trainer.Run();
        run.Weights.Dispose();
        Assert.That(run.Metrics[0].Loss, Is.EqualTo(0.5).Within(1e-6));
        Assert.That(run.Metrics[0].Accuracy, Is.EqualTo(0.5).Within(1e-6));

        // |sum of spins| / 8 through a linear unit: class 1 is all aligned, f = +-1; class 0 is free, f of variance 1/8.
        using var mean = Started.Neuron(torch.full([1, 1, SmallRun.Sites], 1.0 / SmallRun.Sites), Activation.Linear);
        using var telling = new TaskTrainer<SingleNeuron>(mean, new ClassificationTask(new IsingRing(SmallRun.Sites, 0), new IsingRing(SmallRun.Sites, 10)),
            SmallRun.Settings with { Inits = 1, Steps = 1 }, [0]);
        var told = telling.Run();
        told.Weights.Dispose();
        // Loss: ((1/8) + (0 + 4) / 2) / 2. Right: free with at most 6 of 8 up, 1 - 9/256 and up to f = 0.5 counts as class 0; aligned half the time.
        Assert.That(told.Metrics[0].Loss, Is.EqualTo(1.0625).Within(0.07));
        Assert.That(told.Metrics[0].Accuracy, Is.EqualTo(((1 - (9.0 / 256)) + 0.5) / 2).Within(0.02));
    }

    [Test]
    public void Own_batches_are_balanced_for_every_initialisation()
    {
        using var module = new Recorder(torch.zeros([3, 1, 4]));
        using var trainer = new TaskTrainer<Recorder>(module, new ClassificationTask(new Numbered(0), new Numbered(1000)),
            SmallRun.Settings with { Streams = ExampleStreams.Own, Batch = 6 }, []);
        trainer.Advance();
        Assert.That(module.Shown!.shape, Is.EqualTo(new long[] { 3, 6, 4 }));
        var shown = Values(module.Shown!.select(2, 0)).Chunk(6).ToArray();
        foreach (var batch in shown)
            Assert.That(batch.Select(v => v >= 1000), Is.EqualTo(new[] { false, false, false, true, true, true }));
        Assert.That(shown.SelectMany(b => b), Is.Unique);
    }

    private static void Advance(TaskTrainer<SingleNeuron> trainer, int steps)
    {
        for (int i = 0; i < steps; i++)
            trainer.Advance();
    }

    private static double[] State(SingleNeuron neuron) => [.. Values(neuron.Weight.detach()), .. Values(neuron.Bias!.detach())];

    [Test]
    public void Snapshots_and_metrics_come_back()
    {
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron);
        Checkpoint? middle = null;
        var whole = trainer.Run(progress: new Told<TrainingProgress>(p => middle = p.Step == 25 ? trainer.Capture() : middle));
        trainer.Restore(middle!);
        var again = trainer.Run();
        Assert.That(again.Steps, Is.EqualTo(whole.Steps));
        Assert.That(again.Metrics, Is.EqualTo(whole.Metrics));
        Assert.That(Values(again.Weights), Is.EqualTo(Values(whole.Weights)));
        whole.Weights.Dispose();
        again.Weights.Dispose();
    }

    // The state is one from before the first snapshot.
    [TestCase(new long[] { 20, 40 })]
    [TestCase(new long[0])]
    public void A_training_ends_with_the_snapshots_that_were_asked_for(long[] schedule)
    {
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron, schedule: schedule);
        Advance(trainer, 3);
        trainer.Restore(trainer.Capture());
        var run = trainer.Run();
        Assert.That(run.Steps, Is.EqualTo(schedule));
        Assert.That(run.Weights.shape, Is.EqualTo(new long[] { schedule.Length, 3, 1, SmallRun.Sites }));
    }

    [Test]
    public void A_state_of_another_model_is_refused()
    {
        using var neuron = SmallRun.Neuron();
        using var trainer = SmallRun.Trainer(neuron);
        var captured = trainer.Capture();

        using var fewer = Started.Neuron(SmallRun.Initial(2), initialBias: 0);
        using var other = SmallRun.Trainer(fewer, SmallRun.Settings with { Inits = 2 });
        Assert.That(() => other.Restore(captured), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("model."));

        var before = State(neuron);
        var tensors = captured.Tensors.ToDictionary(t => t.Key, t => t.Key == "model.weight" ? t.Value + 1 : t.Value);
        tensors["generator"] = torch.full([tensors["generator"].numel()], 255, dtype: ScalarType.Byte);
        foreach (var unfit in new[] { captured with { Tensors = tensors }, captured with { Step = 41 }, captured with { Optimizer = "adam" } })
        {
            Assert.That(() => trainer.Restore(unfit), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith("The checkpoint"));
            Assert.That(State(neuron), Is.EqualTo(before), "it is left as it was");
        }
        var lacking = captured with { Tensors = captured.Tensors.Where(t => t.Key != "generator").ToDictionary() };
        Assert.That(() => trainer.Restore(lacking), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("generator"));
    }

    [Test]
    public void Settings_that_do_not_fit_are_refused()
    {
        using var neuron = SmallRun.Neuron();
        Assert.That(() => SmallRun.Trainer(neuron, SmallRun.Settings with { Batch = 7 }),
            Throws.InstanceOf<InvalidSettingException>().With.Property("Setting").EqualTo("Batch"));
    }

    private sealed class Recorder : nn.Module<Tensor, Tensor>, IReceptiveFields
    {
        private readonly Parameter weight;

        public Recorder(Tensor initial) : base(nameof(Recorder))
        {
            weight = new Parameter(initial);
            RegisterComponents();
        }

        public Parameter Weight => weight;

        public Tensor? Shown { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Shown = input.detach().clone().DetachFromDisposeScope();
            return weight.matmul(input.mT).squeeze(1);
        }

        protected override void Dispose(bool disposing)
        {
            Shown?.Dispose();
            base.Dispose(disposing);
        }
    }

    // Examples that carry their number at every site.
    private sealed class Numbered(int first) : IDataModel
    {
        public string Description => "numbered";

        public int Sites => 4;

        public ICovariance Covariance => throw new NotSupportedException();

        public TorchRf.Data.Marginals.Marginal Marginal => throw new NotSupportedException();

        public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null)
        {
            var x = (torch.arange(0, examples, dtype) + first).unsqueeze(1).expand(examples, 4).contiguous();
            return into is null ? x : into.copy_(x);
        }
    }
}
