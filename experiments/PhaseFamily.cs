using TorchRf.Experiments.Analyzing;

namespace TorchRf.Experiments;

/// <summary>An axis of a phase diagram.</summary>
/// <param name="Label">What it measures, with its unit.</param>
/// <param name="Values">Where points lie on it.</param>
/// <param name="Log">Whether it is one of ratios.</param>
public sealed record PhaseAxis(string Label, IReadOnlyList<double> Values, bool Log);

/// <summary>Data over two of whose parameters there is a phase diagram of one ReLU neuron: what its field becomes, by where the flow on examples (of Ising rings the exact one) ends.</summary>
/// <param name="Data">What users call the data.</param>
/// <param name="Label">The same on a figure.</param>
/// <param name="X">The axis along the page.</param>
/// <param name="Y">The axis up the page.</param>
public sealed record PhaseFamily(string Data, string Label, PhaseAxis X, PhaseAxis Y)
{
    private static readonly PhaseAxis Lengthscale = new("ξ of class 1 (sites)", [0.7, 1, 1.5, 2, 3, 4, 6], true);

    /// <summary>Those that there are.</summary>
    public static IReadOnlyList<PhaseFamily> All { get; } =
    [
        new("nlgp", "NLGP(g)", Lengthscale, new("gain g", [0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1, 1.5, 3, 10], true))
        {
            At = (data, xi, gain) => (NlgpSettings)data with { Lengthscales = Stretched((NlgpSettings)data, xi), Gain = gain },
            Of = data => (((NlgpSettings)data).Lengthscales[1], ((NlgpSettings)data).Gain),
            Transition = (sites, shorter, longer) => LocalizationTransition.OverGain(sites, shorter, longer),
        },
        new("kur", "Kur(k)", Lengthscale, new("k", [4.5, 5, 5.5, 6, 7, 8, 10, 15, 30, 50], true))
        {
            At = (data, xi, k) => (KurSettings)data with { Lengthscales = Stretched((KurSettings)data, xi), K = k },
            Of = data => (((KurSettings)data).Lengthscales[1], ((KurSettings)data).K),
            Transition = (sites, shorter, longer) => LocalizationTransition.OverK(sites, shorter, longer),
        },
        new("ising", "Ising rings", new("coupling of class 1", [0.2, 0.4, 0.6, 0.8, 1, 1.2], false), new("coupling of class 0, in parts of class 1's", [0, 0.15, 0.3, 0.45, 0.6, 0.75], false))
        {
            At = (data, coupling, part) => (IsingSettings)data with { Couplings = [part * coupling, coupling] },
            Of = data => (((IsingSettings)data).Couplings[1], ((IsingSettings)data).Couplings[0] / ((IsingSettings)data).Couplings[1]),
        },
    ];

    /// <summary>Data with the parameters of a point, otherwise as they are: of lengthscales the ratio is kept.</summary>
    public required Func<DataSettings, double, double, DataSettings> At { get; init; }

    /// <summary>The point at which data lie.</summary>
    public required Func<DataSettings, (double X, double Y)> Of { get; init; }

    /// <summary>Where, between two lengthscales on a ring of so many sites, the constant field loses its stability; null where that is not known.</summary>
    public Func<int, double, double, LocalizationTransition?>? Transition { get; init; }

    /// <summary>What a neuron's field becomes on data.</summary>
    /// <exception cref="InvalidSettingException">There are no such data.</exception>
    public static Outcome Outcome(DataSettings data)
    {
        using var scope = torch.NewDisposeScope();
        using var task = data.Task();
        return Expectation.Of(task).Outcome;
    }

    // In this order, so that a third is a third.
    private static double[] Stretched(LengthscaleSettings data, double longer) => [longer * data.Lengthscales[0] / data.Lengthscales[1], longer];
}
