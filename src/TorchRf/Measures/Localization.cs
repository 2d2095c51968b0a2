using System.Globalization;

namespace TorchRf.Measures;

/// <summary>
/// How few sites carry a receptive field: IPR(w) = sum w^4 / (sum w^2)^2, from 1/N for a constant over 1.5/N for a
/// sinusoid and 3/N for white Gaussian noise to 1 for a single site (LSG section 4; IG's code plots the reciprocal under this name).
/// </summary>
public static class InverseParticipationRatio
{
    /// <param name="w">Receptive fields, shape (..., N).</param>
    /// <returns>Shape (...).</returns>
    public static Tensor Of(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        // By the largest coordinate first: the fourth power of a small initialisation underflows in Float32.
        var square = (w / w.abs().amax([-1], keepdim: true)).square();
        return (square.square().sum(-1) / square.sum(-1).square()).MoveToOuterDisposeScope();
    }

    /// <summary>Of receptive fields in any precision, computed in Float64.</summary>
    /// <param name="w">Shape (..., N).</param>
    /// <returns>In the order of the tensor.</returns>
    public static double[] Each(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return Of(w.detach().to(ScalarType.Float64)).ToArray<double>();
    }

    /// <summary>
    /// The IPR above which a receptive field counts as localized: three standard deviations over the mean of white Gaussian
    /// noise, 3/N (1 + 3 sqrt(8 / (3 N))). (The kurtosis of N independent normals, about their known mean 0 and relative to their own
    /// mean square, has variance 24/N to leading order.)
    /// </summary>
    /// <param name="sites">N. On so few that noise reaches further, 0.9: a single site always counts as localized.</param>
    public static double LocalizedAbove(int sites) => Math.Min(0.9, 3.0 / sites * (1 + (3 * Math.Sqrt(8.0 / (3 * sites)))));

    /// <summary>Whether a receptive field counts as localized; one whose weights are not finite, or are all zero, does not.</summary>
    /// <param name="ipr">Its inverse participation ratio.</param>
    /// <param name="sites">N.</param>
    public static bool IsLocalized(double ipr, int sites) => ipr > LocalizedAbove(sites);
}

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
    /// Of receptive fields, by the level of white Gaussian noise (<see cref="InverseParticipationRatio.LocalizedAbove"/>), which 0.5 to 0.9 % of such fields exceed (of 40 000 at
    /// each of N = 40, 100 and 900). Smooth noise, whose sites are fewer independent numbers, exceeds it more often where there are many sites: of 10 000 Gaussian fields
    /// of covariance exp(-d^2 / xi^2), 0.4 % at N = 40 and xi = 3, 1.8 % at N = 100 and xi = 3, 7.0 % on a torus of 30 x 30 and xi = 3, 9.5 % at N = 900 and xi = 10 (errors at most 0.3 %).
    /// </summary>
    /// <param name="w">Receptive fields, shape (..., N); a field of two dimensions flattened.</param>
    public static LocalizedFraction Among(Tensor w) => Among(InverseParticipationRatio.Each(w), (int)w.shape[^1]);

    /// <summary>Of receptive fields whose inverse participation ratios are known already.</summary>
    /// <param name="ipr">One a field.</param>
    /// <param name="sites">N.</param>
    public static LocalizedFraction Among(IReadOnlyCollection<double> ipr, int sites)
    {
        double threshold = InverseParticipationRatio.LocalizedAbove(sites);
        return new LocalizedFraction(ipr.Count(v => InverseParticipationRatio.IsLocalized(v, sites)), ipr.Count, threshold, threshold < 0.9
            ? string.Create(CultureInfo.InvariantCulture, $"three standard deviations above white Gaussian weights, 3/N = {3.0 / sites:0.000} at N = {sites}")
            : string.Create(CultureInfo.InvariantCulture, $"nearly a single site: at N = {sites} the spread of white Gaussian weights reaches up to 1"));
    }

    /// <summary>Of each network's units.</summary>
    /// <param name="w">Receptive fields, shape (inits, units, N).</param>
    /// <returns>One an initialisation.</returns>
    public static IReadOnlyList<LocalizedFraction> OfEach(Tensor w) =>
        [.. InverseParticipationRatio.Each(w).Chunk((int)w.shape[1]).Select(ipr => Among(ipr, (int)w.shape[2]))];

    /// <summary>"12 of 20 above IPR 0.147 (three standard deviations above ...)".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} of {Total} above IPR {Threshold:0.000} ({Why})");
}

/// <summary>
/// The entropy of a receptive field's energy over its sites, H = -sum p ln p with p = w^2 / sum w^2, in nats: ln N for a field of equal magnitudes, 0 for a
/// single site.
/// </summary>
public static class WeightEntropy
{
    /// <param name="w">Receptive fields, shape (..., N), not zero.</param>
    /// <returns>Nats, shape (...).</returns>
    public static Tensor Of(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        var p = Energy.Share(w);
        // p ln p goes to 0 with p.
        return (-(p * torch.where(p.gt(0), p, (p * 0) + 1).log()).sum(-1)).clamp(min: 0.0).MoveToOuterDisposeScope();
    }

    /// <summary>Over how many sites, equally used, a field would have the same entropy: exp(H), from 1 to N.</summary>
    /// <param name="w">Receptive fields, shape (..., N), not zero.</param>
    /// <returns>Shape (...).</returns>
    public static Tensor EffectiveNumber(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return Of(w).exp().MoveToOuterDisposeScope();
    }
}

/// <summary>
/// Where on the ring a receptive field lies and how far it spreads, its energy w^2 / sum w^2 being taken for a law over the sites
/// (Mardia &amp; Jupp, Directional Statistics, chapter 2): with z = sum_j p_j exp(2 pi i j / N), the mean is the angle of z. Everything has shape (...).
/// </summary>
/// <param name="Mean">In sites, from 0 up to N; without meaning where the variance is 1 (a constant field, or two opposite sites).</param>
/// <param name="Variance">1 - |z|: 0 for a single site, 1 for energy spread around the whole ring.</param>
/// <param name="Width">The circular standard deviation sqrt(-2 ln |z|) N / (2 pi), in sites: for a narrow field, the standard deviation of its
/// position; grows without bound as the variance goes to 1.</param>
public sealed record CircularPosition(Tensor Mean, Tensor Variance, Tensor Width)
{
    /// <param name="w">Receptive fields, shape (..., N), not zero.</param>
    public static CircularPosition Of(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return OfLaw(Energy.Share(w)).ToOuterScope();
    }

    /// <summary>On a torus: of the energy summed along each axis.</summary>
    /// <param name="w">Receptive fields, shape (..., L, L), not zero; the axes need not be equally long.</param>
    /// <returns>The position along the last axis but one (which row) and along the last (which column).</returns>
    public static (CircularPosition Row, CircularPosition Column) OnTorus(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        var p = Energy.Share(w, axes: 2);
        return (OfLaw(p.sum(-1)).ToOuterScope(), OfLaw(p.sum(-2)).ToOuterScope());
    }

    private static CircularPosition OfLaw(Tensor p)
    {
        long n = p.shape[^1];
        double radians = 2 * Math.PI / n;
        var angle = torch.arange(0, n, p.dtype, p.device) * radians;
        var (x, y) = ((p * angle.cos()).sum(-1), (p * angle.sin()).sum(-1));
        // Rounding may lead just beyond 1.
        var length = (x.square() + y.square()).sqrt().clamp(max: 1.0);
        // A mean that rounding put just below 0 would come out as N itself.
        var mean = (y.atan2(x) / radians).remainder(n);
        return new CircularPosition(torch.where(mean.ge(n), mean * 0, mean), 1 - length, (length.log() * -2).clamp(min: 0.0).sqrt() / radians);
    }

    private CircularPosition ToOuterScope()
    {
        foreach (var value in new[] { Mean, Variance, Width })
            value.MoveToOuterDisposeScope();
        return this;
    }
}

/// <summary>A receptive field's energy, taken for a law over its sites.</summary>
internal static class Energy
{
    /// <summary>w^2 / sum w^2 over the last <paramref name="axes"/> axes, the shape of <paramref name="w"/>.</summary>
    internal static Tensor Share(Tensor w, int axes = 1)
    {
        long[] over = [.. Enumerable.Range(1, axes).Select(i => -(long)i)];
        // By the largest coordinate first: the square of a small initialisation may underflow in Float32.
        var square = (w / w.abs().amax(over, keepdim: true)).square();
        return square / square.sum(over, keepdim: true);
    }
}
