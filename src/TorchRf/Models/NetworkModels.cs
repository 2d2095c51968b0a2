using System.Collections.Immutable;
using TorchRf.SparseCoding;

namespace TorchRf.Models;

/// <summary>What a model is made from.</summary>
/// <param name="Settings">What it is to be.</param>
/// <param name="Inits">How many initialisations.</param>
/// <param name="Sites">N.</param>
/// <param name="Side">The length of each axis: N on a ring, L on a torus of L x L.</param>
/// <param name="Outputs">How many outputs, where it has a second layer.</param>
/// <param name="Scale">Factor on the variance of what is initialised after Glorot.</param>
/// <param name="Generator">What draws its parameters; its device is the model's.</param>
public sealed record ModelStart(ModelSettings Settings, int Inits, int Sites, int Side, int Outputs, double Scale, Generator Generator)
{
    /// <summary>K.</summary>
    public int Units => Settings.Units;

    /// <summary>The units' response.</summary>
    public Activation Activation => Settings.Activation;

    /// <summary>The bias at the start; null without.</summary>
    public double? Bias => Settings.Bias == UnitBias.None ? null : Settings.InitialBias;

    /// <summary>Whether the bias learns.</summary>
    public bool TrainBias => Settings.Bias == UnitBias.Trained;

    /// <summary>The second layer.</summary>
    /// <param name="weighed">How many answers it weighs; one a unit without.</param>
    public LinearHead Head(int? weighed = null) => new(Inits, weighed ?? Units, Generator, Outputs, Settings.Scaling, Settings.Head);
}

/// <summary>A model that users can name.</summary>
/// <param name="Name">What they call it, in lower case.</param>
/// <param name="Build">Makes it.</param>
/// <param name="Uses">The settings that it goes by and not every model does, by their names ("Activation"); with "Head" it has an output a class.</param>
public sealed record NetworkModel(string Name, Func<ModelStart, UnitNetwork> Build, params IReadOnlyList<string> Uses)
{
    /// <summary>What it is called in a sentence.</summary>
    public string Noun { get; init; } = Name;

    /// <summary>What its units are called, where they are not of an activation that is chosen.</summary>
    public string? Units { get; init; }

    /// <summary>Whether it learns from a loss of its own (<see cref="IReconstruction"/>).</summary>
    public bool WithoutLabels { get; init; }

    /// <summary>Throws <see cref="InvalidSettingException"/> where settings are not allowed that are so for other models.</summary>
    public Action<ModelSettings> Check { get; init; } = _ => { };

    internal bool HasHead => Uses.Contains("Head");
}

/// <summary>The models by the names that users give them. A new one takes its own file and one line here.</summary>
public sealed class NetworkModels
{
    private static readonly string[] OfUnits = ["Activation", "Bias", "InitialBias"];

    // Settings that not every model uses.
    private static readonly (string Name, Func<ModelSettings, object> Of)[] Particular =
    [
        ("Activation", s => s.Activation), ("Bias", s => s.Bias), ("InitialBias", s => s.InitialBias), ("SplitBias", s => s.SplitBias), ("Loss", s => s.Loss), ("Head", s => s.Head), ("Scaling", s => s.Scaling),
        ("ScaleInput", s => s.ScaleInput), ("Readout", s => s.Readout), ("Sparsity", s => s.Sparsity), ("SparsityStrength", s => s.SparsityStrength), ("SparsityTarget", s => s.SparsityTarget),
        ("CodeSolver", s => s.CodeSolver), ("Dictionary", s => s.Dictionary),
    ];

    private readonly ImmutableList<NetworkModel> registered;

    private NetworkModels(ImmutableList<NetworkModel> registered) => this.registered = registered;

    /// <summary>Those that the program knows.</summary>
    public static NetworkModels All { get; } = new NetworkModels([])
        .With(new("neuron", s => new SingleNeuron(s.Inits, s.Sites, s.Generator, s.Activation, s.Bias, s.TrainBias, s.Scale), OfUnits)
            { Check = s => InvalidSettingException.Require(s.Units == 1, "Units", s.Units, "1 for a neuron; `Model` committee has more") })
        .With(new("committee", s => new SoftCommittee(s.Inits, s.Units, s.Sites, s.Generator, s.Activation, s.Bias, s.TrainBias, s.Scale) { SplitBias = s.Settings.SplitBias }, [.. OfUnits, "SplitBias"]))
        .With(new("two-layer", s => new TwoLayerNetwork(s.Sites, s.Head(), s.Generator, s.Activation, s.Bias, s.TrainBias, s.Settings.ScaleInput, s.Scale) { SplitBias = s.Settings.SplitBias },
            [.. OfUnits, "SplitBias", "Loss", "Head", "Scaling", "ScaleInput"]) { Noun = "two-layer network" })
        .With(new("convolutional", s => new ConvolutionalNetwork(s.Sites, s.Units, s.Head(ConvolutionalNetwork.Weighed(s.Sites, s.Units, s.Settings.Readout, side: s.Side)), s.Generator, s.Activation, s.Bias, s.TrainBias, scale: s.Scale, readout: s.Settings.Readout, side: s.Side) { SplitBias = s.Settings.SplitBias },
            [.. OfUnits, "SplitBias", "Loss", "Head", "Scaling", "Readout"]) { Noun = "convolutional network", Units = "kernels of 5 sites" })
        .With(new("gated", s => new GatedNetwork(s.Inits, s.Units, s.Sites, new HalfSpaceGate(s.Inits, s.Units, s.Sites, s.Generator), s.Generator, s.Bias, s.TrainBias, s.Scale),
            "Bias", "InitialBias") { Noun = "gated network", Units = "linear units" })
        .With(new("autoencoder", s => new Autoencoder(s.Inits, s.Units, s.Sites, s.Generator, s.Activation, s.Bias, s.TrainBias,
            s.Settings.Sparsity, s.Settings.SparsityStrength, s.Settings.SparsityTarget, s.Scale),
            [.. OfUnits, "Sparsity", "SparsityStrength", "SparsityTarget"]) { WithoutLabels = true })
        .With(new("sparse-coding", s => new SparseCodingNetwork(s.Inits, s.Units, s.Sites, s.Generator, s.Settings.SparsityStrength, Coder(s.Settings.CodeSolver), s.Settings.Dictionary == DictionaryRule.Online),
            "SparsityStrength", "CodeSolver", "Dictionary")
            { Noun = "sparse-coding network", Units = "atoms", WithoutLabels = true, Check = s => InvalidSettingException.Require(s.SparsityStrength > 0, "SparsityStrength", s.SparsityStrength, "above 0 for sparse coding") });

    /// <summary>Whether the model's answer is a sum over its units, so that a unit has a learning rate of its own.</summary>
    /// <exception cref="InvalidSettingException">There is no such model.</exception>
    public bool HasUnitRates(ModelSettings settings) => !Find(settings).WithoutLabels;

    /// <summary>What models there are.</summary>
    public IEnumerable<string> Names => registered.Select(m => m.Name);

    /// <summary>Whether a model goes by a setting that not every model does; null where every one does, and of what is no setting of models.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="setting">The property's name.</param>
    /// <exception cref="InvalidSettingException">There is no such model.</exception>
    public bool? Uses(string model, string setting) => Particular.Any(p => p.Name == setting) ? Find(new ModelSettings { Model = model }).Uses.Contains(setting) : null;

    /// <summary>These and one more.</summary>
    /// <param name="model">Of a name that is new here.</param>
    /// <exception cref="ArgumentException">The name is taken, empty or not in lower case.</exception>
    public NetworkModels With(NetworkModel model) => model.Name.Length == 0 || model.Name.Any(char.IsUpper) || Names.Contains(model.Name)
        ? throw new ArgumentException($"A model needs a name in lower case that no other has, not '{model.Name}'.", nameof(model))
        : new NetworkModels(registered.Add(model));

    /// <summary>The model in a few words ("committee of 10 sigmoid units, bias trained").</summary>
    /// <exception cref="InvalidSettingException">There is no such model.</exception>
    public string Describe(ModelSettings settings)
    {
        var model = Find(settings);
        string activation = settings.Activation == Activation.ReLU ? "ReLU" : Setting.Word(settings.Activation);
        string units = model.Units ?? $"{activation} {(settings.Units == 1 ? "unit" : "units")}";
        // A neuron is its unit.
        return (model.Name == "neuron" ? $"neuron with {activation}" : FormattableString.Invariant($"{model.Noun} of {settings.Units} {units}"))
            + (settings.Bias == UnitBias.None ? "" : $", bias {Setting.Word(settings.Bias)}")
            + (settings.Loss == Loss.Mse ? "" : ", cross-entropy");
    }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="InvalidSettingException">A setting is out of its range, or does not go with the model.</exception>
    public void Validate(ModelSettings settings)
    {
        var model = Find(settings);
        Setting.Check(settings);
        InvalidSettingException.Require(settings.Loss != Loss.CrossEntropy || model.HasHead || model.WithoutLabels, "Loss", "cross-entropy",
            $"mse for a {settings.Model}, which has one output; {string.Join(" and ", registered.Where(m => m.HasHead).Select(m => m.Name))} have one a class");
        RequireUsed(settings, model);
        model.Check(settings);
    }

    /// <summary>How many outputs the model has: one for each class where a second layer tells several apart or is trained by cross-entropy, and one otherwise.</summary>
    /// <exception cref="InvalidSettingException">Its second layer cannot have so many.</exception>
    public int Outputs(ModelSettings settings, int classes)
    {
        int outputs = Find(settings).HasHead && (classes > 2 || settings.Loss == Loss.CrossEntropy) ? classes : 1;
        InvalidSettingException.Require(settings.Head != Head.Ones || outputs <= 2, "Head", "ones", FormattableString.Invariant($"trained or frozen for {classes} classes: ones and their negatives tell two apart"));
        return outputs;
    }

    /// <summary>Makes the model from its initial receptive fields.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="initial">Shape (inits, units, N), on the device to train on; copied.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="scale">Factor on the variance of what else is initialised after Glorot: an autoencoder's decoder.</param>
    /// <param name="generator">What else is random: second layers (standard normal, as in IG), gates, decoders.</param>
    /// <param name="side">The length of each axis: N on a ring, the default, and L on a torus of L x L.</param>
    /// <returns>The model in the dtype and on the device of the receptive fields.</returns>
    /// <exception cref="InvalidSettingException">A setting is out of its range, or does not go with the model.</exception>
    public UnitNetwork Build(ModelSettings settings, Tensor initial, int classes, double scale, Generator generator, int? side = null)
    {
        Validate(settings);
        var model = Find(settings);
        var network = model.Build(new ModelStart(settings, (int)initial.shape[0], (int)initial.shape[2], side ?? (int)initial.shape[2], Outputs(settings, classes), scale, generator));
        network.to(initial);
        network.StartFrom(initial);
        return network;
    }

    // What would have no effect is refused: a run that asks for it is not the run that it says it is.
    private static void RequireUsed(ModelSettings settings, NetworkModel model)
    {
        var unset = new ModelSettings();
        foreach (var (name, of) in Particular)
        {
            string? without = model.Uses.Contains(name) ? name switch
            {
                "InitialBias" or "SplitBias" when settings.Bias == UnitBias.None => "without a bias",
                "SparsityStrength" when model.Uses.Contains("Sparsity") && settings.Sparsity == Sparsity.None => "without a sparsity",
                "SparsityTarget" when settings.Sparsity != Sparsity.KL => "without `Sparsity` kl",
                _ => null,
            } : $"for {settings.Model}, which does not use it";
            InvalidSettingException.Require(without is null || of(settings).Equals(of(unset)), name, Setting.Word(of(settings)), $"left at {Setting.Word(of(unset))} {without}");
        }
    }

    private static ISparseCoder? Coder(CodeSolver solver) => solver switch
    {
        CodeSolver.Fista => new Fista(),
        CodeSolver.Lca => new LocallyCompetitive(),
        CodeSolver.Descent => new CoordinateDescent(),
        _ => null,
    };

    private NetworkModel Find(ModelSettings settings) => registered.Find(m => m.Name == settings.Model)
        ?? throw new InvalidSettingException("Model", settings.Model, InvalidSettingException.OneOf(Names));
}
