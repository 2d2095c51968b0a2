namespace TorchRf.Measures;

/// <summary>
/// The excess kurtosis of a sample with its standard error, and whether it means anything: where the fourth moment is infinite, as for Kur(k &lt;= 4) and
/// Student t(nu &lt;= 4), a sample's kurtosis never settles.
/// </summary>
/// <param name="ExcessKurtosis">E[(x - mean)^4] / variance^2 - 3 over all values.</param>
/// <param name="StandardError">By the delta method over independent units; itself only indicative where the tail index is below 8.</param>
/// <param name="Skewness">E[(x - mean)^3] / variance^(3/2): 0 for a symmetric law, which the theory assumes.</param>
/// <param name="SkewnessError">Its standard error.</param>
/// <param name="TailIndex">Hill's estimate of the power alpha with which P(|x| > u) falls; moments of order alpha and above are infinite. Infinity for a bounded law's pile of equal extremes.</param>
/// <param name="TailError">Its standard error, alpha / sqrt(values used).</param>
/// <param name="Units">Over how many independent units the errors are.</param>
public sealed record KurtosisEstimate(
    double ExcessKurtosis, double StandardError, double Skewness, double SkewnessError, double TailIndex, double TailError, int Units)
{
    private const int FewestTailUnits = 10;
    private const int UnitsAtATime = 1 << 17;

    /// <summary>Whether the fourth moment looks infinite (tail index at most 4), so that the kurtosis is a matter of luck.</summary>
    public bool LooksInfinite => TailIndex <= 4;

    /// <summary>Whether the standard error means anything: it takes the eighth moment, which a tail index of at most 8 does not have.</summary>
    public bool ErrorIsKnown => TailIndex > 8;

    /// <summary>
    /// The sign of the excess kurtosis, 0 where it is within three standard errors of 0; 1 where it looks infinite. Of correlated Gaussian samples, 0.2 % of 4000
    /// examples and 1.2 % of 500 get a sign; two standard errors would give one to 5 to 7 %.
    /// </summary>
    public int Sign => LooksInfinite ? 1 : Math.Abs(ExcessKurtosis) > 3 * StandardError ? Math.Sign(ExcessKurtosis) : 0;

    /// <summary>Estimates from examples whose sites are correlated, so that an example, or a block of them, is one unit and not its values.</summary>
    /// <param name="examples">Shape (examples, N); finite, at least two units, not all equal.</param>
    /// <param name="block">How many consecutive examples make a unit: 1 where they are independent.</param>
    /// <exception cref="ArgumentException">There are fewer than two units.</exception>
    /// <remarks>
    /// Tail: the largest magnitude of each unit has the sample's own tail index, and is independent of the others; Hill's estimate is over the largest twentieth of
    /// these (at least 10): alpha = 1 / mean ln(m / u), u the largest magnitude left out (Hill, Ann. Stat. 3, 1975). For a law without a power tail, such as the normal, it
    /// is large and grows with the sample.
    /// </remarks>
    public static KurtosisEstimate Of(Tensor examples, int block = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(block);
        long units = examples.shape[0] / block;
        if (examples.dim() != 2 || units < 2)
            throw new ArgumentException($"A kurtosis with its error needs (examples, sites) of at least two units, not ({string.Join(", ", examples.shape)}) in blocks of {block}.", nameof(examples));
        // What does not fill a block is left out.
        return Of([() => examples.detach().narrow(0, 0, units * block)], block);
    }

    /// <summary>The same of examples that come in pieces, so that more of them than memory holds can be estimated from.</summary>
    /// <param name="pieces">Each makes a piece, shape (examples, N), of whole units; each is made twice, and let go of after its turn.</param>
    /// <param name="block">How many consecutive examples make a unit.</param>
    public static KurtosisEstimate Of(IReadOnlyList<Func<Tensor>> pieces, int block = 1)
    {
        using var scope = torch.NewDisposeScope();
        // Nothing is left in native memory between the pieces: beside it the next would not fit where the last was.
        void Each(Action<Tensor> look)
        {
            foreach (var piece in pieces)
            {
                using var inner = torch.NewDisposeScope();
                var x = piece().to(ScalarType.Float64);
                look(x.reshape(x.shape[0] / block, -1));
            }
        }

        var (sum, squares, numbers, units) = (0.0, 0.0, 0L, 0L);
        Each(x => (sum, numbers, units) = (sum + x.sum().item<double>(), numbers + x.numel(), units + x.shape[0]));
        double mean = sum / numbers;
        Each(x => squares += (x - mean).square().sum().item<double>());
        double deviation = Math.Sqrt(squares / numbers);
        var moments = torch.empty([5, units], ScalarType.Float64);
        long at = 0;
        Each(unit =>
        {
            var x = (unit - mean).div_(deviation);
            var square = x.square();
            var here = moments.narrow(1, at, unit.shape[0]);
            here[4] = x.abs().amax([1]);
            here[0] = x.mean([1]);
            here[1] = square.mean([1]);
            here[2] = x.mul_(square).mean([1]);
            here[3] = square.square().mean([1]);
            at += unit.shape[0];
        });
        double third = moments[2].mean().item<double>(), fourth = moments[3].mean().item<double>();
        // What one unit more of its kind would change, in units of 1 / units: the mean is 0 and the variance 1.
        double Error(Func<Tensor, Tensor> influence)
        {
            double total = 0;
            foreach (var some in moments.split(UnitsAtATime, 1))
            {
                using var inner = torch.NewDisposeScope();
                total += influence(some).square().sum().item<double>();
            }
            return Math.Sqrt(total / units / (units - 1.0));
        }
        double kurtosisError = Error(m => m[3] - fourth - ((m[1] - 1) * (2 * fourth)) - (m[0] * (4 * third)));
        double skewnessError = Error(m => m[2] - third - ((m[1] - 1) * (1.5 * third)) - (m[0] * 3));
        var (tail, tailError) = Hill(moments[4]);
        return new KurtosisEstimate(fourth - 3, kurtosisError, third, skewnessError, tail, tailError, (int)units);
    }

    private static (double Index, double Error) Hill(Tensor largest)
    {
        var m = largest.sort(0, descending: true).Values.ToArray<double>();
        int used = Math.Max(FewestTailUnits, m.Length / 20);
        if (m.Length <= used)
            return (double.PositiveInfinity, double.PositiveInfinity);
        double mean = m[..used].Average(v => Math.Log(v / m[used]));
        // A bounded law piles up at its bound.
        return mean < 1e-9 ? (double.PositiveInfinity, double.PositiveInfinity) : (1 / mean, 1 / (mean * Math.Sqrt(used)));
    }
}
