namespace TorchRf.Data.Marginals;

/// <summary>The law of one site: mean 0, variance 1, as likely to be x as -x.</summary>
public abstract class Marginal
{
    /// <summary>E[X^4] - 3; positive infinity where the fourth moment does not exist.</summary>
    public abstract double ExcessKurtosis { get; }

    /// <summary>The value <paramref name="x"/>'s probability density; 0 where a law has atoms only.</summary>
    public abstract double Density(double x);

    /// <summary>The values that have a probability of their own, with it; empty for a continuous law.</summary>
    public virtual IReadOnlyList<(double X, double Probability)> Atoms => [];

    /// <summary>The smallest x &gt; 0 that <c>|X|</c> never exceeds; positive infinity for an unbounded law.</summary>
    public virtual double Bound => double.PositiveInfinity;

    /// <summary>Whether phi is exactly a multiple of a, so that no coordinate is favoured: for normal and elliptical laws (LSG Prop. 3.3).</summary>
    public virtual bool IsLinearlyAmplified => false;

    /// <summary>phi, what one ReLU neuron makes of the law (LSG Lemma 3.1): in closed form or by quadrature. Made anew each time.</summary>
    public abstract Amplifier FullAmplifier();
}
