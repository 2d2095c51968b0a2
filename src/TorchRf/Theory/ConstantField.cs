using TorchRf.Data.Marginals;
using TorchRf.Data;

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
