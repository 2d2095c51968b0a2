using TorchRf.Data.Marginals;
using TorchRf.Sampling;

namespace TorchRf.Data;

/// <summary>Settings of <see cref="Elliptical"/> laws.</summary>
public sealed record EllipticalSettings() : KernelSettings("elliptical")
{
    /// <summary>The law of the radius.</summary>
    [Setting("surface|shell", "Elliptical: law of the radius")]
    public string Radial { get; init; } = "surface";

    /// <inheritdoc/>
    protected override IDataModel Model(IStationaryCovariance kernel, string words) => new Elliptical(kernel, Radial == "shell" ? RadialLaw.OuterShell : RadialLaw.Surface, words);
}

/// <summary>Settings of <see cref="StudentT"/> laws.</summary>
public sealed record StudentTSettings() : KernelSettings("student-t")
{
    /// <summary>nu.</summary>
    [Setting("nu", "Student t: degrees of freedom, above 2", Above = 2)]
    public double Nu { get; init; } = 3;

    /// <inheritdoc/>
    protected override IDataModel Model(IStationaryCovariance kernel, string words) => new StudentT(kernel, Nu, words);
}

/// <summary>
/// An elliptical law, x = c r Lambda z/|z| with z standard normal in N dimensions, Lambda the symmetric root of the covariance and r a radius
/// drawn apart (LSG section 3.3). c makes the variance exactly 1, from the radial law's second moment. Where the kernel has eigenvalues that are 0
/// (a wrapped Gaussian kernel's may have been clipped) the law lies inside the ellipsoid of the others, as the shadow of one in N dimensions.
/// </summary>
public sealed class Elliptical : ISampledModel
{
    private readonly ICovariance root;
    private readonly EllipticalMarginal marginal;
    private readonly ExampleSource source;

    /// <param name="kernel">The covariance, 1 on the diagonal; over at least 4 sites.</param>
    /// <param name="law">The law of r.</param>
    /// <param name="kernelDescription">The kernel in words ("ξ = 3").</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 4 sites.</exception>
    public Elliptical(IStationaryCovariance kernel, RadialLaw law, string kernelDescription)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel.Sites, 4);
        (Covariance, Lattice, Law, root) = (kernel, kernel.Lattice, law, kernel.Root());
        marginal = new EllipticalMarginal(law, kernel.Sites);
        source = new ExampleSource(ByTorch, () => ExampleSource.Filter(root) is FieldFilter filter ? new EllipticalSampler(filter, Sites, (examples, generator) => Radii(examples, generator) * marginal.Scale) : null);
        Description = $"elliptical, {law.Name}, {kernelDescription}";
    }

    /// <summary>On a ring, with the kernel exp(-d^2 / xi^2).</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="lengthscale">xi &gt; 0, in sites.</param>
    /// <param name="law">The law of r.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public Elliptical(int sites, double lengthscale, RadialLaw law)
        : this(Circulant.Gaussian(sites, lengthscale), law, FormattableString.Invariant($"ξ = {lengthscale}"))
    {
    }

    /// <summary>The law of r.</summary>
    public RadialLaw Law { get; }

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

    private Tensor ByTorch(long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var z = torch.randn(examples, Sites, dtype, generator.device, generator: generator);
        var length = Radii(examples, generator).to(dtype) * marginal.Scale / torch.linalg.norm(z, [1], keepdim: true);
        return root.Times(z).mul_(length).MoveToOuterDisposeScope();
    }

    // r, one an example, in Float64: Float32 would cut the tail where u comes within 6e-8 of 1.
    private Tensor Radii(long examples, Generator generator)
    {
        using var u = torch.rand(examples, 1, ScalarType.Float64, generator.device, generator: generator);
        return Law.Radius(u);
    }
}

/// <summary>
/// Student's t in many dimensions: a Gaussian field with one random amplitude an example, x = z sqrt((nu - 2) / chi^2_nu), which has the field's
/// covariance (LSG section 3.3). It is elliptical, with moments of order nu and above infinite.
/// </summary>
public sealed class StudentT : ISampledModel, IDisposable
{
    private readonly GaussianField field;
    private readonly ExampleSource source;

    /// <param name="kernel">Covariance of the Gaussian field, 1 on the diagonal; over at least 4 sites.</param>
    /// <param name="nu">Degrees of freedom, any number above 2.</param>
    /// <param name="kernelDescription">The kernel in words ("ξ = 3").</param>
    /// <exception cref="ArgumentOutOfRangeException">nu is not above 2, or there are fewer than 4 sites.</exception>
    public StudentT(IStationaryCovariance kernel, double nu, string kernelDescription)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel.Sites, 4);
        (Nu, Covariance, Lattice, Marginal, field) = (nu, kernel, kernel.Lattice, new StudentTMarginal(nu), new GaussianField(kernel));
        source = new ExampleSource(ByTorch, () => new AmplitudeSampler(field.ByVectorCode(), (examples, generator) => Amplitudes(examples, generator, ScalarType.Float32)));
        Description = FormattableString.Invariant($"Student t, ν = {nu}, {kernelDescription}");
    }

    /// <summary>On a ring, with the kernel exp(-d^2 / xi^2).</summary>
    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="lengthscale">xi &gt; 0, in sites.</param>
    /// <param name="nu">nu &gt; 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public StudentT(int sites, double lengthscale, double nu)
        : this(Circulant.Gaussian(sites, lengthscale), nu, FormattableString.Invariant($"ξ = {lengthscale}"))
    {
    }

    /// <summary>Lets go of the field that it draws from.</summary>
    public void Dispose() => field.Dispose();

    /// <summary>The degrees of freedom.</summary>
    public double Nu { get; }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public int Sites => Covariance.Sites;

    /// <inheritdoc/>
    public Lattice Lattice { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) => source.Draw(Sites, examples, generator, dtype, into);

    ExampleSource ISampledModel.Source => source;

    private Tensor ByTorch(long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var amplitudes = Amplitudes(examples, generator, dtype);
        return field.Draw(examples, generator, dtype).mul_(amplitudes).MoveToOuterDisposeScope();
    }

    private Tensor Amplitudes(long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        // chi^2 with nu degrees of freedom is twice a Gamma variable of shape nu/2.
        var gamma = torch._standard_gamma(torch.full([examples, 1], Nu / 2, dtype, generator.device), generator);
        return (gamma * (2 / (Nu - 2))).sqrt().reciprocal().MoveToOuterDisposeScope();
    }
}
