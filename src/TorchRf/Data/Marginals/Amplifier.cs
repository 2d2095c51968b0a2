namespace TorchRf.Data.Marginals;

/// <summary>
/// The amplifier phi(a) = E[X erf(X/sqrt(2) a/sqrt(1 - a^2))] (LSG Lemma 3.1): what one ReLU neuron makes of the
/// marginal X of the class it answers to. phi is odd with slope sqrt(2/pi) at 0 and phi(+-1) = +-E|X|. Where it grows
/// faster than linearly, large coordinates of the receptive field win: localization.
/// </summary>
/// <param name="phi">phi, element by element, from correlations of any shape to a new tensor of that shape, dtype and device; leaves no other tensors behind.</param>
public sealed class Amplifier(Func<Tensor, Tensor> phi)
{
    private static readonly double Slope = Math.Sqrt(2 / Math.PI);
    private static readonly Scalar MinusTwo = -2.0, MinusOne = -1.0, Zero = 0, One = 1.0, Two = 2.0;

    /// <summary>phi, element by element, on the device and in the dtype of <paramref name="a"/> (meant for Float64).</summary>
    /// <param name="a">Correlations of the neuron's input with each site; any shape. Beyond +-1, where an empirical covariance
    /// can lead, phi keeps its value at +-1.</param>
    /// <returns>A new tensor, the shape of <paramref name="a"/>. Gradients are not tracked.</returns>
    public Tensor Of(Tensor a)
    {
        using var noGrad = torch.no_grad();
        return phi(a);
    }

    /// <summary>
    /// phi(a) = c a: of elliptical data, for which E[x | w.x] is linear in w.x and so E[x 1(w.x &gt; 0)] = a E|X| / 2, c = E|X| makes it exact whatever the law of
    /// the radius (LSG Prop. 3.3), while the formula above, which takes x given one site as normal, is not. Both are sqrt(2/pi) a for a normal law.
    /// </summary>
    /// <param name="slope">c &gt; 0: E|X| of the marginal; sqrt(2/pi) for Gaussian data.</param>
    /// <exception cref="ArgumentOutOfRangeException">c is not a finite number above 0.</exception>
    public static Amplifier Linear(double slope)
    {
        if (!(slope > 0) || double.IsInfinity(slope))
            throw new ArgumentOutOfRangeException(nameof(slope), slope, "a mean magnitude is a finite number above 0");
        Scalar c = slope;
        return new(a => a.clamp(MinusOne, One).mul_(c));
    }

    /// <summary>X normal: phi(a) = sqrt(2/pi) a.</summary>
    public static Amplifier Normal() => Linear(Slope);

    /// <summary>X of a few values: phi(a) = sum_x p(x) x erf(x a / sqrt(2 (1 - a^2))).</summary>
    /// <param name="atoms">Values with their probabilities, symmetric.</param>
    public static Amplifier Discrete(IEnumerable<(double X, double Probability)> atoms)
    {
        (Scalar X, Scalar Share)[] positive = [.. atoms.Where(atom => atom.X > 0).Select(atom => ((Scalar)atom.X, (Scalar)(2 * atom.Probability * atom.X)))];
        return new(a =>
        {
            using var slope = ErfArgument(a);
            var sum = slope.zeros_like();
            foreach (var (x, share) in positive)
            {
                using var term = slope.mul(x).erf_();
                sum.add_(term, share);
            }
            return sum;
        });
    }

    /// <summary>X = +-1: phi(a) = erf(a / sqrt(2 (1 - a^2))).</summary>
    public static Amplifier Sign() => new(a => ErfArgument(a).erf_());

    // a / sqrt(2 (1 - a^2)), infinite at +-1 and beyond, where its erf is +-1. 1 - a^2 cancels only where erf is flat.
    private static Tensor ErfArgument(Tensor a) => a.mul(a).mul_(MinusTwo).add_(Two, One).clamp_min_(Zero).rsqrt_().mul_(a);

    /// <summary>X = h(Z): the expectation by quadrature over Z, tabulated (error below 1e-10).</summary>
    public static Amplifier Quadrature(TransformedNormal marginal)
    {
        using var scope = torch.NewDisposeScope();
        var (nodes, weights) = NormalQuadrature.HalfLine();
        return new(new AmplifierTable(marginal.Transform(nodes), weights).Of);
    }

    /// <summary>X of many magnitudes |x|, each with its probability: the mean over them, tabulated.</summary>
    internal static Amplifier OfMagnitudes(double[] magnitudes, double[] probabilities)
    {
        using var scope = torch.NewDisposeScope();
        return new(new AmplifierTable(torch.tensor(magnitudes), torch.tensor(probabilities)).Of);
    }

    /// <summary>
    /// X as measured: the mean over the values, of which at most 4096 groups of like magnitude are made. Each group is one magnitude, sum m^2 / sum m, with the probability that keeps the
    /// sums of m and of m^2, so that phi(1) = E|X| and the slope at 0, sqrt(2/pi) E[X^2], are those of the values however far the tails reach.
    /// </summary>
    public static Amplifier Empirical(EmpiricalMarginal marginal)
    {
        var magnitudes = marginal.Magnitudes;
        int groups = Math.Min(4096, magnitudes.Length);
        var (x, weight) = (new double[groups], new double[groups]);
        for (int g = 0; g < groups; g++)
        {
            int from = (int)((long)magnitudes.Length * g / groups), to = (int)((long)magnitudes.Length * (g + 1) / groups);
            var (first, second) = (0.0, 0.0);
            foreach (var m in magnitudes[from..to])
                (first, second) = (first + m, second + (m * m));
            if (second > 0)
                (x[g], weight[g]) = (second / first, first * first / (second * magnitudes.Length));
        }
        return OfMagnitudes(x, weight);
    }

    /// <summary>Whether <see cref="ThirdOrder"/> exists: where the fourth moment does, or phi is linear anyway.</summary>
    public static bool HasThirdOrder(Marginal marginal) => marginal.IsLinearlyAmplified || double.IsFinite(marginal.ExcessKurtosis);

    /// <summary>
    /// phi to third order: sqrt(2/pi) (a + (3 - kappa)/6 a^3), kappa = E[X^4] (LSG eq. 8, with sqrt(2/pi) on both terms); phi itself where that is linear.
    /// </summary>
    /// <exception cref="NotSupportedException">The fourth moment is infinite, so that there is no third order.</exception>
    public static Amplifier ThirdOrder(Marginal marginal)
    {
        if (marginal.IsLinearlyAmplified)
            return marginal.FullAmplifier();
        double excess = marginal.ExcessKurtosis;
        if (!double.IsFinite(excess))
            throw new NotSupportedException("The third-order amplifier needs a finite fourth moment, and this marginal's is infinite; use the full amplifier.");
        Scalar cubic = -Slope * excess / 6, linear = Slope;
        return new(a => a.mul(a).mul_(cubic).add_(linear, One).mul_(a));
    }
}

/// <summary>
/// phi(a) = sum_i w_i x_i erf(x_i t / sqrt(2)), t = a / sqrt(1 - a^2), from a table. phi has a root's singularity at a = 1, and near 0 it goes like a^(k - 1) for tails
/// like Kur(k)'s, which asks for small intervals there: it is computed as a cubic Hermite spline with exact derivatives in v = sqrt(1 - sqrt(a)), a root at both ends,
/// with 2001 equally spaced v from 0 to 1. What is looked up are straight lines between 2^17 equally spaced asin(a), which need the fewest operations.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "It lives as long as the function that it is, which nobody owns.")]
internal sealed class AmplifierTable
{
    private const int Intervals = 2000;
    private const double Width = 1.0 / Intervals;

    // Of v, made at a time: with 4096 magnitudes 2 MiB of numbers, where all together are 64 MiB several times over.
    private const int Rows = 64;

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
        var (value, slope) = (torch.empty_like(v), torch.empty_like(v));
        // Kept, as all scalars of a loop are: one that nobody holds can be finalised while torch still reads it.
        using Scalar rootHalf = Math.Sqrt(0.5), minusHalf = -0.5;
        for (int from = 0; from <= Intervals; from += Rows)
        {
            using var inner = torch.NewDisposeScope();
            int rows = Math.Min(Rows, Intervals + 1 - from);
            var xt = x * t.narrow(0, from, rows);
            value.narrow(0, from, rows).copy_(((xt * rootHalf).erf_() * (x * weights)).sum(1));
            slope.narrow(0, from, rows).copy_(((xt.square() * minusHalf).exp_() * (x.square() * weights)).sum(1));
        }
        // d phi / d theta = sqrt(2/pi) (1 + t^2) sum w x^2 exp(-x^2 t^2 / 2) with a = sin theta, which vanishes at pi/2; d theta / d v = -4 (1 - v^2) / sqrt(rest).
        slope = slope * (t.square() + 1).squeeze(1) * root / rest.sqrt() * (Math.Sqrt(2 / Math.PI) * -4 * Width);
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
