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
