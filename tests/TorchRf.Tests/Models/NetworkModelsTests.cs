using TorchRf.Models;

namespace TorchRf.Tests.Models;

public sealed class NetworkModelsTests : TensorScope
{
    private static UnitNetwork Build(ModelSettings settings, int classes = 2)
    {
        using var generator = new Generator(1);
        return NetworkModels.Build(settings, torch.ones([2, settings.Units, 6]), classes, 1, generator);
    }

    [Test]
    public void Every_name_makes_a_model_that_outlives_the_scope_it_was_made_in()
    {
        foreach (var name in NetworkModels.Names)
        {
            using var model = Build(new ModelSettings { Model = name, Units = name == "neuron" ? 1 : 3 });
            Assert.That(model.Weight.shape, Is.EqualTo(new long[] { 2, name == "neuron" ? 1 : 3, 6 }));
            Assert.That(model.call(torch.ones(4, 6)).shape, Is.EqualTo(NetworkModels.LearnsWithoutLabels(new ModelSettings { Model = name })
                ? new long[] { 2, 4, 6 } : [2, 4]), name);
        }
    }

    [TestCase("two-layer", Loss.Mse, 2, 1)]
    [TestCase("two-layer", Loss.CrossEntropy, 2, 2)]
    [TestCase("convolutional", Loss.Mse, 5, 5)]
    [TestCase("committee", Loss.Mse, 5, 1)]
    public void There_is_an_output_a_class_where_a_head_can_have_them(string model, Loss loss, int classes, int outputs) =>
        Assert.That(NetworkModels.Outputs(new ModelSettings { Model = model, Loss = loss }, classes), Is.EqualTo(outputs));

    [Test]
    public void A_model_is_described_in_a_few_words()
    {
        Assert.That(NetworkModels.Describe(new ModelSettings { Model = "committee", Units = 10, Activation = Activation.Sigmoid, Bias = UnitBias.Trained }),
            Is.EqualTo("committee of 10 sigmoid units, bias trained"));
        Assert.That(NetworkModels.Describe(new ModelSettings { Model = "convolutional", Units = 3, Loss = Loss.CrossEntropy }),
            Is.EqualTo("convolutional network of 3 kernels of 5 sites, cross-entropy"));
    }

    private static IEnumerable<TestCaseData> Bad()
    {
        static TestCaseData Case(ModelSettings settings, string option, string value) =>
            new TestCaseData(settings, option, value).SetArgDisplayNames(option, value);
        yield return Case(new() { Model = "mlp" }, "model", "mlp");
        yield return Case(new() { Units = 2 }, "units", "2");
        yield return Case(new() { Model = "committee", Units = 0 }, "units", "0");
        yield return Case(new() { Model = "committee", Loss = Loss.CrossEntropy }, "loss", "cross-entropy");
        yield return Case(new() { InitialBias = double.NaN }, "initial-bias", "NaN");
        yield return Case(new() { Activation = (Activation)9 }, "activation", "9");
        yield return Case(new() { SparsityStrength = -1 }, "sparsity-strength", "-1");
        yield return Case(new() { Model = "sparse-coding", SparsityStrength = 0 }, "sparsity-strength", "0");
        yield return Case(new() { SparsityTarget = 1 }, "sparsity-target", "1");
    }

    [TestCaseSource(nameof(Bad))]
    public void A_bad_setting_is_named_with_its_value(ModelSettings settings, string option, string value) =>
        Assert.That(() => NetworkModels.Validate(settings), Throws.InstanceOf<InvalidSettingException>()
            .With.Property("Setting").EqualTo(option).And.Message.StartsWith($"--{option} is {value};").And.Message.Contains("must be"));

    [Test]
    public void The_lemma_covers_one_ReLU_unit_without_a_bias()
    {
        Assert.That(new ModelSettings().IsSingleReluNeuron);
        foreach (var other in new ModelSettings[]
        {
            new() { Model = "committee" }, new() { Activation = Activation.Tanh }, new() { Bias = UnitBias.Frozen }, new() { Loss = Loss.CrossEntropy },
        })
            Assert.That(other.IsSingleReluNeuron, Is.False, NetworkModels.Describe(other));
    }
}
