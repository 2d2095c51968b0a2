using TorchRf.Training;

namespace TorchRf.Tests.Training;

public sealed class TrainingSettingsTests
{
    private static IEnumerable<TestCaseData> Bad()
    {
        static TestCaseData Case(TrainingSettings settings, string setting, string value) =>
            new TestCaseData(settings, setting, value).SetArgDisplayNames(setting, value);
        yield return Case(new() { Inits = 0 }, nameof(TrainingSettings.Inits), "0");
        yield return Case(new() { Steps = 0 }, nameof(TrainingSettings.Steps), "0");
        yield return Case(new() { Steps = -5 }, nameof(TrainingSettings.Steps), "-5");
        yield return Case(new() { Batch = 0 }, nameof(TrainingSettings.Batch), "0");
        yield return Case(new() { Batch = 7 }, nameof(TrainingSettings.Batch), "7");
        yield return Case(new() { Batch = -2 }, nameof(TrainingSettings.Batch), "-2");
        yield return Case(new() { Lr = 0 }, nameof(TrainingSettings.Lr), "0");
        yield return Case(new() { Lr = -0.1 }, nameof(TrainingSettings.Lr), "-0.1");
        yield return Case(new() { Lr = double.NaN }, nameof(TrainingSettings.Lr), "NaN");
        yield return Case(new() { Lr = double.PositiveInfinity }, nameof(TrainingSettings.Lr), "Infinity");
        yield return Case(new() { InitScale = 0 }, nameof(TrainingSettings.InitScale), "0");
        yield return Case(new() { InitScale = double.NaN }, nameof(TrainingSettings.InitScale), "NaN");
        yield return Case(new() { Streams = (ExampleStreams)7 }, nameof(TrainingSettings.Streams), "7");
        yield return Case(new() { CheckpointEvery = 0 }, nameof(TrainingSettings.CheckpointEvery), "0");
    }

    [TestCaseSource(nameof(Bad))]
    public void A_bad_setting_is_named_with_its_value(TrainingSettings settings, string setting, string value) =>
        Assert.That(() => settings.Validate(2), Throws.InstanceOf<InvalidSettingException>()
            .With.Property("Setting").EqualTo(setting).And.Message.StartsWith($"{setting} is {value};").And.Message.Contains("must be"));

    [Test]
    public void The_defaults_are_allowed()
    {
        Assert.That(() => new TrainingSettings().Validate(2), Throws.Nothing);
        Assert.That(() => new TrainingSettings { Batch = 9 }.Validate(3), Throws.Nothing);
        Assert.That(() => new TrainingSettings().Validate(3), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains('3'));
    }
}
