using MathNet.Numerics.RootFinding;
using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Theory;

/// <summary>
/// Where the effective equation leaves its constant steady state w_i = c, phi(a0) = (lambda_0^0 + lambda_1^0) c, a0 = sqrt(lambda_1^0 / N) (lambda_s^m: eigenvalue of
/// class s's covariance for Fourier mode m). A ripple of mode m grows when
/// <code>a0 phi'(a0) / phi(a0) * lambda_1^m / (lambda_0^m + lambda_1^m) &gt; lambda_1^0 / (lambda_0^0 + lambda_1^0)</code>
/// A linear amplifier has a0 phi'/phi = 1, so the constant field, if it has the largest ratio, stays; one super-linear enough at a0 gives it up,
/// and the field localizes. The condition is exact for the equation of LSG Lemma 3.1; it depends on N, the lengthscales and the whole marginal, not
/// on the kurtosis alone.
/// </summary>
public static class ConstantField
{
    /// <summary>
    /// By how much the fastest ripple exceeds what it needs to grow: positive where the constant field is unstable, negative
    /// where it is stable.
    /// </summary>
    /// <param name="first">Class 0's covariance.</param>
    /// <param name="second">Class 1's covariance, of as many sites.</param>
    /// <param name="amplifier">phi of class 1.</param>
    /// <returns>Null where a linear amplifier already prefers another mode to the constant one, so that its loss would say
    /// nothing about localization (class 1 has the shorter lengthscale), and where class 1 is constant over the whole ring.</returns>
    public static double? Instability(IStationaryCovariance first, IStationaryCovariance second, Amplifier amplifier)
    {
        using var scope = torch.NewDisposeScope();
        var (ratio, _, l1) = FourierModes.Of(first, second);
        double fastest = ratio.Skip(1).Max();
        if (fastest >= ratio[0])
            return null;
        double a0 = Math.Sqrt(l1[0] / second.Sites);
        // Class 1 is all but constant itself, and phi has no slope left to speak of.
        if (a0 > 1 - 1e-9)
            return null;
        return (Elasticity(amplifier, a0) * fastest / ratio[0]) - 1;
    }

    // a phi'(a) / phi(a), by a central difference (error below 1e-9).
    private static double Elasticity(Amplifier amplifier, double a)
    {
        double h = Math.Min(1e-4, (1 - a) / 2);
        var phi = amplifier.Of(torch.tensor(new[] { a - h, a, a + h })).ToArray<double>();
        return a * (phi[2] - phi[0]) / (2 * h) / phi[1];
    }
}

/// <summary>
/// Where along a family of data models the constant field of the effective equation loses stability (<see cref="ConstantField"/>): the root of
/// its instability in the family's parameter, for one N and one pair of lengthscales. What LSG Claim 3.2 puts at excess kurtosis 0 lies near it, not there.
/// </summary>
/// <param name="Parameter">The parameter at the transition, within 1e-6 (relative to it where it is above 1).</param>
/// <param name="ExcessKurtosis">Of class 1's marginal there.</param>
/// <param name="Sites">N.</param>
/// <param name="Lengthscales">xi of class 0 and of class 1, in sites.</param>
public sealed record LocalizationTransition(double Parameter, double ExcessKurtosis, int Sites, IReadOnlyList<double> Lengthscales)
{
    // Finer than the parameter is asked for: near the root the instability is some tenths of the distance to it.
    private const double Accuracy = 1e-9;

    private const int MostSteps = 100;

    /// <summary>Of NLGP, over the gain.</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="shorter">xi of class 0, in sites.</param>
    /// <param name="longer">xi of class 1.</param>
    /// <param name="low">The lowest gain looked at, above 0.</param>
    /// <param name="high">The highest.</param>
    /// <returns>Null where the instability has one sign over the range or does not decide.</returns>
    public static LocalizationTransition? OverGain(int sites, double shorter, double longer, double low = 0.01, double high = 10) =>
        Along((gain, xi) => new NonlinearGaussianProcess(sites, xi, gain), shorter, longer, low, high);

    /// <summary>Of Kur, over k.</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="shorter">xi of class 0, in sites.</param>
    /// <param name="longer">xi of class 1.</param>
    /// <param name="low">The lowest k looked at, above 2.</param>
    /// <param name="high">The highest.</param>
    /// <returns>Null where the instability has one sign over the range or does not decide.</returns>
    public static LocalizationTransition? OverK(int sites, double shorter, double longer, double low = 4, double high = 50) =>
        Along((k, xi) => new AlgebraicQuantileProcess(sites, xi, k), shorter, longer, low, high);

    /// <summary>Of any family, by Brent's method between two of its members.</summary>
    /// <param name="family">The data model of a parameter and a lengthscale, with a stationary covariance.</param>
    /// <param name="shorter">xi of class 0, in sites.</param>
    /// <param name="longer">xi of class 1.</param>
    /// <param name="low">The lowest parameter looked at.</param>
    /// <param name="high">The highest.</param>
    /// <returns>Null where the instability has one sign over the range or does not decide.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    /// <exception cref="NotSupportedException">The family has no stationary covariance, or an unknown marginal.</exception>
    public static LocalizationTransition? Along(Func<double, double, IDataModel> family, double shorter, double longer, double low, double high)
    {
        if (!(low < high))
            throw new ArgumentOutOfRangeException(nameof(low), low, $"the range must begin below its end, {high}");
        double Instability(double parameter)
        {
            var second = family(parameter, longer);
            return ConstantField.Instability(Stationary(family(parameter, shorter)), Stationary(second), second.Marginal.FullAmplifier()) ?? double.NaN;
        }

        using var scope = torch.NewDisposeScope();
        // What is not a number has no sign to change.
        if (!(Instability(low) * Instability(high) < 0)
            || !Brent.TryFindRoot(Instability, low, high, Accuracy, MostSteps, out double root) || !double.IsFinite(root))
            return null;
        var there = family(root, longer);
        return new LocalizationTransition(root, there.Marginal.ExcessKurtosis, there.Sites, [shorter, longer]);
    }

    private static IStationaryCovariance Stationary(IDataModel model) => model.Covariance as IStationaryCovariance
        ?? throw new NotSupportedException($"The constant field is a steady state of stationary data; {model.Description} is not known to be.");
}

/// <summary>How much each Fourier mode sets class 1 apart: what competes in the effective equation.</summary>
internal static class FourierModes
{
    /// <summary>lambda_1^m / (lambda_0^m + lambda_1^m) and lambda_0^m + lambda_1^m of each mode, in the order of <see cref="IStationaryCovariance.Eigenvalues"/>.</summary>
    /// <exception cref="ArgumentException">The covariances are over different lattices.</exception>
    internal static (double[] Ratio, double[] Sum, double[] Second) Of(IStationaryCovariance first, IStationaryCovariance second)
    {
        if (first.Lattice != second.Lattice)
            throw new ArgumentException($"Both classes live on the same sites, not on {first.Lattice} and {second.Lattice}.", nameof(second));
        using var scope = torch.NewDisposeScope();
        var (l0, l1) = (first.Eigenvalues().ToArray<double>(), second.Eigenvalues().ToArray<double>());
        // Below this an eigenvalue is rounding, and what class 1 does not have cannot grow.
        double floor = 1e-12 * Math.Max(l0.Max(), l1.Max());
        var sum = l0.Zip(l1, (a, b) => Math.Max(0, a) + Math.Max(0, b)).ToArray();
        return ([.. l1.Zip(sum, (l, s) => l <= floor ? 0 : l / s)], sum, l1);
    }
}
