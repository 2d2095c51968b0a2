using System.Text.Json.Nodes;
using TorchRf.IO;
using TorchRf.Training;
using LearningRateScheduler = TorchSharp.torch.optim.lr_scheduler.LRScheduler;
using static TorchSharp.torch.optim;

namespace TorchRf.Tests.Training;

/// <summary>A model, a loss and batches that this library knows nothing of, with TorchSharp's optimisers and schedulers.</summary>
public sealed class TrainerTests : FileFixture
{
    private const int Sites = 5;

    // Two layers without an axis of initialisations.
    private sealed class Own : nn.Module<Tensor, Tensor>
    {
        private readonly Linear first = nn.Linear(Sites, 7), second = nn.Linear(7, 1);

        internal Own() : base(nameof(Own))
        {
            using var generator = new Generator(3);
            RegisterComponents();
            using var noGrad = torch.no_grad();
            foreach (var parameter in parameters())
                parameter.copy_(torch.randn(parameter.shape, generator: generator) * 0.3);
        }

        public override Tensor forward(Tensor x) => second.call(first.call(x).tanh()).squeeze(-1);
    }

    // y = |x_0|, of whatever mean.
    private sealed class Magnitudes : IBatches
    {
        public (Tensor X, Tensor Y) Next(Generator generator)
        {
            var x = torch.randn(20, Sites, generator: generator);
            return (x, x.select(1, 0).abs());
        }
    }

    private sealed class MeanMagnitude : IObjective
    {
        public Tensor Losses(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y) => (model.call(x) - y).abs().mean();
    }

    private static IEnumerable<TestCaseData> Optimisers()
    {
        static TestCaseData Case(string name, Func<IEnumerable<Parameter>, Optimizer> optimizer, Func<Optimizer, LearningRateScheduler>? scheduler = null) =>
            new TestCaseData(optimizer, scheduler).SetArgDisplayNames(name);
        yield return Case("plain", p => SGD(p, 0.1));
        yield return Case("momentum", p => SGD(p, 0.05, momentum: 0.9));
        yield return Case("Nesterov's", p => SGD(p, 0.05, momentum: 0.9, nesterov: true, weight_decay: 1e-3));
        yield return Case("Adam", p => Adam(p, 0.01));
        yield return Case("Adam with the largest", p => Adam(p, 0.01, amsgrad: true));
        yield return Case("AdamW by steps", p => AdamW(p, 0.01), o => lr_scheduler.StepLR(o, 6, 0.5));
        yield return Case("RMSProp in a cosine", p => RMSProp(p, 0.01, momentum: 0.5), o => lr_scheduler.CosineAnnealingLR(o, 30));
        yield return Case("momentum in a chain", p => SGD(p, 0.05, momentum: 0.9), o => lr_scheduler.ChainedLR([lr_scheduler.ExponentialLR(o, 0.95), lr_scheduler.LinearLR(o, 0.3, 1, 10)]));
    }

    private static Trainer Of(Own model, Func<IEnumerable<Parameter>, Optimizer> optimizer, Func<Optimizer, LearningRateScheduler>? scheduler) =>
        new(model, new Magnitudes(), new MeanMagnitude(), optimizer, seed: 4, scheduler);

    private static double[] State(Own model) => [.. model.parameters().SelectMany(p => Values(p.detach()))];

    [TestCaseSource(nameof(Optimisers))]
    public void It_learns_and_goes_on_to_the_same_bits_from_a_file(Func<IEnumerable<Parameter>, Optimizer> optimizer, Func<Optimizer, LearningRateScheduler>? scheduler)
    {
        using var first = new Own();
        using var trainer = Of(first, optimizer, scheduler);
        Assert.That(trainer.Gradient, Is.EqualTo("autograd"));
        double Loss() => new MeanMagnitude().Losses(first, torch.ones(1, Sites), torch.ones(1)).item<float>();
        double before = Loss();
        trainer.Run(13);
        using (var run = RunFolder.Create(InFolder("run"), "own", new JsonObject(), []))
            run.Save(trainer.Capture());
        trainer.Run(40);
        Assert.That(Loss(), Is.LessThan(before * 0.9));

        using var second = new Own();
        using var restored = Of(second, optimizer, scheduler);
        // As if something else had been trained before.
        restored.Run(3);
        restored.Restore(CheckpointFile.Read(Directory.GetFiles(InFolder("run"), "checkpoint-*.safetensors").Single()));
        Assert.That(restored.Step, Is.EqualTo(13));
        restored.Run(40);
        Assert.That(State(second), Is.EqualTo(State(first)));
    }

    [Test]
    public void What_an_optimiser_remembers_has_names()
    {
        using var model = new Own();
        using var trainer = Of(model, p => Adam(p, 0.01), null);
        trainer.Run(2);
        var captured = trainer.Capture();
        Assert.That(captured.Optimizer, Is.EqualTo("adam, lr 0.01"));
        Assert.That(captured.Tensors.Keys, Is.SupersetOf(new[] { "model.first.weight", "optimizer.first.weight.exp_avg", "optimizer.second.bias.exp_avg_sq", "optimizer.second.bias.step", "generator" }));
        Assert.That(captured.Tensors["optimizer.first.weight.exp_avg"].shape, Is.EqualTo(new long[] { 7, Sites }));
        Assert.That(captured.Tensors["optimizer.second.bias.step"].item<double>(), Is.EqualTo(2));
    }

    [Test]
    public void A_checkpoint_of_another_optimiser_changes_nothing()
    {
        using var model = new Own();
        using var trainer = Of(model, p => SGD(p, 0.05, momentum: 0.9), null);
        trainer.Run(2);
        var captured = trainer.Capture();
        using var other = new Own();
        using var adam = Of(other, p => Adam(p, 0.05), null);
        adam.Run(1);
        var state = State(other);
        Assert.That(() => adam.Restore(captured), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("sgd, lr 0.05").And.Message.Contains("adam"));
        // The same words, but other tensors.
        Assert.That(() => adam.Restore(captured with { Optimizer = "adam, lr 0.05" }), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("optimizer.first.weight"));
        Assert.That(State(other), Is.EqualTo(state));
        Assert.That(adam.Step, Is.EqualTo(1));
    }

    [Test]
    public void A_callback_may_stop_it()
    {
        using var model = new Own();
        using var trainer = Of(model, p => SGD(p, 0.1), null);
        trainer.Run(100, t =>
        {
            if (t.Step == 5)
                t.Stop();
        });
        Assert.That(trainer.Step, Is.EqualTo(5));
        trainer.Run(7);
        Assert.That(trainer.Step, Is.EqualTo(7));
    }

    [Test]
    public void A_scheduler_that_depends_on_all_losses_is_refused()
    {
        using var model = new Own();
        Assert.That(() => Of(model, p => SGD(p, 0.1), o => lr_scheduler.ReduceLROnPlateau(o)), Throws.ArgumentException.With.Message.Contains("ReduceLROnPlateau"));
    }

    [Test]
    public void What_diverges_says_when_and_with_what()
    {
        using var model = new Own();
        using var trainer = Of(model, p => SGD(p, 1e38), null);
        Assert.That(() => trainer.Run(100), Throws.InstanceOf<DivergenceException>().With.Message.Contains("sgd, lr 1E+38"));
    }
}
