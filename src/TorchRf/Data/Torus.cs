namespace TorchRf.Data;

/// <summary>
/// A symmetric block circulant matrix, C[(i, j), (k, l)] = row[(k - i) mod L, (l - j) mod L]: the covariance of a stationary law on a torus of
/// L x L sites. Its eigenvectors are the plane waves, its eigenvalues the two-dimensional Fourier transform of the row.
/// </summary>
public sealed class Torus : IStationaryCovariance
{
    private readonly long[] image;
    private readonly TensorCopies row;
    private readonly Lazy<TensorCopies> spectrum;

    /// <param name="firstRow">Shape (L, L), Float64 on the CPU, the covariance of site (0, 0) with each site; row[a, b] = row[L - a, L - b].</param>
    /// <exception cref="ArgumentException">The row is not of that kind.</exception>
    public Torus(Tensor firstRow)
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
        return new Torus(torch.fft.irfft2(spectrum.Value.Original.clamp(min: 0.0).sqrt(), s: image));
    }

    /// <inheritdoc/>
    public IStationaryCovariance Bent(Func<Tensor, Tensor> pointwise)
    {
        using var scope = torch.NewDisposeScope();
        return new Torus(pointwise(FirstRow).reshape(image));
    }

    // Shape (L, L/2 + 1); real, for the row is symmetric.
    private Tensor Spectrum()
    {
        using var scope = torch.NewDisposeScope();
        return torch.fft.rfft2(row.Original).real.clone().MoveToOuterDisposeScope();
    }

    private static Tensor Mirrored(Tensor x) => x.flip(0, 1).roll(1, 0).roll(1, 1);
}
