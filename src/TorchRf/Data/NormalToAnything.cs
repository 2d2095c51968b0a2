using TorchRf.Data.Marginals;
using TorchRf.Sampling;
using TorchRf.Simd;

namespace TorchRf.Data;

/// <summary>
/// NORTA, "normal to anything": a Gaussian field whose sites are bent, one by one, to a marginal given by its quantiles,
/// x = h(z) (LSG appendix; Cario and Nelson, INFORMS J. Comput. 9, 1997, for the name).
/// </summary>
public class NormalToAnything : ISampledModel, IDisposable
{
    private readonly GaussianField field;
    private readonly TransformedNormal marginal;
    private readonly ExampleSource source;

    /// <param name="kernel">Covariance of the Gaussian field, 1 on the diagonal; over at least 4 sites.</param>
    /// <param name="marginal">h.</param>
    /// <param name="description">What the model is and with which parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 4 sites.</exception>
    public NormalToAnything(IStationaryCovariance kernel, TransformedNormal marginal, string description)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel.Sites, 4);
        this.marginal = marginal;
        Description = description;
        Lattice = kernel.Lattice;
        field = new GaussianField(kernel);
        Covariance = kernel.Warped(marginal.Correlation);
        source = new ExampleSource(ByTorch, () => field.ByVectorCode(marginal));
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public int Sites => Covariance.Sites;

    /// <inheritdoc/>
    public Lattice Lattice { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal => marginal;

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) => source.Draw(Sites, examples, generator, dtype, into);

    ExampleSource ISampledModel.Source => source;

    /// <summary>Lets go of the field that it draws from.</summary>
    public void Dispose()
    {
        field.Dispose();
        GC.SuppressFinalize(this);
    }

    private Tensor ByTorch(long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        return marginal.Transform(field.Draw(examples, generator, dtype)).MoveToOuterDisposeScope();
    }
}

/// <summary>A Gaussian field: the law that any other is held against.</summary>
public sealed class Gaussian : NormalToAnything
{
    /// <param name="kernel">Its covariance, 1 on the diagonal.</param>
    /// <param name="kernelDescription">The kernel in words ("ξ = 3").</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 4 sites.</exception>
    public Gaussian(IStationaryCovariance kernel, string kernelDescription)
        : base(kernel, new NormalMarginal(), "Gaussian, " + kernelDescription)
    {
    }

    /// <summary>On a ring, with the kernel exp(-d^2 / xi^2).</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="lengthscale">xi &gt; 0, in sites.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public Gaussian(int sites, double lengthscale)
        : this(Circulant.Gaussian(sites, lengthscale), FormattableString.Invariant($"ξ = {lengthscale}"))
    {
    }
}

/// <summary>NLGP(g): x = erf(g z) / Z(g) of a Gaussian field z (LSG eq. 3, after IG).</summary>
public sealed class NonlinearGaussianProcess : NormalToAnything
{
    /// <param name="kernel">Covariance of the Gaussian field.</param>
    /// <param name="gain">g &gt; 0.</param>
    /// <param name="kernelDescription">The kernel in words ("ξ = 3").</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not above 0, or there are fewer than 4 sites.</exception>
    public NonlinearGaussianProcess(IStationaryCovariance kernel, double gain, string kernelDescription)
        : base(kernel, new ErfMarginal(gain), FormattableString.Invariant($"NLGP, g = {gain}, {kernelDescription}")) =>
        Gain = gain;

    /// <summary>On a ring, with the kernel exp(-d^2 / xi^2).</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="lengthscale">xi &gt; 0, in sites.</param>
    /// <param name="gain">g &gt; 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public NonlinearGaussianProcess(int sites, double lengthscale, double gain)
        : this(Circulant.Gaussian(sites, lengthscale), gain, FormattableString.Invariant($"ξ = {lengthscale}"))
    {
    }

    /// <summary>g.</summary>
    public double Gain { get; }
}

/// <summary>Kur(k): a Gaussian field whose marginals are bent to the algebraic quantile function (LSG).</summary>
public sealed class AlgebraicQuantileProcess : NormalToAnything
{
    /// <param name="kernel">Covariance of the Gaussian field.</param>
    /// <param name="k">k &gt; 2; the excess kurtosis is infinite up to 4, positive up to 5.890, then negative.</param>
    /// <param name="kernelDescription">The kernel in words ("ξ = 3").</param>
    /// <exception cref="ArgumentOutOfRangeException">k is not above 2, or there are fewer than 4 sites.</exception>
    public AlgebraicQuantileProcess(IStationaryCovariance kernel, double k, string kernelDescription)
        : base(kernel, new AlgebraicMarginal(k), FormattableString.Invariant($"Kur, k = {k}, {kernelDescription}")) =>
        K = k;

    /// <summary>On a ring, with the kernel exp(-d^2 / xi^2).</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="lengthscale">xi &gt; 0, in sites.</param>
    /// <param name="k">k &gt; 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public AlgebraicQuantileProcess(int sites, double lengthscale, double k)
        : this(Circulant.Gaussian(sites, lengthscale), k, FormattableString.Invariant($"ξ = {lengthscale}"))
    {
    }

    /// <summary>k.</summary>
    public double K { get; }
}

/// <summary>Settings of <see cref="NormalToAnything"/> with a marginal chosen by name (LSG's norta.py and qdfs.py).</summary>
public sealed record NortaSettings() : AlgebraicSettings("norta")
{
    /// <summary>The marginal.</summary>
    [Setting("uniform|laplace|bernoulli|normal|kur", "NORTA: marginal")]
    public string Quantile { get; init; } = "uniform";

    /// <summary>Bernoulli: how steep the smoothed step is; LSG's 100.</summary>
    [Setting("s", "NORTA, Bernoulli: steepness of the smoothed step", From = 1e-3, To = 1e4)]
    public double Steepness { get; init; } = 100;

    /// <inheritdoc/>
    protected override IDataModel Model(IStationaryCovariance kernel, string words)
    {
        var (marginal, name) = Quantile switch
        {
            "laplace" => ((TransformedNormal)new LaplaceMarginal(), "Laplace"),
            "bernoulli" => (new SmoothedBernoulliMarginal(Steepness), FormattableString.Invariant($"smoothed Bernoulli, s = {Steepness}")),
            "normal" => (new NormalMarginal(), "normal"),
            "kur" => (new AlgebraicMarginal(K), FormattableString.Invariant($"Kur, k = {K}")),
            _ => (new UniformMarginal(), "uniform"),
        };
        return new NormalToAnything(kernel, marginal, $"NORTA, {name}, {words}");
    }
}

/// <summary>Settings of <see cref="Gaussian"/> data.</summary>
public sealed record GaussianSettings() : KernelSettings("gaussian")
{
    /// <inheritdoc/>
    protected override IDataModel Model(IStationaryCovariance kernel, string words) => new Gaussian(kernel, words);
}

/// <summary>Settings of <see cref="NonlinearGaussianProcess"/>es.</summary>
public sealed record NlgpSettings() : KernelSettings("nlgp")
{
    /// <summary>g.</summary>
    [Setting("g", "NLGP: gain", Above = 0)]
    public double Gain { get; init; } = 3;

    /// <inheritdoc/>
    protected override IDataModel Model(IStationaryCovariance kernel, string words) => new NonlinearGaussianProcess(kernel, Gain, words);
}

/// <summary>Settings of <see cref="AlgebraicQuantileProcess"/>es.</summary>
public sealed record KurSettings() : AlgebraicSettings("kur")
{
    /// <inheritdoc/>
    protected override IDataModel Model(IStationaryCovariance kernel, string words) => new AlgebraicQuantileProcess(kernel, K, words);
}

/// <summary>Draws zero-mean Gaussian examples with a given covariance: what most data models start from.</summary>
internal sealed class GaussianField(ICovariance covariance) : IDisposable
{
    private readonly ICovariance root = covariance.Root();

    public void Dispose() => (root as IDisposable)?.Dispose();

    /// <summary>Independent examples, shape (examples, N), on the device of the generator.</summary>
    internal Tensor Draw(long examples, Generator generator, ScalarType dtype)
    {
        using var noise = torch.randn(examples, covariance.Sites, dtype, generator.device, generator: generator);
        return root.Times(noise);
    }

    /// <summary>The same by vector code.</summary>
    internal VectorSampler ByVectorCode() => ExampleSource.Field(root);

    /// <summary>The same by vector code and warped to a law; null where the law is too steep for that.</summary>
    internal VectorSampler? ByVectorCode(TransformedNormal law) => ExampleSource.Field(root, law);
}
