using MathNet.Numerics.RootFinding;
using TorchRf.Data;

namespace TorchRf.Theory;

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
