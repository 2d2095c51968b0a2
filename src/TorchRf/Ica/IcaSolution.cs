using System.Globalization;

namespace TorchRf.Ica;

/// <summary>What a search for independent components has found.</summary>
/// <param name="Unmixing">Shape (components, N), of the examples' dtype: y = Unmixing (x - mean) has unit covariance; a row is a receptive field.</param>
/// <param name="Mixing">Shape (N, components): x - mean is Mixing y, as far as the components kept carry it.</param>
/// <param name="NonGaussianity">E[G(y_i)] - E[G(n)] of each component against a standard normal n; 0 for a Gaussian one.</param>
/// <param name="Converged">Whether the last step was below the tolerance.</param>
/// <param name="Iterations">Steps taken; in deflation those of the component that took most.</param>
/// <param name="Change">The last step's 1 - |w.w'| of the component it turned most; in deflation the largest over components.</param>
/// <param name="Warning">Why the result may not be what was looked for, in sentences; null where nothing speaks against it.</param>
public sealed record IcaSolution(
    Tensor Unmixing, Tensor Mixing, IReadOnlyList<double> NonGaussianity, bool Converged, int Iterations, double Change, string? Warning) : IDisposable
{
    /// <summary>The sum of squared <see cref="NonGaussianity"/>: an estimate of the components' negentropy up to a factor (Hyvärinen 1999, eq. 6).</summary>
    public double FinalContrast => NonGaussianity.Sum(v => v * v);

    /// <inheritdoc/>
    public void Dispose()
    {
        Unmixing.Dispose();
        Mixing.Dispose();
    }

    /// <summary>What a rotation w of whitened examples, shape (components, components), Float64, says of the examples.</summary>
    internal static IcaSolution Of(Tensor w, Whitening whitening, WhitenedExamples examples, IcaOptions options, int iterations, double change)
    {
        using var scope = torch.NewDisposeScope();
        var values = examples.Values(options.Contrast, w).ToArray<double>();
        double[] nonGaussianity = [.. values.Select(v => v - options.Contrast.NormalMean)];
        bool converged = change < options.Tolerance;
        string[] warnings = [.. new[] { NotConverged(converged, iterations, change, options), Gaussian(nonGaussianity, examples.Count, options.Contrast) }.OfType<string>()];
        return new IcaSolution(
            w.mm(whitening.Matrix).to(examples.DType).MoveToOuterDisposeScope(), whitening.Dewhitening.mm(w.mT).to(examples.DType).MoveToOuterDisposeScope(),
            nonGaussianity, converged, iterations, change, warnings.Length > 0 ? string.Join(' ', warnings) : null);
    }

    private static string? NotConverged(bool converged, int iterations, double change, IcaOptions options) => converged ? null
        : string.Create(CultureInfo.InvariantCulture,
            $"ICA did not converge: after {iterations} iterations a step still turns a component by 1 - |w.w'| = {change:0.0e+0}, and the tolerance is {options.Tolerance:0.0e+0}. ")
            + "More iterations, another contrast or fewer components may help; the receptive fields are not reliable.";

    // Among K Gaussian components of unit variance the contrast along the best of all directions is about 1.8 sqrt(K) standard errors (the ground state
    // of a spherical 4-spin glass), so that a search over directions finds that much in nothing.
    private static string? Gaussian(double[] nonGaussianity, long examples, Contrast contrast)
    {
        double chance = ((1.8 * Math.Sqrt(nonGaussianity.Length)) + 3) * contrast.NormalDeviation / Math.Sqrt(examples);
        int within = nonGaussianity.Count(v => Math.Abs(v) < chance);
        // One Gaussian component is told apart by the others.
        return within < Math.Min(2, nonGaussianity.Length) ? null : string.Create(CultureInfo.InvariantCulture,
            $"{within} of {nonGaussianity.Length} components are no farther from Gaussian than chance would have them with {examples} examples; Gaussian components cannot be told apart.");
    }
}
