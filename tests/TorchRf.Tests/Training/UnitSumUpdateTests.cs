using TorchRf.Data;
using TorchRf.Models;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

/// <summary>Ingrosso and Goldt's way to train: a head of ones, whose gradient is written out, a unit's own rates, decay, and classes drawn for each example.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class UnitSumUpdateTests : TensorScope
{
    private const int Sites = 12;

    private static readonly ModelSettings Sum = new()
    {
        Model = "two-layer", Units = 6, Activation = Activation.Erf, Bias = UnitBias.Trained, InitialBias = 1, SplitBias = true, Head = Head.Ones, ScaleInput = true,
    };

    private static readonly TrainingSettings Settings = new()
    {
        Inits = 3, Batch = 10, Lr = 0.5, Rates = LearningRates.Unit, Targets = [1, -1], Streams = ExampleStreams.Own, Seed = 4, Steps = 20,
    };

    private static ClassificationTask Task() => new(new NonlinearGaussianProcess(Sites, 1, 2), new NonlinearGaussianProcess(Sites, 3, 2));

    private static UnitNetwork Build(ModelSettings model, TrainingSettings settings)
    {
        using var generator = new Generator(77);
        using var rest = new Generator(8);
        return NetworkModels.All.Build(model, Glorot.Normal(settings.Inits, Sites, 1, generator, model.Units), 2, 1, rest);
    }

    private static double[] Train(UnitNetwork network, TrainingSettings settings, int steps, string gradient, ClassificationTask? task = null, IObjective? objective = null)
    {
        using var trainer = new TaskTrainer<UnitNetwork>(network, task ?? Task(), settings, [], objective);
        Assert.That(trainer.Gradient, Is.EqualTo(gradient));
        for (int i = 0; i < steps; i++)
            trainer.Advance();
        return [.. Values(network.Weight.detach()), .. network.Bias is { } bias ? Values(bias.detach()) : []];
    }

    // The same objective under another name is one that the written-out gradient does not know.
    private sealed class ByAutograd(IObjective objective) : IObjective
    {
        public Tensor Losses(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y) => objective.Losses(model, x, y);
    }

    [Test]
    public void The_gradient_is_that_of_autograd([Values] Activation activation, [Values] HeadScaling scaling, [Values] ExampleStreams streams)
    {
        var model = Sum with { Activation = activation, Scaling = scaling, InitialBias = 0.3 };
        var settings = Settings with { Streams = streams, Lr = 0.05, L1 = 0.01, L2 = 0.02, RandomClasses = scaling == HeadScaling.Lazy };
        using var one = Build(model, settings);
        using var two = Build(model, settings);
        var start = Values(one.Weight.detach());
        var written = Train(one, settings, 5, "closed form");
        var autograd = Train(two, settings, 5, "autograd", objective: new ByAutograd(new MeanSquaredError(2, settings.Targets)));
        Assert.That(written, Is.EqualTo(autograd).Within(2e-6));
        Assert.That(written.Take(start.Length), Is.Not.EqualTo(start).Within(1e-4));
    }

    // In a mean over K units each learns at lr/K; at rates of the units' own it is as if lr were K times as large, and biases learn N times more slowly.
    [TestCase(HeadScaling.MeanField, 6)]
    [TestCase(HeadScaling.Lazy, 2.449489742783178)]
    [TestCase(HeadScaling.None, 1)]
    public void Rates_of_the_units_own_do_not_depend_on_their_part(HeadScaling scaling, double factor)
    {
        var model = Sum with { Scaling = scaling, Head = Head.Frozen };
        using var own = Build(model, Settings);
        using var plain = Build(model, Settings);
        double[] Biases(UnitNetwork network) => Values(network.Bias!.detach());
        var before = Biases(own);
        Train(own, Settings, 1, "autograd");
        Train(plain, Settings with { Rates = LearningRates.Plain, Lr = factor * Settings.Lr }, 1, "autograd");
        Assert.That(Values(own.Weight.detach()), Is.EqualTo(Values(plain.Weight.detach())).Within(1e-6));
        Assert.That(Biases(own).Zip(before, (b, start) => Sites * (b - start)), Is.EqualTo(Biases(plain).Zip(before, (b, start) => b - start)).Within(2e-5));
    }

    [Test]
    public void Decay_takes_a_part_of_all_that_learns_and_a_piece()
    {
        var model = Sum with { Head = Head.Frozen };
        using var network = Build(model, Settings);
        double[] before = [.. Values(network.Weight.detach()), .. Values(network.Bias!.detach())];
        var after = Train(network, Settings with { Lr = 1e-30, L1 = 0.06, L2 = 0.12 }, 1, "autograd");
        Assert.That(after, Is.EqualTo(before.Select(w => ((1 - (0.12 / Sites)) * w) - (0.06 / Sites * Math.Sign(w)))).Within(1e-6));
    }

    // In class 1 neighbours are alike, J = 9, and in class 0 they are opposite as often: each example is of the class that its label says. Of 4000 labels a share of 0.25 is met within 4 standard errors, 0.027.
    [Test]
    public void Each_example_is_of_the_class_that_was_drawn([Values] ExampleStreams streams)
    {
        using var task = new ClassificationTask(new IsingRing(40, 0.01), new IsingRing(40, 9)).WithShares([0.75, 0.25]);
        using var batches = new TaskBatches(task, Settings with { Batch = 4000 / (streams == ExampleStreams.Own ? 4 : 1), Inits = 4, Streams = streams, RandomClasses = true }, torch.CPU);
        using var generator = new Generator(6);
        var (x, y) = batches.Next(generator);
        Assert.That(x.shape, Is.EqualTo(streams == ExampleStreams.Own ? new long[] { 4, 1000, 40 } : [4000, 40]));
        var alike = (x * x.roll(1, -1)).mean([-1]).gt(0.75).to(ScalarType.Float32);
        Assert.That(Values(alike), Is.EqualTo(Values(y)));
        Assert.That(y.mean().item<float>(), Is.EqualTo(0.25).Within(0.027));
    }

    [Test]
    public void One_example_a_step_is_enough()
    {
        var settings = Settings with { Batch = 1, RandomClasses = true };
        using var network = Build(Sum, settings);
        using var other = Build(Sum, settings);
        Assert.That(Train(network, settings, 30, "closed form"), Is.EqualTo(Train(other, settings, 30, "closed form")).And.All.Not.NaN);
        Assert.That(() => (Settings with { Batch = 1 }).Validate(2), Throws.InstanceOf<InvalidSettingException>().With.Property("Setting").EqualTo("Batch"));
    }

    [Test]
    public void Where_torch_makes_the_examples_autograd_makes_the_gradient()
    {
        using var network = Build(Sum, Settings);
        Train(network, Settings, 1, "autograd", new NlgpSettings { Sites = Sites, Lengthscales = [1, 3], Sampler = Sampler.Torch }.Task());
    }
}
