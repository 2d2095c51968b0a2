using TorchRf.Data;
using static System.FormattableString;

namespace TorchRf.Experiments.Panels;

/// <summary>What a figure calls a row of data.</summary>
internal static class RowName
{
    // Below this gain, NLGP's excess kurtosis is above -0.001.
    private const double GaussianGain = 0.0101;

    internal static string Of(DataSettings data) => (data.GaussianClone ? "Clone of " : "") + data.Data switch
    {
        "ising" => "Ising",
        "nlgp" when data.Gain < GaussianGain => "Gaussian",
        "nlgp" => Invariant($"NLGP({data.Gain:0.###})"),
        "kur" => Invariant($"Kur({data.K})"),
        "student-t" => Invariant($"t({data.Nu})"),
        "elliptical" => data.Radial == "shell" ? "Outer shell" : "Surface",
        "pulse" => "Single pulse",
        "block" => "Block pulse",
        "patches" => data.Whiten ? "Whitened patches" : "Patches",
        "norta" => data.Quantile switch
        {
            "kur" => Invariant($"Kur({data.K})"),
            "bernoulli" => Invariant($"Bernoulli({data.Steepness})"),
            "" => "NORTA",
            var quantile => char.ToUpperInvariant(quantile[0]) + quantile[1..],
        },
        "gaussian" => "Gaussian",
        var other => other,
    };

    /// <summary>The same as part of a file's name.</summary>
    internal static string File(DataSettings data) => data.Data switch
    {
        "ising" => Invariant($"ising-J{string.Join("-", data.Couplings.Select(Short))}"),
        "nlgp" => "nlgp-g" + Short(data.Gain),
        "kur" => "kur-k" + Short(data.K),
        var other => other,
    };

    /// <summary>How large it is and how far it reaches: "N = 40, ξ = 1 and 3".</summary>
    internal static string Extent(DataSettings data) => Invariant($"N = {data.Sites}, ξ = {string.Join(" and ", data.Lengthscales)}");

    private static string Short(double value) => value.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
}
