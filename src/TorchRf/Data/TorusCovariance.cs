namespace TorchRf.Data;

/// <summary>
/// A symmetric block circulant matrix, C[(i, j), (k, l)] = row[(k - i) mod L, (l - j) mod L]: the covariance of a stationary law on a torus of
/// L x L sites. Its eigenvectors are the plane waves, its eigenvalues the two-dimensional Fourier transform of the row.
/// </summary>
public sealed class TorusCovariance : IStationaryCovariance, IDisposable
{
    private readonly long[] image;
    private readonly TensorCopies row;
    private readonly Lazy<TensorCopies> spectrum;

    /// <param name="firstRow">Shape (L, L), Float64 on the CPU, the covariance of site (0, 0) with each site; row[a, b] = row[L - a, L - b].</param>
    /// <exception cref="ArgumentException">The row is not of that kind.</exception>
    public TorusCovariance(Tensor firstRow)
    {
        if (firstRow.dim() != 2 || firstRow.shape[0] != firstRow.shape[1] || firstRow.dtype != ScalarType.Float64 || firstRow.shape[0] < 1)
            throw new ArgumentException($"A torus's first row is a square Float64 image, not {firstRow}.", nameof(firstRow));
        using var scope = torch.NewDisposeScope();
        double lopsided = (firstRow - Mirrored(firstRow)).abs().max().item<double>();
        if (!(lopsided <= 1e-9 * Math.Max(1, Math.Abs(firstRow[0, 0].item<double>()))))
            throw new ArgumentException($"The row is not symmetric about site (0, 0): it differs by up to {lopsided} at opposite sites.", nameof(firstRow));
        image = firstRow.shape;
        Lattice = Lattice.Torus((int)image[0]);
        row = new TensorCopies(firstRow.clone());
        spectrum = new Lazy<TensorCopies>(() => new TensorCopies(Spectrum()));
    }

    /// <summary>Lets go of its tensors.</summary>
    public void Dispose()
    {
        row.Dispose();
        if (spectrum.IsValueCreated)
            spectrum.Value.Dispose();
    }

    /// <inheritdoc/>
    public int Sites => Lattice.Sites;

    /// <inheritdoc/>
    public Lattice Lattice { get; }

    /// <inheritdoc/>
    public Tensor FirstRow => row.Original.flatten().clone();

    /// <inheritdoc/>
    public Tensor Eigenvalues() => spectrum.Value.Original.flatten().clone();

    /// <inheritdoc/>
    public Tensor Times(Tensor x)
    {
        // oneMKL's transforms refuse no rows.
        if (x.numel() == 0)
            return x.clone();
        using var scope = torch.NewDisposeScope();
        var waves = torch.fft.rfft2(x.reshape([.. x.shape[..^1], .. image])) * spectrum.Value.Like(x);
        return torch.fft.irfft2(waves, s: image).reshape(x.shape).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public ICovariance Root()
    {
        using var scope = torch.NewDisposeScope();
        return new TorusCovariance(torch.fft.irfft2(spectrum.Value.Original.clamp(min: 0.0).sqrt(), s: image));
    }

    /// <inheritdoc/>
    public IStationaryCovariance Warped(Func<Tensor, Tensor> pointwise)
    {
        using var scope = torch.NewDisposeScope();
        return new TorusCovariance(pointwise(FirstRow).reshape(image));
    }

    // Shape (L, L/2 + 1); real, for the row is symmetric.
    private Tensor Spectrum()
    {
        using var scope = torch.NewDisposeScope();
        return torch.fft.rfft2(row.Original).real.clone().MoveToOuterDisposeScope();
    }

    private static Tensor Mirrored(Tensor x) => x.flip(0, 1).roll(1, 0).roll(1, 1);
}

/// <summary>
/// The covariance C[(i, j), (k, l)] = A[i, k] A[j, l] on a torus, A circulant: a kernel that is the product of one along each axis. It
/// multiplies axis by axis, with two products by an L x L matrix where the <see cref="TorusCovariance"/> it equals needs two transforms.
/// </summary>
/// <param name="axis">A, over L sites.</param>
public sealed class SeparableTorusCovariance(Circulant axis) : IStationaryCovariance, IDisposable
{
    /// <summary>Lets go of its tensors.</summary>
    public void Dispose() => Axis.Dispose();

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
    public ICovariance Root() => new SeparableTorusCovariance((Circulant)Axis.Root());

    /// <inheritdoc/>
    public IStationaryCovariance Warped(Func<Tensor, Tensor> pointwise)
    {
        using var scope = torch.NewDisposeScope();
        return new TorusCovariance(pointwise(Image().flatten()).reshape(Axis.Sites, Axis.Sites));
    }

    private Tensor Image()
    {
        var row = Axis.FirstRow;
        return row.unsqueeze(1) * row;
    }
}
