namespace TorchRf.Data.Marginals;

/// <summary>A law of a few values, each with its probability.</summary>
public sealed class DiscreteMarginal : Marginal
{
    private const double Tolerance = 1e-9;

    /// <param name="atoms">The values and their probabilities: symmetric, with variance 1; kept in increasing order.</param>
    /// <exception cref="ArgumentException">They are not of that kind.</exception>
    public DiscreteMarginal(IEnumerable<(double X, double Probability)> atoms)
    {
        var sorted = atoms.OrderBy(a => a.X).ToArray();
        double Moment(int power) => sorted.Sum(a => a.Probability * Math.Pow(a.X, power));
        if (!sorted.All(a => a.Probability > 0 && double.IsFinite(a.X)) || Math.Abs(Moment(0) - 1) > Tolerance || Math.Abs(Moment(2) - 1) > Tolerance)
            throw new ArgumentException("A discrete marginal has positive probabilities that sum to 1, and variance 1.", nameof(atoms));
        if (!sorted.Zip(sorted.Reverse()).All(p => Math.Abs(p.First.X + p.Second.X) < Tolerance && Math.Abs(p.First.Probability - p.Second.Probability) < Tolerance))
            throw new ArgumentException("A marginal is symmetric: x and -x are equally likely.", nameof(atoms));
        Atoms = sorted;
        ExcessKurtosis = Moment(4) - 3;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(double X, double Probability)> Atoms { get; }

    /// <inheritdoc/>
    public override double ExcessKurtosis { get; }

    /// <inheritdoc/>
    public override double Bound => Atoms[^1].X;

    /// <inheritdoc/>
    public override double Density(double x) => 0;

    /// <inheritdoc/>
    public override Amplifier FullAmplifier() => Amplifier.Discrete(Atoms);
}

/// <summary>X = +1 or -1, equally likely: one spin.</summary>
public sealed class SignMarginal : Marginal
{
    /// <inheritdoc/>
    public override double ExcessKurtosis => -2;

    /// <inheritdoc/>
    public override double Density(double x) => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<(double X, double Probability)> Atoms => [(-1, 0.5), (1, 0.5)];

    /// <inheritdoc/>
    public override double Bound => 1;

    /// <inheritdoc/>
    public override Amplifier FullAmplifier() => Amplifier.Sign();
}

/// <summary>A continuous law known by its density on a grid of |x|.</summary>
public sealed class GridMarginal : Marginal
{
    private readonly double[] magnitudes, probabilities;
    private readonly double width;

    /// <param name="magnitudes">The middles of cells of one width, rising, above 0.</param>
    /// <param name="probabilities">That |X| is in each; they sum to 1 and give X variance 1.</param>
    /// <exception cref="ArgumentException">They are not of that kind.</exception>
    public GridMarginal(double[] magnitudes, double[] probabilities)
    {
        double Moment(int power) => magnitudes.Zip(probabilities, (x, p) => p * Math.Pow(x, power)).Sum();
        if (magnitudes.Length < 2 || magnitudes.Length != probabilities.Length || !(Math.Abs(Moment(0) - 1) < 1e-9 && Math.Abs(Moment(2) - 1) < 1e-9))
            throw new ArgumentException("A law on a grid has as many probabilities as magnitudes, which sum to 1, and variance 1.", nameof(probabilities));
        (this.magnitudes, this.probabilities, width, ExcessKurtosis) = (magnitudes, probabilities, magnitudes[1] - magnitudes[0], Moment(4) - 3);
    }

    /// <inheritdoc/>
    public override double ExcessKurtosis { get; }

    /// <summary>On straight lines between the middles of cells; 0 beyond them.</summary>
    public override double Density(double x)
    {
        double at = (Math.Abs(x) - magnitudes[0]) / width;
        if (at < -0.5 || at > magnitudes.Length - 0.5)
            return 0;
        int left = Math.Clamp((int)Math.Floor(at), 0, magnitudes.Length - 2);
        double share = Math.Clamp(at - left, 0, 1);
        return ((probabilities[left] * (1 - share)) + (probabilities[left + 1] * share)) / (2 * width);
    }

    /// <inheritdoc/>
    public override Amplifier FullAmplifier() => Amplifier.OfMagnitudes(magnitudes, probabilities);
}

/// <summary>The law of values that were measured, made symmetric: each value counts half as x and half as -x.</summary>
public sealed class EmpiricalMarginal : Marginal
{
    private const int Bins = 100;
    private readonly double[] magnitudes;
    private readonly double binWidth;
    private readonly double[] histogram = new double[Bins];

    /// <param name="values">At least two values with mean square 1; copied.</param>
    /// <exception cref="ArgumentException">There are fewer, or they are not finite.</exception>
    public EmpiricalMarginal(ReadOnlySpan<double> values)
    {
        if (values.Length < 2)
            throw new ArgumentException($"A marginal needs at least two values, not {values.Length}.", nameof(values));
        magnitudes = new double[values.Length];
        double second = 0, fourth = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double m = magnitudes[i] = Math.Abs(values[i]);
            second += m * m;
            fourth += m * m * m * m;
        }
        if (!double.IsFinite(fourth) || second == 0)
            throw new ArgumentException("The values of a marginal must be finite and not all zero.", nameof(values));
        ExcessKurtosis = (fourth * values.Length / (second * second)) - 3;
        Array.Sort(magnitudes);
        binWidth = magnitudes[^1] / Bins;
        foreach (var m in magnitudes)
            histogram[Math.Min(Bins - 1, (int)(m / binWidth))] += 1;
    }

    /// <summary>|x| of every value, in increasing order.</summary>
    public ReadOnlySpan<double> Magnitudes => magnitudes;

    /// <inheritdoc/>
    public override double ExcessKurtosis { get; }

    /// <inheritdoc/>
    public override double Bound => magnitudes[^1];

    /// <summary>From a histogram of 100 bins over |x|.</summary>
    public override double Density(double x)
    {
        int bin = (int)(Math.Abs(x) / binWidth);
        return bin < Bins ? histogram[bin] / (2 * binWidth * magnitudes.Length) : 0;
    }

    /// <inheritdoc/>
    public override Amplifier FullAmplifier() => Amplifier.Empirical(this);
}
