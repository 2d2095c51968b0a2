using TorchRf.Data.Marginals;
using TorchRf.Sampling;
using TorchRf.Simd;

namespace TorchRf.Data;

/// <summary>
/// NORTA, "normal to anything": a Gaussian field whose sites are bent, one by one, to a marginal given by its quantiles,
/// x = h(z) (LSG appendix; Cario and Nelson, INFORMS J. Comput. 9, 1997, for the name).
/// </summary>
public class NormalToAnything : ISampledModel
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
        Covariance = kernel.Bent(marginal.Correlation);
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

    private Tensor ByTorch(long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        return marginal.Transform(field.Draw(examples, generator, dtype)).MoveToOuterDisposeScope();
    }
}
