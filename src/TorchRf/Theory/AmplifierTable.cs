namespace TorchRf.Theory;

/// <summary>
/// phi(a) = sum_i w_i x_i erf(x_i tan(theta) / sqrt(2)), theta = asin a, as a cubic Hermite spline with exact derivatives, odd in a. In theta phi is
/// smooth up to a = 1, where it is steep in a; near 0 it goes like a^(k - 1) for tails like Kur(k)'s, which asks for small intervals there:
/// theta = pi/2 s^2 with 2001 equally spaced s from 0 to 1.
/// </summary>
internal sealed class AmplifierTable
{
    private const int Intervals = 2000;
    private const double Width = 1.0 / Intervals;

    // Coefficients of each interval's cubic in u = s / Width - i, shape (Intervals, 4).
    private readonly Data.TensorCopies coefficients;

    /// <param name="x">Magnitudes of the marginal, shape (M), Float64 on the CPU.</param>
    /// <param name="weights">Their probabilities, shape (M).</param>
    internal AmplifierTable(Tensor x, Tensor weights)
    {
        using var scope = torch.NewDisposeScope();
        var s = torch.arange(0, Intervals + 1, ScalarType.Float64) * Width;
        var t = (s.square() * (Math.PI / 2)).tan().unsqueeze(1);
        var xt = x * t;
        var value = ((xt * Math.Sqrt(0.5)).erf() * (x * weights)).sum(1);
        // d phi / d theta = sqrt(2/pi) (1 + t^2) sum w x^2 exp(-x^2 t^2 / 2), which vanishes at pi/2; d theta / d s = pi s.
        var slope = ((xt.square() * -0.5).exp() * (x.square() * weights)).sum(1) * (t.square() + 1).squeeze(1) * s * (Math.Sqrt(2 / Math.PI) * Math.PI * Width);
        value[Intervals] = (x * weights).sum();
        slope[Intervals] = torch.tensor(0.0);
        var (y0, y1) = (value.narrow(0, 0, Intervals), value.narrow(0, 1, Intervals));
        var (d0, d1) = (slope.narrow(0, 0, Intervals), slope.narrow(0, 1, Intervals));
        coefficients = new Data.TensorCopies(torch.stack([y0, d0, ((y1 - y0) * 3) - (d0 * 2) - d1, ((y0 - y1) * 2) + d0 + d1], 1));
    }

    internal Tensor Of(Tensor a)
    {
        var position = (a.abs().clamp(max: 1.0).asin() * (2 / Math.PI)).sqrt() / Width;
        var interval = position.floor().clamp(max: Intervals - 1);
        var u = position - interval;
        // What is not a number stays one through u, and must not become an index.
        var c = coefficients.Like(a).index_select(0, interval.to(ScalarType.Int64).clamp(min: 0, max: Intervals - 1).flatten());
        Tensor Coefficient(int i) => c.select(1, i).reshape(a.shape);
        return ((((((Coefficient(3) * u) + Coefficient(2)) * u) + Coefficient(1)) * u) + Coefficient(0)) * a.sign();
    }
}
