using System.Globalization;
using TorchRf.Measures;

namespace TorchRf.Experiments;

/// <summary>Whether receptive fields localize: as the kurtosis of the data says, and as the trained weights show.</summary>
/// <param name="ExcessKurtosis">Of class 1's marginal, which the amplifier is made from.</param>
/// <param name="Expected">Whether the excess kurtosis is negative, so that the amplifier is super-linear (LSG Claim 3.2).</param>
/// <param name="Threshold">The IPR above which a receptive field counts as localized.</param>
/// <param name="Localized">How many trained receptive fields are above it.</param>
/// <param name="Of">How many were trained.</param>
/// <param name="MeanIpr">Their mean IPR.</param>
public sealed record Verdict(double ExcessKurtosis, bool Expected, double Threshold, int Localized, int Of, double MeanIpr)
{
    /// <summary>Whether most of the trained receptive fields are localized.</summary>
    public bool Observed => 2 * Localized > Of;

    /// <summary>Judges trained receptive fields, shape (inits, units, N).</summary>
    public static Verdict On(Tensor trained, double excessKurtosis)
    {
        using var scope = torch.NewDisposeScope();
        double threshold = InverseParticipationRatio.LocalizedAbove((int)trained.shape[^1]);
        var ipr = InverseParticipationRatio.Of(trained.to(ScalarType.Float64)).flatten().cpu().data<double>().ToArray();
        return new Verdict(excessKurtosis, excessKurtosis < 0, threshold, ipr.Count(v => v > threshold), ipr.Length, ipr.Average());
    }

    /// <summary>The verdict in two sentences.</summary>
    public override string ToString()
    {
        string kurtosis = double.IsFinite(ExcessKurtosis) ? ExcessKurtosis.ToString("0.00", CultureInfo.InvariantCulture) : "infinite";
        string expected = Expected ? "negative: the theory expects localization" : "not negative: the theory expects no localization";
        string observed = string.Create(CultureInfo.InvariantCulture,
            $"Trained: mean IPR {MeanIpr:0.000}, {Localized} of {Of} above {Threshold:0.000}: {(Observed ? "localized" : "not localized")}");
        return $"Excess kurtosis of class 1 is {kurtosis}, {expected}. {observed}, {(Observed == Expected ? "as expected" : "against expectation")}.";
    }
}
