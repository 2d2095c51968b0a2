using NUnit.Framework;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

[TestFixture]
public sealed class TrainingSettingsTests
{
    private static IEnumerable<TestCaseData> Bad()
    {
        static TestCaseData Case(TrainingSettings settings, string option, string value) =>
            new TestCaseData(settings, option, value).SetArgDisplayNames(option, value);
        yield return Case(new() { Inits = 0 }, "inits", "0");
        yield return Case(new() { Steps = 0 }, "steps", "0");
        yield return Case(new() { Steps = -5 }, "steps", "-5");
        yield return Case(new() { Batch = 0 }, "batch", "0");
        yield return Case(new() { Batch = 7 }, "batch", "7");
        yield return Case(new() { Batch = -2 }, "batch", "-2");
        yield return Case(new() { Lr = 0 }, "lr", "0");
        yield return Case(new() { Lr = -0.1 }, "lr", "-0.1");
        yield return Case(new() { Lr = double.NaN }, "lr", "NaN");
        yield return Case(new() { Lr = double.PositiveInfinity }, "lr", "Infinity");
        yield return Case(new() { InitScale = 0 }, "init-scale", "0");
        yield return Case(new() { InitScale = double.NaN }, "init-scale", "NaN");
        yield return Case(new() { Streams = (ExampleStreams)7 }, "streams", "7");
        yield return Case(new() { CheckpointEvery = 0 }, "checkpoint-every", "0");
    }

    [TestCaseSource(nameof(Bad))]
    public void A_bad_setting_is_named_with_its_value(TrainingSettings settings, string option, string value) =>
        Assert.That(() => settings.Validate(2), Throws.InstanceOf<InvalidSettingException>()
            .With.Property("Setting").EqualTo(option).And.Message.StartsWith($"--{option} is {value};").And.Message.Contains("must be"));

    [Test]
    public void The_defaults_are_allowed()
    {
        Assert.That(() => new TrainingSettings().Validate(2), Throws.Nothing);
        Assert.That(() => new TrainingSettings { Batch = 9 }.Validate(3), Throws.Nothing);
        Assert.That(() => new TrainingSettings().Validate(3), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains('3'));
    }
}
