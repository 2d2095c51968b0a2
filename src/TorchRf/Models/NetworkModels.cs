namespace TorchRf.Models;

/// <summary>The models by the names that users give them. A new one takes its own file and one line here.</summary>
public static class NetworkModels
{
    private sealed record Kind(Func<Start, UnitNetwork> Build, string[] Uses, bool WithoutLabels = false, string? Units = null)
    {
        internal bool HasHead => Uses.Contains("Head");
    }

    // Settings that not every model uses.
    private static readonly (string Name, Func<ModelSettings, object> Of)[] Particular =
    [
        ("Activation", s => s.Activation), ("Bias", s => s.Bias), ("InitialBias", s => s.InitialBias), ("Loss", s => s.Loss), ("Head", s => s.Head), ("Scaling", s => s.Scaling),
        ("ScaleInput", s => s.ScaleInput), ("Sparsity", s => s.Sparsity), ("SparsityStrength", s => s.SparsityStrength), ("SparsityTarget", s => s.SparsityTarget),
    ];

    private static readonly Dictionary<string, Kind> Registered = new(StringComparer.Ordinal)
    {
        ["neuron"] = new(s => new SingleNeuron(s.Initial, s.Settings.Activation, s.Bias, s.TrainBias), ["Activation", "Bias", "InitialBias"]),
        ["committee"] = new(s => new SoftCommittee(s.Initial, s.Settings.Activation, s.Bias, s.TrainBias), ["Activation", "Bias", "InitialBias"]),
        ["two-layer"] = new(s => new TwoLayerNetwork(s.Initial, s.Head(), s.Settings.Activation, s.Bias, s.TrainBias, s.Settings.ScaleInput),
            ["Activation", "Bias", "InitialBias", "Loss", "Head", "Scaling", "ScaleInput"]),
        ["convolutional"] = new(s => new ConvolutionalNetwork(s.Initial, s.Head(), s.Settings.Activation, s.Bias, s.TrainBias),
            ["Activation", "Bias", "InitialBias", "Loss", "Head", "Scaling"], Units: "kernels of 5 sites"),
        ["gated"] = new(s => new GatedNetwork(s.Initial, new HalfSpaceGate(s.Normal(s.Initial.shape)), s.Bias, s.TrainBias), ["Bias", "InitialBias"], Units: "linear units"),
        ["autoencoder"] = new(s => new Autoencoder(s.Initial, s.Decoder(), s.Settings.Activation, s.Bias, s.TrainBias,
            s.Settings.Sparsity, s.Settings.SparsityStrength, s.Settings.SparsityTarget),
            ["Activation", "Bias", "InitialBias", "Sparsity", "SparsityStrength", "SparsityTarget"], WithoutLabels: true),
        ["sparse-coding"] = new(s => new SparseCoding(s.Initial, s.Settings.SparsityStrength), ["SparsityStrength"], WithoutLabels: true, Units: "atoms"),
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
        Setting.Check(settings);
        InvalidSettingException.Require(settings.Model != "neuron" || settings.Units == 1, "Units", settings.Units,
            "1 for a neuron; `Model` committee has more");
        InvalidSettingException.Require(settings.Loss != Loss.CrossEntropy || kind.HasHead || kind.WithoutLabels, "Loss", "cross-entropy",
            $"mse for a {settings.Model}, which has one output; {string.Join(" and ", Registered.Where(k => k.Value.HasHead).Select(k => k.Key))} have one a class");
        RequireUsed(settings, kind);
        InvalidSettingException.Require(settings.Model != "sparse-coding" || settings.SparsityStrength > 0, "SparsityStrength", settings.SparsityStrength,
            "above 0 for sparse coding");
    }

    // What would have no effect is refused: a run that asks for it is not the run that it says it is.
    private static void RequireUsed(ModelSettings settings, Kind kind)
    {
        var unset = new ModelSettings();
        static string Word(object value) => value switch
        {
            Loss.CrossEntropy => "cross-entropy",
            HeadScaling.MeanField => "mean-field",
            _ => FormattableString.Invariant($"{value}").ToLowerInvariant(),
        };
        foreach (var (name, of) in Particular)
        {
            string? without = kind.Uses.Contains(name) ? name switch
            {
                "InitialBias" when settings.Bias == UnitBias.None => "without a bias",
                "SparsityStrength" when kind.Uses.Contains("Sparsity") && settings.Sparsity == Sparsity.None => "without a sparsity",
                "SparsityTarget" when settings.Sparsity != Sparsity.KL => "without `Sparsity` kl",
                _ => null,
            } : $"for {settings.Model}, which does not use it";
            InvalidSettingException.Require(without is null || of(settings).Equals(of(unset)), name, Word(of(settings)), $"left at {Word(of(unset))} {without}");
        }
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
        : throw new InvalidSettingException("Model", settings.Model, InvalidSettingException.OneOf(Names));

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
