namespace TorchRf.Data;

/// <summary>
/// The covariance C[(i, j), (k, l)] = A[i, k] A[j, l] on a torus, A circulant: a kernel that is the product of one along each axis. It
/// multiplies axis by axis, with two products by an L x L matrix where the <see cref="Torus"/> it equals needs two transforms.
/// </summary>
/// <param name="axis">A, over L sites.</param>
public sealed class SeparableTorus(Circulant axis) : IStationaryCovariance
{
    /// <summary>A.</summary>
    public Circulant Axis { get; } = axis;

    /// <inheritdoc/>
    public Lattice Lattice { get; } = Lattice.Torus(axis.Sites);

    /// <inheritdoc/>
    public int Sites => Lattice.Sites;

    /// <inheritdoc/>
    public Tensor FirstRow
    {
        get
        {
            using var scope = torch.NewDisposeScope();
            return Image().flatten().MoveToOuterDisposeScope();
        }
    }

    /// <inheritdoc/>
    public Tensor Eigenvalues()
    {
        using var scope = torch.NewDisposeScope();
        var half = Axis.Eigenvalues();
        // Of the first axis all L modes: mode L - k is mode k once more.
        var rest = half.narrow(0, 1, (Axis.Sites - 1) / 2).flip(0);
        return (torch.cat([half, rest]).unsqueeze(1) * half).flatten().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Times(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var along = Axis.Times(x.reshape([.. x.shape[..^1], Axis.Sites, Axis.Sites]));
        return Axis.Times(along.mT).mT.reshape(x.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public ICovariance Root() => new SeparableTorus((Circulant)Axis.Root());

    /// <inheritdoc/>
    public IStationaryCovariance Bent(Func<Tensor, Tensor> pointwise)
    {
        using var scope = torch.NewDisposeScope();
        return new Torus(pointwise(Image().flatten()).reshape(Axis.Sites, Axis.Sites));
    }

    private Tensor Image()
    {
        var row = Axis.FirstRow;
        return row.unsqueeze(1) * row;
    }
}
