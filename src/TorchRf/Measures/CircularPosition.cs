namespace TorchRf.Measures;

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
