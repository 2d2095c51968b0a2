using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Theory;

/// <summary>Where a flow comes to rest.</summary>
/// <remarks>
/// A rest is not yet where the flow ends: a saddle that is left slowly passes too, such as an unstable constant field with little noise on it, and where modes compete
/// slowly an error of about the residual over the slowest rate is left in w.
/// </remarks>
public static class SteadyState
{
    /// <summary>Integrates adaptively until the flow rests or the time is up, which the solution's ending says.</summary>
    /// <param name="flow">dw/dt.</param>
    /// <param name="initial">w at time 0, shape (..., units, N); taken to Float64.</param>
    /// <param name="tolerance">|dw/dt| / |w| of every receptive field at rest, in 1 / time.</param>
    /// <param name="longest">The time after which to give up; near a transition the last of the competition takes thousands.</param>
    /// <param name="cancellation">Ends the integration after a step.</param>
    /// <returns>One state, shape (1, ..., units, N): the one at rest, or the last.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance or the time is not above 0.</exception>
    public static Solution Of(IFlow flow, Tensor initial, double tolerance = 1e-6, double longest = 10_000, CancellationToken cancellation = default)
    {
        if (!(tolerance > 0))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "a tolerance is a number above 0");
        if (!(longest > 0) || double.IsInfinity(longest))
            throw new ArgumentOutOfRangeException(nameof(longest), longest, "the longest time is a finite number above 0");
        // The integrator's own errors keep dw/dt about this large, so they must lie below the tolerance.
        double relative = Math.Min(1e-6, tolerance / 100);
        return new DormandPrince(relative, relative * 1e-4) { Rest = tolerance }.Solve(flow, initial, [longest], cancellation: cancellation);
    }

    /// <summary>The largest |dw/dt| / |w| of all receptive fields.</summary>
    internal static double Residual(Tensor w, Tensor velocity)
    {
        using var scope = torch.NewDisposeScope();
        return (torch.linalg.norm(velocity, [-1]) / torch.linalg.norm(w, [-1])).max().item<double>();
    }
}

/// <summary>
/// Where the effective equation ends when the amplifier is linear, phi(a) = c a, as for Gaussian and elliptical data (LSG Prop. 3.3). Then a mode of
/// Fourier amplitude w_m follows dw_m/dt = 1/2 (lambda_0^m + lambda_1^m) (c r_m / sigma - 1) w_m, r_m = lambda_1^m / (lambda_0^m + lambda_1^m),
/// sigma^2 = w . Sigma_1 w: the modes meet in sigma alone. Only the mode with the largest r survives, with sigma = c r and so
/// <code>|w| = c sqrt(lambda_1) / (lambda_0 + lambda_1)</code>
/// a sinusoid (or the constant), whatever the kurtosis.
/// </summary>
public sealed class SinusoidalSteadyState
{
    // Modes this close tie, as the two axes of a torus do; rounding must not choose between them.
    private const double Tie = 1e-9;

    private readonly int winner;

    private SinusoidalSteadyState(Lattice lattice, double slope, double[] ratio, double[] sum, double[] second)
    {
        Lattice = lattice;
        winner = Array.FindIndex(ratio, r => r >= ratio.Max() * (1 - Tie));
        Ratio = ratio[winner];
        Norm = slope * Math.Sqrt(second[winner]) / sum[winner];
        DecayRates = [.. ratio.Zip(sum, (r, s) => r >= Ratio * (1 - Tie) ? 0 : s / 2 * (1 - (r / Ratio)))];
    }

    /// <summary>How the sites are arranged.</summary>
    public Lattice Lattice { get; }

    /// <summary>The winning mode's cycles around the ring, or around each axis of the torus; 0 is the constant. Where modes tie, the first of them.</summary>
    public IReadOnlyList<int> Cycles => CyclesOf(winner);

    /// <summary>r of the winning mode.</summary>
    public double Ratio { get; }

    /// <summary>|w| of the steady state.</summary>
    public double Norm { get; }

    /// <summary>The sinusoid's amplitude, |w| sqrt(2/N); |w| / sqrt(N) for modes that only change sign, such as the constant.</summary>
    public double Amplitude => Norm * Math.Sqrt((IsReal ? 1.0 : 2.0) / Lattice.Sites);

    /// <summary>
    /// The rate at which each mode dies once the winner has set sigma, 1/2 (lambda_0^m + lambda_1^m)(1 - r_m / r), in 1 / time and in the order of
    /// <see cref="IStationaryCovariance.Eigenvalues"/>; 0 for the winner and what ties with it. Mode m's amplitude falls as exp(-rate t).
    /// </summary>
    public IReadOnlyList<double> DecayRates { get; }

    /// <summary>The smallest of the rates above 0: how slow the competition ends. Infinite where all modes tie.</summary>
    public double SlowestRate => DecayRates.Where(r => r > 0).DefaultIfEmpty(double.PositiveInfinity).Min();

    private bool IsReal => Cycles.All(m => 2 * m % Lattice.Side == 0);

    /// <summary>The steady state of a linear amplifier.</summary>
    /// <param name="first">Class 0's covariance.</param>
    /// <param name="second">Class 1's covariance, over the same lattice.</param>
    /// <param name="slope">c: sqrt(2/pi) for Gaussian data, E|X| for elliptical data of marginal X (<see cref="Amplifier.Linear"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not above 0.</exception>
    /// <exception cref="ArgumentException">The covariances are over different lattices.</exception>
    public static SinusoidalSteadyState Of(IStationaryCovariance first, IStationaryCovariance second, double slope)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(slope);
        var (ratio, sum, l1) = FourierModes.Of(first, second);
        return new SinusoidalSteadyState(first.Lattice, slope, ratio, sum, l1);
    }

    /// <summary>The receptive field, Float64 on the CPU, shape (N): amplitude cos(2 pi (cycles . position) / L - phase).</summary>
    /// <param name="phase">In radians; without meaning for a mode that only changes sign, which has phase 0.</param>
    public Tensor Field(double phase = 0)
    {
        var field = new double[Lattice.Sites];
        for (int i = 0; i < field.Length; i++)
        {
            int turns = Lattice.Dimensions == 1 ? Cycles[0] * i : (Cycles[0] * (i / Lattice.Side)) + (Cycles[1] * (i % Lattice.Side));
            field[i] = Amplitude * Math.Cos((2 * Math.PI * turns / Lattice.Side) - (IsReal ? 0 : phase));
        }
        return torch.tensor(field);
    }

    // Of an index into the eigenvalues, which hold half of the modes of the last axis.
    private int[] CyclesOf(int index)
    {
        if (Lattice.Dimensions == 1)
            return [index];
        int half = (Lattice.Side / 2) + 1, row = index / half;
        return [row <= Lattice.Side / 2 ? row : row - Lattice.Side, index % half];
    }
}
