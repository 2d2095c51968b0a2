using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>
/// So many examples of a law and no more, drawn from with replacement: what a network learns from a finite training set, as they are or each moved around the ring or torus by a random shift, which
/// adds all their translations to the set (IG).
/// </summary>
/// <remarks>Covariance and marginal are the law's, not the sample's.</remarks>
/// <param name="law">What the examples are of.</param>
/// <param name="set">Shape (P, N), at least one; the caller's, who keeps them as long as they are drawn from.</param>
/// <param name="translated">Whether they are moved.</param>
public sealed class FiniteSample(IDataModel law, Tensor set, bool translated) : IDataModel
{
    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"{set.shape[0]} examples of {law.Description}{(translated ? ", and their translations" : "")}");

    /// <inheritdoc/>
    public int Sites => law.Sites;

    /// <inheritdoc/>
    public Lattice Lattice => law.Lattice;

    /// <inheritdoc/>
    public ICovariance Covariance => law.Covariance;

    /// <inheritdoc/>
    public Marginal Marginal => law.Marginal;

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null)
    {
        using var scope = torch.NewDisposeScope();
        Tensor Drawn(long most) => torch.randint(most, [examples, 1], device: generator.device, generator: generator);
        var x = set.index_select(0, Drawn(set.shape[0]).squeeze(1)).to(dtype);
        if (translated)
        {
            long side = Lattice.Side;
            // Along each axis of its own, the last first.
            var site = torch.arange(0, Sites, ScalarType.Int64, generator.device).unsqueeze(0);
            var from = (site.remainder(side) + Drawn(side)).remainder(side);
            if (Lattice.Dimensions == 2)
                from = from + ((site.floor_divide(side) + Drawn(side)).remainder(side) * side);
            x = x.gather(1, from);
        }
        return ExampleSource.Given(x.MoveToOuterDisposeScope(), into);
    }
}
