using TorchRf.Data;
using TorchRf.Models;
using TorchRf.Training;

namespace TorchRf.Tests.Models;

public sealed class NetworkModelsTests : TensorScope
{
    private static UnitNetwork Build(ModelSettings settings, int classes = 2)
    {
        using var generator = new Generator(1);
        return NetworkModels.All.Build(settings, torch.ones([2, settings.Units, 6]), classes, 1, generator);
    }

    [Test]
    public void Every_name_makes_a_model_that_outlives_the_scope_it_was_made_in()
    {
        foreach (var name in NetworkModels.All.Names)
        {
            using var model = Build(new ModelSettings { Model = name, Units = name == "neuron" ? 1 : 3 });
            Assert.That(model.Weight.shape, Is.EqualTo(new long[] { 2, name == "neuron" ? 1 : 3, 6 }));
            Assert.That(model.call(torch.ones(4, 6)).shape, Is.EqualTo(model is IReconstruction
                ? new long[] { 2, 4, 6 } : [2, 4]), name);
        }
    }

    [TestCase("two-layer", Loss.Mse, 2, 1)]
    [TestCase("two-layer", Loss.CrossEntropy, 2, 2)]
    [TestCase("convolutional", Loss.Mse, 5, 5)]
    [TestCase("committee", Loss.Mse, 5, 1)]
    public void There_is_an_output_a_class_where_a_head_can_have_them(string name, Loss loss, int classes, int outputs)
    {
        using var model = Build(new ModelSettings { Model = name, Loss = loss }, classes);
        Assert.That(model.call(torch.ones(4, 6)).shape, Is.EqualTo(outputs == 1 ? new long[] { 2, 4 } : [2, 4, outputs]));
    }

    [Test]
    public void A_model_is_described_in_a_few_words()
    {
        Assert.That(NetworkModels.All.Describe(new ModelSettings { Model = "committee", Units = 10, Activation = Activation.Sigmoid, Bias = UnitBias.Trained }),
            Is.EqualTo("committee of 10 sigmoid units, bias trained"));
        Assert.That(NetworkModels.All.Describe(new ModelSettings { Model = "convolutional", Units = 3, Loss = Loss.CrossEntropy }),
            Is.EqualTo("convolutional network of 3 kernels of 5 sites, cross-entropy"));
    }

    private static IEnumerable<TestCaseData> Bad()
    {
        static TestCaseData Case(ModelSettings settings, string setting, string value) =>
            new TestCaseData(settings, setting, value).SetArgDisplayNames(setting, value);
        yield return Case(new() { Model = "mlp" }, "Model", "mlp");
        yield return Case(new() { Units = 2 }, "Units", "2");
        yield return Case(new() { Model = "committee", Units = 0 }, "Units", "0");
        yield return Case(new() { Model = "committee", Loss = Loss.CrossEntropy }, "Loss", "cross-entropy");
        yield return Case(new() { InitialBias = double.NaN }, "InitialBias", "NaN");
        yield return Case(new() { Activation = (Activation)9 }, "Activation", "9");
        yield return Case(new() { SparsityStrength = -1 }, "SparsityStrength", "-1");
        yield return Case(new() { Model = "sparse-coding", SparsityStrength = 0 }, "SparsityStrength", "0");
        yield return Case(new() { Model = "autoencoder", SparsityTarget = 1 }, "SparsityTarget", "1");
        yield return Case(new() { Model = "autoencoder", Loss = Loss.CrossEntropy }, "Loss", "cross-entropy");
        yield return Case(new() { Model = "autoencoder", SparsityStrength = 0.1 }, "SparsityStrength", "0.1");
        yield return Case(new() { Model = "autoencoder", Sparsity = Sparsity.L1, SparsityTarget = 0.1 }, "SparsityTarget", "0.1");
        yield return Case(new() { Model = "sparse-coding", Loss = Loss.CrossEntropy }, "Loss", "cross-entropy");
        yield return Case(new() { Model = "sparse-coding", Bias = UnitBias.Trained }, "Bias", "trained");
        yield return Case(new() { Model = "sparse-coding", Activation = Activation.Tanh }, "Activation", "tanh");
        yield return Case(new() { Model = "sparse-coding", Sparsity = Sparsity.KL }, "Sparsity", "kl");
        yield return Case(new() { Model = "autoencoder", CodeSolver = CodeSolver.Fista }, "CodeSolver", "fista");
        yield return Case(new() { Model = "committee", Dictionary = DictionaryRule.Online }, "Dictionary", "online");
        yield return Case(new() { Model = "gated", Activation = Activation.Tanh }, "Activation", "tanh");
        yield return Case(new() { Model = "convolutional", ScaleInput = true }, "ScaleInput", "true");
        yield return Case(new() { Model = "committee", Head = Head.Frozen }, "Head", "frozen");
        yield return Case(new() { Scaling = HeadScaling.Lazy }, "Scaling", "lazy");
        yield return Case(new() { InitialBias = 0.5 }, "InitialBias", "0.5");
        yield return Case(new() { Model = "gated", Bias = UnitBias.Trained, SplitBias = true }, "SplitBias", "true");
        yield return Case(new() { Model = "committee", SplitBias = true }, "SplitBias", "true");
        yield return Case(new() { Model = "two-layer", Readout = Readout.MaxPool }, "Readout", "max-pool");
    }

    [TestCaseSource(nameof(Bad))]
    public void A_bad_setting_is_named_with_its_value(ModelSettings settings, string setting, string value) =>
        Assert.That(() => NetworkModels.All.Validate(settings), Throws.InstanceOf<InvalidSettingException>()
            .With.Property("Setting").EqualTo(setting).And.Message.StartsWith($"{setting} is {value};").And.Message.Contains("must be"));

    [Test]
    public void The_lemma_covers_one_ReLU_unit_without_a_bias()
    {
        Assert.That(new ModelSettings().IsSingleReluNeuron);
        foreach (var other in new ModelSettings[]
        {
            new() { Model = "committee" }, new() { Activation = Activation.Tanh }, new() { Bias = UnitBias.Frozen }, new() { Loss = Loss.CrossEntropy },
        })
            Assert.That(other.IsSingleReluNeuron, Is.False, NetworkModels.All.Describe(other));
    }

    // A setting that changes nothing of the model that is made is one that the model does not use: it is refused, and any other is not.
    [Test]
    public void What_a_model_does_not_use_is_refused_and_nothing_else([ValueSource(nameof(Names))] string name)
    {
        var plain = new ModelSettings { Model = name, Units = name == "neuron" ? 1 : 3, Bias = name == "sparse-coding" ? UnitBias.None : UnitBias.Frozen, Sparsity = name == "autoencoder" ? Sparsity.KL : Sparsity.None };
        ModelSettings[] changed =
        [
            plain with { Activation = Activation.Tanh }, plain with { Bias = UnitBias.Trained }, plain with { InitialBias = 0.5 }, plain with { Loss = Loss.CrossEntropy },
            plain with { Head = Head.Frozen }, plain with { Scaling = HeadScaling.Lazy }, plain with { ScaleInput = true }, plain with { SplitBias = true, InitialBias = 0.5 }, plain with { Readout = Readout.MaxPool }, plain with { Sparsity = Sparsity.L1 },
            plain with { SparsityStrength = 0.25 }, plain with { SparsityTarget = 0.25 },
            plain with { CodeSolver = CodeSolver.Descent }, plain with { Dictionary = DictionaryRule.Online },
        ];
        foreach (var settings in changed)
        {
            if (IsRefused(settings))
                continue;
            Assert.That(Trace(settings), Is.Not.EqualTo(Trace(plain)), $"{settings}");
        }
        Assert.That(changed.Count(s => !IsRefused(s)), Is.EqualTo(name switch { "two-layer" => 8, "convolutional" => 8, "committee" => 4, "autoencoder" => 6, "gated" => 2, "sparse-coding" => 3, _ => 3 }));
    }

    // Units that compete: the one that answers most is heard.
    internal sealed class Competition : UnitNetwork
    {
        internal Competition(ModelStart s) : base(nameof(Competition), s.Inits, s.Units, s.Sites, s.Generator, s.Activation, s.Bias, s.TrainBias, s.Scale)
        {
            RegisterComponents();
            Draw(s.Generator);
        }

        protected override Tensor Output(Tensor responses) => responses.amax([1]);
    }

    [Test]
    public void A_model_of_ones_own_takes_a_class_and_a_line()
    {
        var models = NetworkModels.All.With(new("competition", s => new Competition(s), nameof(ModelSettings.Activation)) { Noun = "contest" });
        var settings = new ModelSettings { Model = "competition", Units = 3, Activation = Activation.Tanh };
        Assert.That(models.Names, Is.EqualTo(NetworkModels.All.Names.Append("competition")));
        Assert.That(models.Describe(settings), Is.EqualTo("contest of 3 tanh units"));
        Assert.That(() => models.Validate(settings with { Bias = UnitBias.Trained }), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("left at none for competition"));
        Assert.That(() => models.With(new("neuron", s => new Competition(s))), Throws.ArgumentException);

        using var generator = new Generator(1);
        using var model = models.Build(settings, Glorot.Normal(2, 6, 1, generator, 3), 2, 1, generator);
        var training = new TrainingSettings { Inits = 2, Batch = 200, Steps = 60, Lr = 0.3 };
        using var trainer = new TaskTrainer<UnitNetwork>(model, new ClassificationTask(new IsingRing(6, 0.1), new IsingRing(6, 2)), training, [0, 60], Objectives.Of(model, settings.Loss, 2));
        var run = trainer.Run();
        run.Weights.Dispose();
        Assert.That(run.Metrics[1].Loss, Is.LessThan(run.Metrics[0].Loss));
    }

    private static IEnumerable<string> Names => NetworkModels.All.Names;

    private static bool IsRefused(ModelSettings settings)
    {
        try
        {
            NetworkModels.All.Validate(settings);
            return false;
        }
        catch (InvalidSettingException)
        {
            return true;
        }
    }

    // All that a user of the model sees: what it answers, its own loss, and what of it learns.
    private static string Trace(ModelSettings settings)
    {
        using var model = Build(settings);
        var x = torch.linspace(-1, 1, 24).view(4, 6);
        var losses = model is IReconstruction own ? own.Losses(x) : model.call(x);
        return string.Join(' ', model.call(x).ToArray<float>().Concat(losses.ToArray<float>()).Select(v => FormattableString.Invariant($"{v:R}")))
            + string.Join(' ', model.state_dict().Select(s => $"{s.Key} {s.Value.requires_grad}"));
    }
}
