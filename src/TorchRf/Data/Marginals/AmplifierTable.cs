namespace TorchRf.Data.Marginals;

/// <summary>
/// phi(a) = sum_i w_i x_i erf(x_i t / sqrt(2)), t = a / sqrt(1 - a^2), from a table. phi has a root's singularity at a = 1, and near 0 it goes like a^(k - 1) for tails
/// like Kur(k)'s, which asks for small intervals there: it is computed as a cubic Hermite spline with exact derivatives in v = sqrt(1 - sqrt(a)), a root at both ends,
/// with 2001 equally spaced v from 0 to 1. What is looked up are straight lines between 2^17 equally spaced asin(a), which need the fewest operations.
/// </summary>
internal sealed class AmplifierTable
{
    private const int Intervals = 2000;
    private const double Width = 1.0 / Intervals;

    // Lines from asin(a) = -pi/2 to pi/2, their error at most (pi/2^17)^2 / 8 = 7e-11 of phi's second derivative in asin(a).
    private const int Lines = 1 << 17;

    private static readonly Scalar One = 1.0, MinusOne = -1.0, PerLine = Lines / Math.PI, Middle = Lines / 2.0, First = 0, Last = Lines;

    // phi at the left of each line and what it gains there, shape (Lines + 1): the last is a = 1 alone.
    private readonly TensorCopies left, gain;

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
        // The spline at the lines' ends from a = 0 to 1, shape (Lines / 2 + 1).
        var place = (1 - (torch.arange(0, (Lines / 2) + 1, ScalarType.Float64) * (Math.PI / Lines)).sin().sqrt()).sqrt() * Intervals;
        var piece = place.to(ScalarType.Int64).clamp(max: Intervals - 1);
        var u = place - piece;
        var positive = y0[piece] + (u * (d0[piece] + (u * (c2[piece] + (u * c3[piece])))));
        positive[0] = torch.tensor(0.0);
        var phi = torch.cat([positive.flip(0).neg(), positive.narrow(0, 1, Lines / 2)]);
        left = new TensorCopies(phi);
        gain = new TensorCopies(torch.cat([phi.diff(), torch.zeros(1, ScalarType.Float64)]));
    }

    /// <summary>phi, element by element. A new tensor, of the shape, dtype and device of <paramref name="a"/>.</summary>
    internal Tensor Of(Tensor a)
    {
        using var flat = a.flatten();
        using var u = flat.clamp(MinusOne, One).asin_().mul_(PerLine).add_(Middle, One);
        // What is not a number stays one through u, and must not become an index.
        using var line = u.to(ScalarType.Int32).clamp_(First, Last);
        using var gained = gain.Like(a).index_select(0, line);
        using var phi = left.Like(a).index_select(0, line).addcmul_(gained, u.frac_(), One);
        return phi.view_as(a);
    }
}
