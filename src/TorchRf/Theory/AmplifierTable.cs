using TorchRf.Data;

namespace TorchRf.Theory;

/// <summary>
/// phi(a) = sum_i w_i x_i erf(x_i t / sqrt(2)), t = a / sqrt(1 - a^2), as a cubic Hermite spline with exact derivatives, odd in a. phi has a root's singularity
/// at a = 1, and near 0 it goes like a^(k - 1) for tails like Kur(k)'s, which asks for small intervals there: the spline is in v = sqrt(1 - sqrt(a)), a root at
/// both ends and cheaper than asin, with 2001 equally spaced v from 0 to 1. What is looked up are parabolas through four parts of each of its intervals, which need
/// a look-up and a product less and differ from it by less than 1e-3 of its cubic terms.
/// </summary>
internal sealed class AmplifierTable
{
    private const int Intervals = 2000;
    private const double Width = 1.0 / Intervals;

    // Parabolas to an interval, and in all.
    private const int Parts = 4;
    private const int Pieces = Parts * Intervals;

    private static readonly Scalar Zero = 0, One = 1.0, Square = (double)Pieces * Pieces, MinusSquare = -(double)Pieces * Pieces, First = 0, Last = Pieces;

    // Coefficient i of each parabola in u = Pieces v - piece, shape (Pieces + 1): the last is v = 1 alone, where it is a constant.
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
        var (c2, c3) = (((y1 - y0) * 3) - (d0 * 2) - d1, ((y0 - y1) * 2) + d0 + d1);
        // The cubics at the ends and in the middle of each part, shape (Pieces).
        Tensor At(double part)
        {
            var u = (torch.arange(0, Parts, ScalarType.Float64) + part) / Parts;
            Tensor Column(Tensor c) => c.unsqueeze(1);
            return (Column(y0) + (u * (Column(d0) + (u * (Column(c2) + (u * Column(c3))))))).flatten();
        }
        var (from, middle, to) = (At(0), At(0.5), At(1));
        Tensor[] parabola = [from, (middle * 4) - (from * 3) - to, ((from + to) * 2) - (middle * 4)];
        Tensor[] end = [value.narrow(0, Intervals, 1), torch.zeros(1, ScalarType.Float64), torch.zeros(1, ScalarType.Float64)];
        coefficients = [.. parabola.Zip(end, (c, last) => new TensorCopies(torch.cat([c, last])))];
    }

    /// <summary>phi, element by element. A new tensor, of the shape, dtype and device of <paramref name="a"/>.</summary>
    internal Tensor Of(Tensor a)
    {
        using var flat = a.flatten();
        using var u = flat.abs().sqrt_().mul_(MinusSquare).add_(Square, One).clamp_min_(Zero).sqrt_();
        // What is not a number stays one through u, and must not become an index.
        using var piece = u.to(ScalarType.Int32).clamp_(First, Last);
        u.frac_();
        Tensor Coefficient(int i) => coefficients[i].Like(a).index_select(0, piece);
        using var c2 = Coefficient(2);
        using var c1 = Coefficient(1);
        using var c0 = Coefficient(0);
        // c0 + u (c1 + u c2)
        c1.addcmul_(c2, u, One);
        c0.addcmul_(c1, u, One);
        return c0.view_as(a).copysign_(a);
    }
}
