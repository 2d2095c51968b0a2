using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using TorchRf.Data;
using TorchRf.Models;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli;

/// <summary>An option that sets one of a run's settings; what it takes is text until it is applied, so that every mistake gets one clear line.</summary>
internal sealed class SettingOption : Option<string?>
{
    private readonly Func<RunSettings, string, RunSettings> apply;

    private SettingOption(string name, string value, string help, Func<RunSettings, string, RunSettings> apply) : base("--" + name)
    {
        Description = help;
        HelpName = value;
        this.apply = apply;
    }

    internal static readonly SettingOption[] Data =
    [
        new("data", string.Join('|', DataModels.All.Names), "What the examples are [ising].", (s, v) => s with { Data = s.Data with { Sha256 = [], Data = v.ToLowerInvariant() } }),
        new("couplings", "J0,J1,...", "Ising: coupling of each class [0.3,0.7].", (s, v) => s with { Data = s.Data with { Couplings = Numbers("couplings", v) } }),
        new("gain", "g", "NLGP: gain [3].", (s, v) => s with { Data = s.Data with { Gain = Number("gain", v) } }),
        new("k", "k", "Kur, also as NORTA's marginal: k [5].", (s, v) => s with { Data = s.Data with { K = Number("k", v) } }),
        new("quantile", "uniform|laplace|bernoulli|normal|kur", "NORTA: marginal [uniform].", (s, v) => s with { Data = s.Data with { Quantile = v.ToLowerInvariant() } }),
        new("steepness", "s", "NORTA, Bernoulli: steepness of the smoothed step [100].", (s, v) => s with { Data = s.Data with { Steepness = Number("steepness", v) } }),
        new("lengthscales", "xi0,xi1,...", "Lengthscale of each class, short one first, where the data have a kernel; length of pulses and blocks [1,3].",
            (s, v) => s with { Data = s.Data with { Lengthscales = Numbers("lengthscales", v) } }),
        new("kernel", "gaussian|exponential|cosine|sine|gap", "Correlation by distance [gaussian].", (s, v) => s with { Data = s.Data with { Kernel = v.ToLowerInvariant() } }),
        new("frequency", "psi", "Cosine and sine kernels: radians a turn around the ring [2].", (s, v) => s with { Data = s.Data with { Frequency = Number("frequency", v) } }),
        new("nu", "nu", "Student t: degrees of freedom, above 2 [3].", (s, v) => s with { Data = s.Data with { Nu = Number("nu", v) } }),
        new("radial", "surface|shell", "Elliptical: law of the radius [surface].", (s, v) => s with { Data = s.Data with { Radial = v.ToLowerInvariant() } }),
        new("shortest", "l0,l1,...", "Pulse: shortest length of each class, where lengths vary [the lengthscales].",
            (s, v) => s with { Data = s.Data with { Shortest = Numbers("shortest", v) } }),
        new("whiten", "true|false", "Patches: whether they are whitened [false].", (s, v) => s with { Data = s.Data with { Whiten = Truth("whiten", v) } }),
        new("photos", "a.pgm,b.pgm", "Photo, patches: PGM files [two that come with the program].",
            (s, v) => s with { Data = s.Data with { Sha256 = [], Photos = [.. v.Split(',').Select(file => FilePath("photos", file))] } }),
        new("strides", "s0,s1", "Photo, patches: pixels between sites of each class [4,1].",
            (s, v) => s with { Data = s.Data with { Strides = [.. v.Split(',').Select(n => (int)Whole("strides", n, 1, 100_000))] } }),
        new("class0", "a.npy", "File: examples of class 0, shape (examples, sites).", (s, v) => s with { Data = s.Data with { Sha256 = [], Class0 = FilePath("class0", v) } }),
        new("class1", "b.npy", "File: examples of class 1.", (s, v) => s with { Data = s.Data with { Sha256 = [], Class1 = FilePath("class1", v) } }),
        new("sites", "N|LxL", "Sites on the ring, or along the axes of a torus [40].", (s, v) => s with { Data = Sites(s.Data, v) }),
        new("clone", "true|false", "Gaussian data of the same covariances instead [false].", (s, v) => s with { Data = s.Data with { GaussianClone = Truth("clone", v) } }),
    ];

    internal static readonly SettingOption[] Model =
    [
        new("model", string.Join('|', NetworkModels.All.Names), "What is trained [neuron].", (s, v) => s with { Model = s.Model with { Model = v.ToLowerInvariant() } }),
        new("units", "K", "Units of the first layer; each learns at the rate lr/K [1].", (s, v) => s with { Model = s.Model with { Units = (int)Whole("units", v, 1, 1_000_000) } }),
        new("activation", "relu|erf|sigmoid|tanh|linear", "The units' response [relu].",
            (s, v) => s with { Model = s.Model with { Activation = Choice<Activation>("activation", v) } }),
        new("bias", "none|frozen|trained", "Whether units have a bias [none].", (s, v) => s with { Model = s.Model with { Bias = Choice<UnitBias>("bias", v) } }),
        new("initial-bias", "b", "The bias at the start [0].", (s, v) => s with { Model = s.Model with { InitialBias = Number("initial-bias", v) } }),
        new("loss", "mse|cross-entropy", "Two-layer, convolutional: what is minimised [mse].", (s, v) => s with { Model = s.Model with { Loss = Choice<Loss>("loss", v) } }),
        new("head", "trained|frozen", "Two-layer, convolutional: whether the second layer learns [trained].",
            (s, v) => s with { Model = s.Model with { Head = Choice<Head>("head", v) } }),
        new("scaling", "mean-field|lazy", "Two-layer, convolutional: 1/K or 1/sqrt(K) before the sum [mean-field].",
            (s, v) => s with { Model = s.Model with { Scaling = Choice<HeadScaling>("scaling", v) } }),
        new("scale-input", "true|false", "Two-layer: whether the input is divided by sqrt(N) [false].",
            (s, v) => s with { Model = s.Model with { ScaleInput = Truth("scale-input", v) } }),
        new("sparsity", "none|kl|l1", "Autoencoder: what activity costs [none].", (s, v) => s with { Model = s.Model with { Sparsity = Choice<Sparsity>("sparsity", v) } }),
        new("sparsity-strength", "x", "Autoencoder, sparse coding: how much [0.5].",
            (s, v) => s with { Model = s.Model with { SparsityStrength = Number("sparsity-strength", v) } }),
        new("sparsity-target", "x", "Autoencoder, KL: the activity wanted [0.05].",
            (s, v) => s with { Model = s.Model with { SparsityTarget = Number("sparsity-target", v) } }),
    ];

    internal static readonly SettingOption[] Start =
    [
        new("inits", "n", "Initialisations side by side [28].", (s, v) => s with { Training = s.Training with { Inits = (int)Whole("inits", v, 1, 1_000_000) } }),
        new("steps", "n", "Steps of gradient descent [2000].", (s, v) => s with { Training = s.Training with { Steps = Whole("steps", v, 1, 1_000_000_000) } }),
        new("lr", "x", "Learning rate; the time of a step in the theory [0.05].", (s, v) => s with { Training = s.Training with { Lr = Number("lr", v) } }),
        new("init-scale", "x", "Factor on the variance of Glorot's initialisation [0.001].",
            (s, v) => s with { Training = s.Training with { InitScale = Number("init-scale", v) } }),
        new("seed", "n", "Fixes everything random [1].", (s, v) => s with { Training = s.Training with { Seed = (ulong)Whole("seed", v, 0, long.MaxValue) } }),
    ];

    internal static readonly SettingOption[] Training =
    [
        new("batch", "n", "Examples a step, shared equally by the classes [2000].", (s, v) => s with { Training = s.Training with { Batch = Whole("batch", v, 1, 1_000_000_000) } }),
        new("streams", "shared|own", "Whether initialisations see the same examples [shared].",
            (s, v) => s with { Training = s.Training with { Streams = Choice<ExampleStreams>("streams", v) } }),
        new("checkpoint-every", "n", "Steps between checkpoints [500].",
            (s, v) => s with { Training = s.Training with { CheckpointEvery = Whole("checkpoint-every", v, 1, long.MaxValue) } }),
    ];

    internal static readonly SettingOption[] Theory =
    [
        new("theory", "full|taylor", "Full amplifier, or its third-order series [full].", (s, v) => s with { Theory = Choice<TheoryOrder>("theory", v) }),
    ];

    internal static readonly SettingOption[] Examples =
    [
        new("sampler", "auto|torch", "What makes examples: vector code on the CPU, or torch alone, with autograd for every model [auto].",
            (s, v) => s with { Data = s.Data with { Sampler = Choice<Sampler>("sampler", v) } }),
    ];

    internal static readonly SettingOption[] Machine =
    [
        new("device", "cpu|cuda|cuda:1|auto", "Where to compute [auto].", (s, v) => s with { Device = v.ToLowerInvariant() }),
        new("threads", "n", "Threads an operation may use [all processors].", (s, v) => s with { Threads = (int)Whole("threads", v, 1, 4096) }),
    ];

    /// <summary>The settings with this option's value put in, where the user gave one.</summary>
    internal RunSettings Apply(RunSettings settings, ParseResult parsed) =>
        parsed.GetValue(this) is string value ? apply(settings, value) : settings;

    /// <summary>The settings with all of these options' values put in.</summary>
    /// <exception cref="InvalidSettingException">A value is not allowed, or of a setting that the data do not go by.</exception>
    internal static RunSettings Applied(IEnumerable<SettingOption> options, RunSettings start, ParseResult parsed)
    {
        var settings = options.Aggregate(start, (s, option) => option.Apply(s, parsed));
        foreach (var option in options.Intersect(Data))
            if (parsed.GetValue(option) is string value && !DataModels.All.Use(settings.Data.Data, option.Name[2..]))
                throw new InvalidSettingException(option.Name[2..], value, $"left out: --data {settings.Data.Data} does not use it");
        return settings;
    }

    private static string FilePath(string setting, string text) =>
        text.Trim().Length > 0 ? Path.GetFullPath(text.Trim()) : throw new InvalidSettingException(setting, text, "the name of a file");

    private static DataSettings Sites(DataSettings data, string text)
    {
        var sides = text.Split('x', 'X', '×');
        if (sides.Length == 1)
            return data with { Sites = (int)Whole("sites", text, 4, 1_000_000), Dimensions = 1 };
        InvalidSettingException.Require(sides.Length == 2 && sides[0] == sides[1], "sites", text, "N for a ring or LxL for a torus, which has as many sites along each axis");
        int side = (int)Whole("sites", sides[0], 4, 1000);
        return data with { Sites = side * side, Dimensions = 2 };
    }

    private static bool Truth(string setting, string text) =>
        bool.TryParse(text, out bool value) ? value : throw new InvalidSettingException(setting, text, "true or false");

    internal static double Number(string setting, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new InvalidSettingException(setting, text, "a finite number");

    private static double[] Numbers(string setting, string text) => [.. text.Split(',').Select(n =>
        double.TryParse(n, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new InvalidSettingException(setting, text, "finite numbers separated by commas"))];

    internal static long Whole(string setting, string text, long smallest, long largest) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= smallest && value <= largest
            ? value
            : throw new InvalidSettingException(setting, text, string.Create(CultureInfo.InvariantCulture, $"a whole number from {smallest} to {largest}"));

    internal static T Choice<T>(string setting, string text) where T : struct, Enum
    {
        var names = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(
            f => f.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? f.Name.ToLowerInvariant(), f => (T)f.GetValue(null)!);
        return names.TryGetValue(text.ToLowerInvariant(), out var value)
            ? value
            : throw new InvalidSettingException(setting, text,
                string.Join(", ", names.Keys.SkipLast(1)) + " or " + names.Keys.Last());
    }
}
