namespace TorchRf.Models;

/// <summary>The models by the names that users give them. A new one takes its own file and one line here.</summary>
public static class NetworkModels
{
    private sealed record Kind(Func<Start, UnitNetwork> Build, bool HasHead = false, bool WithoutLabels = false, string? Units = null);

    private static readonly Dictionary<string, Kind> Registered = new(StringComparer.Ordinal)
    {
        ["neuron"] = new(s => new SingleNeuron(s.Initial, s.Settings.Activation, s.Bias, s.TrainBias)),
        ["committee"] = new(s => new SoftCommittee(s.Initial, s.Settings.Activation, s.Bias, s.TrainBias)),
        ["two-layer"] = new(s => new TwoLayerNetwork(s.Initial, s.Head(), s.Settings.Activation, s.Bias, s.TrainBias, s.Settings.ScaleInput), HasHead: true),
        ["convolutional"] = new(s => new ConvolutionalNetwork(s.Initial, s.Head(), s.Settings.Activation, s.Bias, s.TrainBias), HasHead: true,
            Units: "kernels of 5 sites"),
        ["gated"] = new(s => new GatedNetwork(s.Initial, new HalfSpaceGate(s.Normal(s.Initial.shape)), s.Bias, s.TrainBias), Units: "linear units"),
        ["autoencoder"] = new(s => new Autoencoder(s.Initial, s.Decoder(), s.Settings.Activation, s.Bias, s.TrainBias,
            s.Settings.Sparsity, s.Settings.SparsityStrength, s.Settings.SparsityTarget), WithoutLabels: true),
        ["sparse-coding"] = new(s => new SparseCoding(s.Initial, s.Settings.SparsityStrength), WithoutLabels: true, Units: "atoms"),
    };

    /// <summary>What models there are.</summary>
    public static IReadOnlyCollection<string> Names => Registered.Keys;

    /// <summary>Whether the model learns from a loss of its own (<see cref="IReconstruction"/>).</summary>
    public static bool LearnsWithoutLabels(ModelSettings settings) => Find(settings).WithoutLabels;

    /// <summary>How many outputs the model has: one, or one a class where a second layer tells several classes apart or is trained by cross-entropy.</summary>
    public static int Outputs(ModelSettings settings, int classes) =>
        Find(settings).HasHead && (classes > 2 || settings.Loss == Loss.CrossEntropy) ? classes : 1;

    /// <summary>The model in a few words ("committee of 10 sigmoid units, bias trained").</summary>
    /// <exception cref="InvalidSettingException">There is no such model.</exception>
    public static string Describe(ModelSettings settings)
    {
        static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
        string units = Find(settings).Units ?? $"{(settings.Activation == Activation.ReLU ? "ReLU" : Word(settings.Activation))} {(settings.Units == 1 ? "unit" : "units")}";
        string model = settings.Model is "neuron" or "committee" or "autoencoder" ? settings.Model : settings.Model + " network";
        return FormattableString.Invariant($"{model} of {settings.Units} {units}")
            + (settings.Bias == UnitBias.None ? "" : $", bias {Word(settings.Bias)}")
            + (settings.Loss == Loss.Mse ? "" : ", cross-entropy");
    }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="InvalidSettingException">A setting is out of its range, or does not go with the model.</exception>
    public static void Validate(ModelSettings settings)
    {
        var kind = Find(settings);
        settings.Validate();
        InvalidSettingException.Require(settings.Model != "neuron" || settings.Units == 1, "units", settings.Units,
            "1 for a neuron; --model committee has more");
        InvalidSettingException.Require(settings.Loss != Loss.CrossEntropy || kind.HasHead || kind.WithoutLabels, "loss", "cross-entropy",
            $"mse for a {settings.Model}, which has one output; {string.Join(" and ", Registered.Where(k => k.Value.HasHead).Select(k => k.Key))} have one a class");
        InvalidSettingException.Require(settings.Model != "sparse-coding" || settings.SparsityStrength > 0, "sparsity-strength", settings.SparsityStrength,
            "above 0 for sparse coding");
    }

    /// <summary>Makes the model from its initial receptive fields.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="initial">Shape (inits, units, N), on the device to train on; copied.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="scale">Factor on the variance of what else is initialised after Glorot: an autoencoder's decoder.</param>
    /// <param name="generator">What else is random: second layers (standard normal, as in IG), gates, decoders.</param>
    /// <exception cref="InvalidSettingException">A setting is out of its range, or does not go with the model.</exception>
    public static UnitNetwork Build(ModelSettings settings, Tensor initial, int classes, double scale, Generator generator)
    {
        Validate(settings);
        using var scope = torch.NewDisposeScope();
        var model = Find(settings).Build(new Start(settings, initial, Outputs(settings, classes), scale, generator));
        foreach (var parameter in model.parameters())
            parameter.MoveToOuterDisposeScope();
        return model;
    }

    private static Kind Find(ModelSettings settings) => Registered.TryGetValue(settings.Model, out var kind)
        ? kind
        : throw new InvalidSettingException("model", settings.Model, string.Join(", ", Names.SkipLast(1)) + " or " + Names.Last());

    private sealed record Start(ModelSettings Settings, Tensor Initial, int Outputs, double Scale, Generator Generator)
    {
        internal double? Bias => Settings.Bias == UnitBias.None ? null : Settings.InitialBias;

        internal bool TrainBias => Settings.Bias == UnitBias.Trained;

        internal Tensor Normal(params long[] shape) =>
            torch.randn(shape, device: Generator.device, generator: Generator).to(Initial.dtype, Initial.device);

        internal LinearHead Head() => new(Normal(Initial.shape[0], Outputs, Initial.shape[1]), Settings.Scaling, train: Settings.Head == Models.Head.Trained);

        internal Tensor Decoder() =>
            Glorot.Normal((int)Initial.shape[0], (int)Initial.shape[1], Scale, Generator, (int)Initial.shape[2]).to(Initial.dtype, Initial.device);
    }
}
