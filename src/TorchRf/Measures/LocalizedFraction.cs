using System.Globalization;

namespace TorchRf.Measures;

/// <summary>How many receptive fields are localized: their inverse participation ratio exceeds a threshold.</summary>
/// <param name="Count">How many are.</param>
/// <param name="Total">Of how many. One whose weights are not finite, or are all zero, counts as not localized.</param>
/// <param name="Threshold">The IPR that counts as localized.</param>
/// <param name="Why">Where the threshold comes from, as a phrase ("three standard deviations above ...").</param>
public sealed record LocalizedFraction(int Count, int Total, double Threshold, string Why)
{
    /// <summary>Count / Total; not a number where there is none.</summary>
    public double Fraction => (double)Count / Total;

    /// <summary>
    /// By the level of white Gaussian noise (<see cref="InverseParticipationRatio.LocalizedAbove"/>), which 0.5 to 0.9 % of such fields exceed (of 40 000 at
    /// each of N = 40, 100 and 900). Smooth noise, whose sites are fewer independent numbers, exceeds it more often where there are many sites: of 10 000 Gaussian fields
    /// of covariance exp(-d^2 / xi^2), 0.4 % at N = 40 and xi = 3, 1.8 % at N = 100 and xi = 3, 7.0 % on a torus of 30 x 30 and xi = 3, 9.5 % at N = 900 and xi = 10 (errors at most 0.3 %).
    /// </summary>
    /// <param name="w">Receptive fields, shape (..., N); a field of two dimensions flattened.</param>
    public static LocalizedFraction Among(Tensor w)
    {
        int n = (int)w.shape[^1];
        double threshold = InverseParticipationRatio.LocalizedAbove(n);
        return Above(threshold, w, threshold < 0.9
            ? string.Create(CultureInfo.InvariantCulture, $"three standard deviations above white Gaussian weights, 3/N = {3.0 / n:0.000} at N = {n}")
            : string.Create(CultureInfo.InvariantCulture, $"nearly a single site: at N = {n} the spread of white Gaussian weights reaches up to 1"));
    }

    /// <summary>By a threshold of the caller's.</summary>
    /// <param name="threshold">The IPR that counts as localized, above 0 and below 1.</param>
    /// <param name="w">Receptive fields, shape (..., N).</param>
    /// <param name="why">Where the threshold comes from.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold lies outside.</exception>
    public static LocalizedFraction Above(double threshold, Tensor w, string why)
    {
        if (!(threshold > 0 && threshold < 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "the IPR that counts as localized is between 0 and 1");
        using var scope = torch.NewDisposeScope();
        var ipr = InverseParticipationRatio.Of(w.detach().to(ScalarType.Float64)).flatten();
        return new LocalizedFraction((int)ipr.gt(threshold).to(ScalarType.Int64).sum().item<long>(), (int)ipr.numel(), threshold, why);
    }

    /// <summary>"12 of 20 above IPR 0.147 (three standard deviations above ...)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} of {Total} above IPR {Threshold:0.000} ({Why})");
}
