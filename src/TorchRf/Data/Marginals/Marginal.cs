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

/// <summary>X = h(Z) with Z standard normal and h odd and increasing: a law given by its quantiles.</summary>
public abstract class TransformedNormal : Marginal
{
    /// <summary>h, element by element, on the device and in the dtype of <paramref name="z"/>; any shape.</summary>
    public abstract Tensor Transform(Tensor z);

    /// <summary>E[X X'] of two sites whose Gaussians have correlation <paramref name="rho"/>, elementwise; by quadrature where a law has no closed form.</summary>
    /// <param name="rho">Correlations in [-1, 1], shape (N), Float64 on the CPU.</param>
    /// <returns>Shape (N).</returns>
    public virtual Tensor Correlation(Tensor rho) => PostCorrelation.Of(this, rho);

    /// <inheritdoc/>
    public override Amplifier FullAmplifier() => Amplifier.Quadrature(this);
}
