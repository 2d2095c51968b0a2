namespace TorchRf.Experiments.Panels;

/// <summary>What a figure calls a row of data.</summary>
internal static class RowName
{
    // Below this gain, NLGP's excess kurtosis is above -0.001.
    private const double GaussianGain = 0.0101;

    internal static string Of(DataSettings data) => (data.GaussianClone ? "Clone of " : "") + data switch
    {
        IsingSettings => "Ising",
        NlgpSettings { Gain: < GaussianGain } => "Gaussian",
        NlgpSettings nlgp => Invariant($"NLGP({nlgp.Gain:0.###})"),
        KurSettings kur => Invariant($"Kur({kur.K})"),
        StudentTSettings t => Invariant($"t({t.Nu})"),
        EllipticalSettings elliptical => elliptical.Radial == "shell" ? "Outer shell" : "Surface",
        PulseSettings => "Single pulse",
        BlockSettings => "Block pulse",
        PatchesSettings patches => patches.Whiten switch { PatchWhitening.Zca => "Whitened patches", PatchWhitening.Pca => "PCA-whitened patches", PatchWhitening.Olshausen => "Filtered patches", _ => "Patches" },
        NortaSettings { Quantile: "kur" } norta => Invariant($"Kur({norta.K})"),
        NortaSettings { Quantile: "bernoulli" } norta => Invariant($"Bernoulli({norta.Steepness})"),
        NortaSettings norta => char.ToUpperInvariant(norta.Quantile[0]) + norta.Quantile[1..],
        GaussianSettings => "Gaussian",
        _ => data.Name,
    };

    /// <summary>The same as part of a file's name.</summary>
    internal static string File(DataSettings data) => data switch
    {
        IsingSettings ising => Invariant($"ising-J{string.Join("-", ising.Couplings.Select(Short))}"),
        NlgpSettings nlgp => "nlgp-g" + Short(nlgp.Gain),
        KurSettings kur => "kur-k" + Short(kur.K),
        _ => data.Name,
    };

    internal static IReadOnlyList<double> Lengthscales(this DataSettings data) => ((LengthscaleSettings)data).Lengthscales;

    /// <summary>How large it is and how far it reaches: "N = 40, ξ = 1 and 3".</summary>
    internal static string Extent(DataSettings data) => Invariant($"N = {data.Sites}, ξ = {string.Join(" and ", data.Lengthscales())}");

    private static string Short(double value) => value.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
}
