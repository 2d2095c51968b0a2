namespace TorchRf.Data.Marginals;

/// <summary>
/// Any symmetric law, given by its quantiles as a function of a standard normal: X = h(Z) / sigma with h(z) = Q(Phi(z)), odd and increasing, of any
/// scale ("normal to anything"). What other marginals know in closed form is found by quadrature here.
/// </summary>
public sealed class QuantileMarginal : TransformedNormal
{
    // Where the quadrature ends; beyond lies a probability of 1e-299.
    private const double Reach = 37;

    // A moment that exists has less than this share beyond z = 36; one that does not has more.
    private const double TailShare = 1e-3;

    private readonly Func<Tensor, Tensor> quantile;
    private readonly double standardDeviation;
    private readonly Lazy<double> excessKurtosis;

    /// <param name="quantile">h, element by element, in the dtype and on the device of its argument; finite up to |z| = 37 in Float64.</param>
    /// <exception cref="ArgumentException">The function is not finite, not odd, falls somewhere, is constant, or gives X an infinite variance.</exception>
    public QuantileMarginal(Func<Tensor, Tensor> quantile)
    {
        this.quantile = quantile;
        using var scope = torch.NewDisposeScope();
        var (z, _) = NormalQuadrature.HalfLine();
        var h = quantile(z);
        if (!h.isfinite().all().item<bool>())
            throw new ArgumentException("A quantile function must be finite up to |z| = 37; this is not.", nameof(quantile));
        double scale = h.abs().max().item<double>();
        if ((h + quantile(-z)).abs().max().item<double>() > 1e-12 * scale)
            throw new ArgumentException("A quantile function must be odd in z; this is not.", nameof(quantile));
        if (!(scale > 0) || h[0].item<double>() < 0 || (h.slice(0, 1, h.shape[0], 1) - h.slice(0, 0, h.shape[0] - 1, 1)).lt(-1e-12 * scale).any().item<bool>())
            throw new ArgumentException("A quantile function must increase; this does not.", nameof(quantile));
        double variance = Moment(2);
        if (double.IsInfinity(variance))
            throw new ArgumentException("This quantile function gives an infinite variance.", nameof(quantile));
        standardDeviation = Math.Sqrt(variance);
        excessKurtosis = new Lazy<double>(() => (Moment(4) / (variance * variance)) - 3);
        Bound = At(Reach) - At(Reach / 2) <= 1e-12 * At(Reach) ? At(Reach) : double.PositiveInfinity;
    }

    /// <summary>E[X^4] - 3 by quadrature; infinite where the tail shows that the moment does not exist.</summary>
    public override double ExcessKurtosis => excessKurtosis.Value;

    /// <summary>The value at z = 37, if that is all but reached at half as much; infinity otherwise.</summary>
    public override double Bound { get; }

    /// <summary>phi(z) / (dX/dz) at the z that gives x, found by bisection, the slope by a central difference (relative error about 1e-8); 0 beyond z = 37.</summary>
    public override double Density(double x)
    {
        double magnitude = Math.Abs(x);
        if (magnitude >= At(Reach))
            return 0;
        var (low, high) = (0.0, Reach);
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = At(middle) <= magnitude ? (middle, high) : (low, middle);
        }
        double z = low, step = 1e-6 * Math.Max(1, z);
        double slope = (At(z + step) - At(z - step)) / (2 * step);
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) / slope;
    }

    /// <inheritdoc/>
    public override Tensor Transform(Tensor z)
    {
        using var scope = torch.NewDisposeScope();
        return (quantile(z) * (1 / standardDeviation)).MoveToOuterDisposeScope();
    }

    private double At(double z)
    {
        using var scope = torch.NewDisposeScope();
        return Transform(torch.tensor(new[] { z })).item<double>();
    }

    // E[h(Z)^power], infinite where its last part does not vanish.
    private double Moment(int power)
    {
        using var scope = torch.NewDisposeScope();
        var (z, weights) = NormalQuadrature.HalfLine();
        var terms = quantile(z).pow(power) * weights;
        double all = terms.sum().item<double>();
        return (terms * z.gt(Reach - 1).to(ScalarType.Float64)).sum().item<double>() < TailShare * all ? all : double.PositiveInfinity;
    }
}
