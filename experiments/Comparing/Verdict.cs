using System.Globalization;
using TorchRf.Data;
using TorchRf.Measures;
using TorchRf.Theory;

namespace TorchRf.Experiments.Comparing;

/// <summary>Whether receptive fields localize: as the kurtosis and the theory say, and as the trained weights show.</summary>
/// <param name="ExcessKurtosis">Of class 1's marginal, which the amplifier is made from.</param>
/// <param name="Instability">How unstable theory's constant field is; null where that does not decide (<see cref="ConstantField"/>).</param>
/// <param name="Threshold">The IPR above which a receptive field counts as localized.</param>
/// <param name="Localized">How many trained receptive fields are above it.</param>
/// <param name="Total">How many were trained.</param>
/// <param name="MeanIpr">Their mean IPR.</param>
public sealed record Verdict(double ExcessKurtosis, double? Instability, double Threshold, int Localized, int Total, double MeanIpr)
{
    /// <summary>Whether the amplifier is exactly linear, as it is for normal and elliptical data whatever their kurtosis (LSG Prop. 3.3).</summary>
    public bool Linear { get; init; }

    /// <summary>
    /// Whether localization is expected: where the constant field is unstable, or, where that does not decide, where the
    /// excess kurtosis is negative, so that the amplifier is super-linear (LSG Claim 3.2), unless it is exactly linear.
    /// </summary>
    public bool Expected => Instability is double growth ? growth > 0 : ExcessKurtosis < 0 && !Linear;

    /// <summary>Whether most of the trained receptive fields are localized.</summary>
    public bool Observed => 2 * Localized > Total;

    /// <summary>Judges trained receptive fields, shape (inits, units, N), of a task of two classes.</summary>
    public static Verdict On(Tensor trained, ClassificationTask task)
    {
        using var scope = torch.NewDisposeScope();
        var (first, second) = (task.Classes[0], task.Classes[1]);
        double? instability = first.Covariance is IStationaryCovariance c0 && second.Covariance is IStationaryCovariance c1
            ? ConstantField.Instability(c0, c1, second.Marginal.FullAmplifier())
            : null;
        double threshold = InverseParticipationRatio.LocalizedAbove((int)trained.shape[^1]);
        var ipr = InverseParticipationRatio.Of(trained.to(ScalarType.Float64)).ToArray<double>();
        return new Verdict(second.Marginal.ExcessKurtosis, instability, threshold, ipr.Count(v => v > threshold), ipr.Length, ipr.Average())
        {
            Linear = second.Marginal.IsLinearlyAmplified,
        };
    }

    /// <summary>The verdict in two sentences.</summary>
    public override string ToString()
    {
        string kurtosis = !double.IsFinite(ExcessKurtosis)
            ? "infinite"
            : string.Create(CultureInfo.InvariantCulture, $"{ExcessKurtosis:0.0000}, {(ExcessKurtosis < 0 ? "negative" : "not negative")}");
        string theory = Instability switch
        {
            null when Linear => "and the amplifier is exactly linear",
            null => Expected ? "so the amplifier is super-linear" : "so the amplifier is not super-linear",
            > 0 => "and theory's constant field is unstable",
            _ => "and theory's constant field is stable",
        };
        string observed = string.Create(CultureInfo.InvariantCulture,
            $"Trained: mean IPR {MeanIpr:0.000}, {Localized} of {Total} above {Threshold:0.000}: {(Observed ? "localized" : "not localized")}");
        return $"Excess kurtosis of class 1 is {kurtosis}, {theory}: {(Expected ? "localization" : "no localization")} is expected. "
            + $"{observed}, {(Observed == Expected ? "as expected" : "against expectation")}.";
    }
}
