using System.Text.RegularExpressions;
using TorchRf.Data;
using TorchRf.Models;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Tests.Runs;

/// <summary>What is declared of a setting once is what everybody is told of it.</summary>
public class SettingTests
{
    private static IEnumerable<Setting> All =>
        DataModels.All.Settings.SelectMany(Setting.Of).DistinctBy(s => s.Name).Concat(Setting.Of(new ModelSettings())).Concat(Setting.Of(new TrainingSettings())).Concat(Setting.Of(new RunSettings()));

    [TestCase("Gain", "gain", "gain", "g", "NLGP: gain [3].")]
    [TestCase("KernelName", "kernel", "kernel", "gaussian|exponential|cosine|sine|gap", "Correlation by distance [gaussian].")]
    [TestCase("GaussianClone", "gaussian_clone", "clone", "true|false", "Gaussian data of the same covariances instead [false].")]
    [TestCase("Couplings", "couplings", "couplings", "J0,J1,...", "Ising: coupling of each class [0.3,0.7].")]
    [TestCase("Shortest", "shortest", "shortest", "l0,l1,...", "Pulse: shortest length of each class, where lengths vary [the lengthscales].")]
    [TestCase("Scaling", "scaling", "scaling", "mean-field|lazy|none", "Two-layer, convolutional: 1/K, 1/sqrt(K) or nothing before the sum [mean-field].")]
    [TestCase("InitScale", "init_scale", "init-scale", "x", "Factor on the variance of Glorot's initialisation [0.001].")]
    public void A_setting_says_its_names_and_its_help(string name, string key, string option, string symbol, string help)
    {
        var setting = All.Single(s => s.Name == name);
        Assert.That((setting.Key, setting.Option, setting.Symbol, setting.Help), Is.EqualTo((key, option, symbol, help)));
    }

    [TestCase("Gain", "0.50", "0.5")]
    [TestCase("Lengthscales", "1,2.5", "[1,2.5]")]
    [TestCase("Strides", "9,2", "[9,2]")]
    [TestCase("KernelName", "SINE", "\"sine\"")]
    [TestCase("GaussianClone", "True", "true")]
    [TestCase("Whiten", "True", "\"zca\"")]
    [TestCase("Whiten", "false", "\"none\"")]
    [TestCase("Whiten", "Olshausen", "\"olshausen\"")]
    [TestCase("Loss", "Cross-Entropy", "\"cross-entropy\"")]
    [TestCase("Seed", "18446744073709551615", "18446744073709551615")]
    public void A_text_becomes_what_run_json_says(string name, string text, string json) =>
        Assert.That(All.Single(s => s.Name == name).Parse(text).ToJsonString(), Is.EqualTo(json));

    [TestCase("Gain", "-1", "Gain is -1; it must be a finite number above 0.")]
    [TestCase("Gain", "1e999", "Gain is 1e999; it must be a finite number.")]
    [TestCase("Lengthscales", "1,x", "Lengthscales is 1,x; it must be finite numbers separated by commas.")]
    [TestCase("Strides", "4,0", "Strides is 0; it must be a whole number from 1 to 100000.")]
    [TestCase("Steepness", "0", "Steepness is 0; it must be a number from 0.001 to 10000.")]
    [TestCase("SparsityTarget", "1", "SparsityTarget is 1; it must be a number above 0 and below 1.")]
    [TestCase("Photos", "a.pgm,", "Photos is empty; it must be the name of a file.")]
    [TestCase("Units", "1.5", "Units is 1.5; it must be a whole number from 1 to 1000000.")]
    [TestCase("Sampler", "cuda", "Sampler is cuda; it must be auto or torch.")]
    public void What_is_not_allowed_is_said_in_one_line(string name, string text, string message) =>
        Assert.That(() => All.Single(s => s.Name == name).Parse(text), Throws.InstanceOf<InvalidSettingException>().With.Message.EqualTo(message));

    [Test]
    public void A_bad_value_is_named_with_its_setting()
    {
        void Refused(TrainingSettings settings, string message) => Assert.That(() => settings.Validate(2), Throws.InstanceOf<InvalidSettingException>().With.Message.StartsWith(message));
        Refused(new() { Inits = 0 }, "Inits is 0; it must be");
        Refused(new() { Steps = -5 }, "Steps is -5; it must be");
        Refused(new() { Batch = 7 }, "Batch is 7; it must be a multiple of the 2 classes");
        Refused(new() { Batch = 0 }, "Batch is 0; it must be");
        Refused(new() { Lr = double.NaN }, "Lr is NaN; it must be");
        Refused(new() { InitScale = double.PositiveInfinity }, "InitScale is Infinity; it must be");
        Refused(new() { Streams = (ExampleStreams)7 }, "Streams is 7; it must be");
        Refused(new() { CheckpointEvery = 0 }, "CheckpointEvery is 0; it must be");
    }

    [Test]
    public void A_refusal_can_be_said_in_the_words_of_options() =>
        Assert.That(new InvalidSettingException("Units", 3, "1 for a neuron; `Model` committee has more").Said(name => "--" + name.ToLowerInvariant()),
            Is.EqualTo("--units is 3; it must be 1 for a neuron; --model committee has more."));

    // A row of the page names data, and options of theirs in parentheses.
    [Test]
    public void The_page_on_methods_tells_of_all_data_and_of_their_own_settings()
    {
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "methods.md")).SkipWhile(line => !line.StartsWith("| `--data` |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('|')).Select(cells => (Names: Words(cells[1], "`([a-z0-9-]+)`"), Options: Words(cells[2], "`--([a-z0-9-]+)"))).ToArray();
        Assert.That(rows.SelectMany(row => row.Names), Is.EquivalentTo(DataModels.All.Names));
        foreach (var (names, options) in rows)
            Assert.That(options, Is.SubsetOf(names.SelectMany(name => Setting.Of(DataModels.All[name])).Select(s => s.Option)));

        static string[] Words(string text, string pattern) => [.. Regex.Matches(text, pattern).Select(word => word.Groups[1].Value)];
    }
}
