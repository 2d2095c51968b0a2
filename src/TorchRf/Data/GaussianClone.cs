using TorchRf.Data.Marginals;
using TorchRf.Sampling;

namespace TorchRf.Data;

/// <summary>The Gaussian law with another model's covariance (IG): it differs from that model in its higher moments only.</summary>
public sealed class GaussianClone : ISampledModel, IDisposable
{
    private readonly IDataModel original;
    private readonly GaussianField field;
    private readonly ExampleSource source;

    /// <param name="original">The model whose covariance is taken.</param>
    public GaussianClone(IDataModel original)
    {
        this.original = original;
        Description = "Gaussian clone of " + original.Description;
        Lattice = original.Lattice;
        Covariance = original.Covariance;
        field = new GaussianField(Covariance);
        source = new ExampleSource((examples, generator, dtype) => field.Draw(examples, generator, dtype), field.ByVectorCode);
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => original.Notes;

    /// <inheritdoc/>
    public double? RawVariance => original.RawVariance;

    /// <inheritdoc/>
    public double? CorrelationLength => original.CorrelationLength;

    /// <summary>Lets go of its field and of the original.</summary>
    public void Dispose()
    {
        field.Dispose();
        (original as IDisposable)?.Dispose();
    }

    /// <inheritdoc/>
    public int Sites => Covariance.Sites;

    /// <inheritdoc/>
    public Lattice Lattice { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; } = new NormalMarginal();

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) => source.Draw(Sites, examples, generator, dtype, into);

    ExampleSource ISampledModel.Source => source;
}
