using TorchRf.Data;

namespace TorchRf.Theory;

/// <summary>
/// phi(a) = sum_i w_i x_i erf(x_i t / sqrt(2)), t = a / sqrt(1 - a^2), as a cubic Hermite spline with exact derivatives, odd in a. phi has a root's singularity
/// at a = 1, and near 0 it goes like a^(k - 1) for tails like Kur(k)'s, which asks for small intervals there: the spline is in v = sqrt(1 - sqrt(a)), a root at
/// both ends and cheaper than asin, with 2001 equally spaced v from 0 to 1.
/// </summary>
internal sealed class AmplifierTable
{
    private const int Intervals = 2000;
    private const double Width = 1.0 / Intervals;

    private static readonly Scalar Zero = 0, One = 1.0, Square = (double)Intervals * Intervals, MinusSquare = -(double)Intervals * Intervals, First = 0, Last = Intervals;

    // Coefficient i of each interval's cubic in u = v / Width - interval, shape (Intervals + 1): the last is v = 1 alone, where the cubic is a constant.
    private readonly TensorCopies[] coefficients;

    /// <param name="x">Magnitudes of the marginal, shape (M), Float64 on the CPU.</param>
    /// <param name="weights">Their probabilities, shape (M).</param>
    internal AmplifierTable(Tensor x, Tensor weights)
    {
        using var scope = torch.NewDisposeScope();
        var v = torch.arange(0, Intervals + 1, ScalarType.Float64) * Width;
        var root = 1 - v.square();
        var a = root.square();
        // (1 - a^2) / v^2, without a difference of numbers that are close.
        var rest = (root + 1) * (a + 1);
        var t = (a / (v * rest.sqrt())).unsqueeze(1);
        var xt = x * t;
        var value = ((xt * Math.Sqrt(0.5)).erf() * (x * weights)).sum(1);
        // d phi / d theta = sqrt(2/pi) (1 + t^2) sum w x^2 exp(-x^2 t^2 / 2) with a = sin theta, which vanishes at pi/2; d theta / d v = -4 (1 - v^2) / sqrt(rest).
        var slope = ((xt.square() * -0.5).exp() * (x.square() * weights)).sum(1) * (t.square() + 1).squeeze(1) * root / rest.sqrt() * (Math.Sqrt(2 / Math.PI) * -4 * Width);
        value[0] = (x * weights).sum();
        slope[0] = torch.tensor(0.0);
        var (y0, y1) = (value.narrow(0, 0, Intervals), value.narrow(0, 1, Intervals));
        var (d0, d1) = (slope.narrow(0, 0, Intervals), slope.narrow(0, 1, Intervals));
        var nothing = torch.zeros(1, ScalarType.Float64);
        coefficients = [new(value), .. new[] { d0, ((y1 - y0) * 3) - (d0 * 2) - d1, ((y0 - y1) * 2) + d0 + d1 }.Select(c => new TensorCopies(torch.cat([c, nothing])))];
    }

    /// <summary>phi, element by element. A new tensor, of the shape, dtype and device of <paramref name="a"/>.</summary>
    internal Tensor Of(Tensor a)
    {
        using var flat = a.flatten();
        using var u = flat.abs().sqrt_().mul_(MinusSquare).add_(Square, One).clamp_min_(Zero).sqrt_();
        // What is not a number stays one through u, and must not become an index.
        using var interval = u.to(ScalarType.Int32).clamp_(First, Last);
        u.frac_();
        Tensor Coefficient(int i) => coefficients[i].Like(a).index_select(0, interval);
        using var c3 = Coefficient(3);
        using var c2 = Coefficient(2);
        using var c1 = Coefficient(1);
        using var c0 = Coefficient(0);
        // c0 + u (c1 + u (c2 + u c3))
        c2.addcmul_(c3, u, One);
        c1.addcmul_(c2, u, One);
        c0.addcmul_(c1, u, One);
        return c0.view_as(a).copysign_(a);
    }
}
