using TorchRf.Data;

namespace TorchRf.Theory;

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
