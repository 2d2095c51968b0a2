using System.Globalization;
using Normal = MathNet.Numerics.Distributions.Normal;

namespace TorchRf.Ica;

/// <summary>
/// What a search for independent components has found: sources y = Unmixing (x - Mean) of mean 0 and unit covariance (by infomax of unit variance, and nearly uncorrelated). The component farthest from Gaussian, by
/// |<see cref="NonGaussianity"/>|, comes first, and the largest weight of each receptive field is positive.
/// </summary>
/// <param name="Unmixing">Shape (components, N), of the examples' dtype as are all: a row is a receptive field (components_ in scikit-learn).</param>
/// <param name="Mixing">Shape (N, components): x - mean is Mixing y, as far as the components kept carry it (mixing_).</param>
/// <param name="Mean">The examples' mean, shape (N) (mean_).</param>
/// <param name="Whitening">K, shape (components, N): K (x - mean) has unit covariance along the principal axes, largest variance first (whitening_, which in scikit-learn lacks a factor of the root of the number of examples).</param>
/// <param name="NonGaussianity">E[G(y_i)] - E[G(n)] of each component against a standard normal n; 0 for a Gaussian one.</param>
/// <param name="Chance">Up to which |non-Gaussianity| a search finds in as many examples of Gaussian noise.</param>
/// <param name="Converged">Whether the last step was below the tolerance.</param>
/// <param name="Iterations">Steps taken; in deflation those of the component that took most.</param>
/// <param name="Change">The last step's 1 - |w.w'| of the component it turned most; in deflation the largest over components.</param>
/// <param name="Warning">Why the result may not be what was looked for, in sentences; null where nothing speaks against it.</param>
public sealed record IcaSolution(
    Tensor Unmixing, Tensor Mixing, Tensor Mean, Tensor Whitening, IReadOnlyList<double> NonGaussianity, double Chance, bool Converged, int Iterations, double Change, string? Warning) : IDisposable
{
    /// <summary>The sum of squared <see cref="NonGaussianity"/>: an estimate of the components' negentropy up to a factor (Hyvärinen 1999, eq. 6).</summary>
    public double FinalContrast => NonGaussianity.Sum(v => v * v);

    private Tensor[] Tensors => [Unmixing, Mixing, Mean, Whitening];

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(Tensors, t => t.Dispose());

    /// <summary>Lets the tensors outlive the scope they were made in.</summary>
    /// <returns>The same.</returns>
    public IcaSolution InOuterScope()
    {
        Array.ForEach(Tensors, t => t.MoveToOuterDisposeScope());
        return this;
    }

    /// <summary>What a rotation w of whitened examples, shape (components, components), Float64, says of the examples; and w in the solution's order, with its signs. It may be any matrix of rows of length 1.</summary>
    internal static (IcaSolution Solution, Tensor Rotation) Of(
        Tensor w, Whitening whitening, WhitenedExamples examples, IcaOptions options, int iterations, double change, bool isRotation = true)
    {
        using var scope = torch.NewDisposeScope();
        double[] found = [.. examples.Values(options.Contrast, w).ToArray<double>().Select(v => v - options.Contrast.NormalMean)];
        int[] order = [.. Enumerable.Range(0, found.Length).OrderByDescending(i => Math.Abs(found[i]))];
        double[] nonGaussianity = [.. order.Select(i => found[i])];

        using var one = new OneThread(w.device);
        w = w.index_select(0, torch.tensor(Array.ConvertAll(order, i => (long)i), device: w.device));
        var fields = w.mm(whitening.Matrix);
        var sign = fields.gather(1, fields.abs().argmax(1, true)).lt(0).to(ScalarType.Float64) * -2 + 1;
        w = w * sign;

        bool converged = change < options.Tolerance;
        double chance = ByChance(nonGaussianity.Length, examples.Count, options.Contrast);
        string[] warnings = [.. new[] { NotConverged(converged, iterations, change, options), Gaussian(nonGaussianity, chance, examples.Count) }.OfType<string>()];
        var solution = new IcaSolution(
            w.mm(whitening.Matrix).to(examples.DType), whitening.Dewhitening.mm(isRotation ? w.mT : torch.linalg.inv(w)).to(examples.DType), whitening.Mean.to(examples.DType).clone(), whitening.Matrix.to(examples.DType).clone(),
            nonGaussianity, chance, converged, iterations, change, warnings.Length > 0 ? string.Join(' ', warnings) : null);
        return (solution.InOuterScope(), w.MoveToOuterDisposeScope());
    }

    private static string? NotConverged(bool converged, int iterations, double change, IcaOptions options) => converged ? null
        : string.Create(CultureInfo.InvariantCulture,
            $"ICA did not converge: after {iterations} iterations a step still turns a component by 1 - |w.w'| = {change:0.0e+0}, and the tolerance is {options.Tolerance:0.0e+0}. ")
            + "More iterations, another contrast or fewer components may help; the receptive fields are not reliable.";

    // Among K Gaussian components of unit variance the contrast along the best of all directions is about 1.8 sqrt(K) standard errors (the ground state
    // of a spherical 4-spin glass), so that a search over directions finds that much in nothing; whitening takes K degrees of freedom. Of few examples, a direction towards a single one
    // may stand out more where the contrast grows steeply: the farthest of T has about the share c / (c + T - K - 1) of the variance along its own direction, c the farthest of T chi^2 of K
    // degrees of freedom (by Wilson and Hilferty's cube root). Searches of noise, 20 to 4000 examples and 2 to 100 components, reach 0.1 to 0.95 of this.
    private static double ByChance(int components, long examples, Contrast contrast)
    {
        double freedom = Math.Max(1, examples - components - 1), spread = 2.0 / (9 * components);
        double farthest = components * Math.Pow(1 - spread + (Normal.InvCDF(0, 1, 1 - (0.1 / examples)) * Math.Sqrt(spread)), 3);
        using var scope = torch.NewDisposeScope();
        double one = contrast.Value(torch.tensor(Math.Sqrt(examples * farthest / (farthest + freedom)))).item<double>();
        double all = ((1.8 * Math.Sqrt(components)) + 3) * contrast.NormalDeviation / Math.Sqrt(freedom);
        return Math.Max(all, Math.Abs(one - contrast.NormalMean) / examples);
    }

    private static string? Gaussian(double[] nonGaussianity, double chance, long examples)
    {
        int within = nonGaussianity.Count(v => Math.Abs(v) < chance);
        // One Gaussian component is told apart by the others.
        return within < Math.Min(2, nonGaussianity.Length) ? null : string.Create(CultureInfo.InvariantCulture,
            $"{within} of {nonGaussianity.Length} components are no farther from Gaussian than chance would have them with {examples} examples; Gaussian components cannot be told apart.");
    }
}
