using TorchRf.Data.Marginals;
using TorchRf.Data.Sampling;

namespace TorchRf.Data;

/// <summary>The Gaussian law with another model's covariance (IG): it differs from that model in its higher moments only.</summary>
public sealed class GaussianClone : IDataModel
{
    private readonly GaussianField field;
    private readonly Lazy<VectorSampler> vectorised;

    /// <param name="original">The model whose covariance is taken.</param>
    public GaussianClone(IDataModel original)
    {
        Description = "Gaussian clone of " + original.Description;
        Lattice = original.Lattice;
        Covariance = original.Covariance;
        field = new GaussianField(Covariance);
        vectorised = new Lazy<VectorSampler>(() => field.Vectorised());
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
    public Marginal Marginal { get; } = new NormalMarginal();

    /// <inheritdoc/>
    public VectorSampler? Vectorised => vectorised.Value;

    /// <inheritdoc/>
    public Tensor SampleByTorch(long examples, Generator generator, ScalarType dtype = ScalarType.Float32) =>
        field.Draw(examples, generator, dtype);
}
