namespace TorchRf.Data;

/// <summary>
/// A family of correlations by distance, one for each lengthscale xi. Distances are those around the ring, min(|i - j|, L - |i - j|); on a
/// torus the correlation is the product of the axes'. Laid on a ring a kernel need not be positive semi-definite: negative eigenvalues are
/// set to 0 and the diagonal is brought back to 1.
/// </summary>
public sealed class Kernel
{
    // Distance over the lengthscale, and distance as a share of the whole ring.
    private readonly Func<double, double, double> correlation;

    private Kernel(string name, string form, Func<double, double, double> correlation, double shortest = 0)
    {
        (Name, Form, Shortest) = (name, form, shortest);
        this.correlation = correlation;
    }

    /// <summary>exp(-d^2 / xi^2) (LSG eq. 2; "exp" in their covariance study).</summary>
    public static Kernel Gaussian { get; } = new("gaussian", "", (d, _) => Math.Exp(-d * d));

    /// <summary>exp(-d / xi), which has a cusp at 0 as the Ising ring's covariance has; positive definite on every ring.</summary>
    public static Kernel Exponential { get; } = new("exponential", "exponential kernel, ", (d, _) => Math.Exp(-d));

    /// <summary>0.025 at d = 0 and exp(-d^2 / xi^2) elsewhere (LSG, "exp_gap"), brought back to a correlation.</summary>
    public static Kernel Gap { get; } = new("gap", "kernel with a gap, ", (d, _) => d == 0 ? 0.025 : Math.Exp(-d * d));

    /// <summary>exp(-d^2 / xi^2) cos(psi d / L) (LSG, "cos_exp").</summary>
    /// <param name="frequency">psi, in radians a turn around the ring; LSG's default is 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frequency is not a finite number above 0.</exception>
    public static Kernel Cosine(double frequency) =>
        new("cosine", FormattableString.Invariant($"cosine kernel, ψ = {Checked(frequency)}, "), (d, share) => Math.Exp(-d * d) * Math.Cos(frequency * share));

    /// <summary>exp(-d^2 / xi^2) |sin(psi d / L)| (LSG, "sin_exp"). It is 0 at d = 0, and no covariance until it is brought back to a correlation.</summary>
    /// <param name="frequency">psi, in radians a turn around the ring; LSG's default is 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frequency is not a finite number above 0.</exception>
    public static Kernel Sine(double frequency) =>
        // Below xi = 0.1 it is 0 at every distance, to the last digit that a double has.
        new("sine", FormattableString.Invariant($"sine kernel, ψ = {Checked(frequency)}, "), (d, share) => Math.Exp(-d * d) * Math.Abs(Math.Sin(frequency * share)), 0.1);

    /// <summary>What users call it.</summary>
    public string Name { get; }

    /// <summary>The lengthscale from which on it can be used; 0 where any above 0 can.</summary>
    public double Shortest { get; }

    // In a description, before the lengthscale.
    private string Form { get; }

    /// <summary>The kernel in words ("ξ = 3", "exponential kernel, ξ = 3").</summary>
    public string Describe(double lengthscale) => FormattableString.Invariant($"{Form}ξ = {lengthscale}");

    /// <summary>The kernel as a covariance on a lattice: <see cref="Circulant"/> on a ring, <see cref="SeparableTorusCovariance"/> on a torus.</summary>
    /// <param name="lattice">Ring or torus.</param>
    /// <param name="lengthscale">xi &gt; 0, in sites, not below <see cref="Shortest"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lengthscale is not of that kind, or turns that fit the frequency leave nothing of the kernel.</exception>
    public IStationaryCovariance On(Lattice lattice, double lengthscale)
    {
        if (!(lengthscale > 0) || lengthscale < Shortest || double.IsInfinity(lengthscale))
            throw new ArgumentOutOfRangeException(nameof(lengthscale), lengthscale,
                FormattableString.Invariant($"a lengthscale is a finite number above 0 and, for this kernel, not below {Shortest}"));
        int side = lattice.Side;
        var row = new double[side];
        for (int i = 0; i < side; i++)
        {
            double d = Math.Min(i, side - i);
            row[i] = correlation(d / lengthscale, d / side);
        }
        var axis = Circulant.Correlation(row);
        return lattice.Dimensions == 1 ? axis : new SeparableTorusCovariance(axis);
    }

    private static double Checked(double frequency) =>
        frequency > 0 && double.IsFinite(frequency)
            ? frequency
            : throw new ArgumentOutOfRangeException(nameof(frequency), frequency, "a frequency is a finite number above 0");
}
