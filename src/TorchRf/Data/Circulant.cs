namespace TorchRf.Data;

/// <summary>
/// A symmetric circulant matrix, C[i, j] = row[(j - i) mod N]: the covariance of a stationary law on a ring of N sites.
/// Its eigenvectors are the Fourier modes, its eigenvalues the discrete Fourier transform of the row.
/// </summary>
public sealed class Circulant : IStationaryCovariance, IDisposable
{
    // Up to here a product with the dense matrix is faster than two Fourier transforms.
    private const int DenseLimit = 512;

    private readonly TensorCopies row;
    private readonly Lazy<TensorCopies> factor;

    /// <param name="firstRow">Shape (N), Float64 on the CPU, with row[d] = row[N - d].</param>
    /// <exception cref="ArgumentException">The row is not of that kind.</exception>
    public Circulant(Tensor firstRow)
    {
        if (firstRow.dim() != 1 || firstRow.dtype != ScalarType.Float64 || firstRow.shape[0] < 1)
            throw new ArgumentException($"A circulant's first row is a Float64 vector, not {firstRow}.", nameof(firstRow));
        var values = firstRow.ToArray<double>();
        for (int d = 1; d < values.Length; d++)
            if (Math.Abs(values[d] - values[^d]) > 1e-9 * Math.Max(1, Math.Abs(values[0])))
                throw new ArgumentException($"The row is not symmetric around the ring: at distance {d} it is {values[d]} and {values[^d]}.", nameof(firstRow));
        Sites = values.Length;
        row = new TensorCopies(firstRow.clone());
        factor = new Lazy<TensorCopies>(() => new TensorCopies(Sites <= DenseLimit ? Dense() : Eigenvalues()));
    }

    /// <summary>Lets go of its tensors.</summary>
    public void Dispose()
    {
        row.Dispose();
        if (factor.IsValueCreated)
            factor.Value.Dispose();
    }

    /// <summary>
    /// The kernel exp(-d^2 / lengthscale^2) of the ring distance d (LSG eq. 2). Wrapped on a ring it is not exactly positive
    /// definite: negative eigenvalues are set to 0 and the diagonal is brought back to 1.
    /// </summary>
    /// <param name="sites">N &gt;= 1.</param>
    /// <param name="lengthscale">xi &gt; 0, in sites.</param>
    public static Circulant Gaussian(int sites, double lengthscale)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sites);
        return (Circulant)Kernel.Gaussian.On(Lattice.Ring(sites), lengthscale);
    }

    /// <summary>The correlation that a kernel makes: negative eigenvalues are set to 0 and the diagonal is brought to 1.</summary>
    /// <param name="kernel">Shape (N), by distance around the ring; at least one eigenvalue is positive.</param>
    /// <exception cref="ArgumentException">Nothing of it is positive.</exception>
    public static Circulant Correlation(double[] kernel)
    {
        using var scope = torch.NewDisposeScope();
        var eigenvalues = torch.fft.rfft(torch.tensor(kernel)).real.clamp(min: 0.0);
        var clipped = torch.fft.irfft(eigenvalues, n: kernel.Length);
        if (!(clipped[0].item<double>() > 0))
            throw new ArgumentException("A kernel needs an eigenvalue above 0, and this has none.", nameof(kernel));
        return new Circulant(clipped / clipped[0]);
    }

    /// <inheritdoc/>
    public int Sites { get; }

    /// <inheritdoc/>
    public Lattice Lattice => Lattice.Ring(Sites);

    /// <inheritdoc/>
    public Tensor FirstRow => row.Original.clone();

    /// <inheritdoc/>
    public Tensor Eigenvalues()
    {
        using var scope = torch.NewDisposeScope();
        return torch.fft.rfft(row.Original).real.clone().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Times(Tensor x)
    {
        if (Sites <= DenseLimit)
            return x.matmul(factor.Value.Like(x));
        // oneMKL's transforms refuse no rows.
        if (x.numel() == 0)
            return x.clone();
        using var scope = torch.NewDisposeScope();
        var spectrum = torch.fft.rfft(x) * factor.Value.Like(x);
        return torch.fft.irfft(spectrum, n: Sites).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public ICovariance Root()
    {
        using var scope = torch.NewDisposeScope();
        // In Float64: already at xi = 3, N = 40 the smallest eigenvalue is 2e-9, below Float32's resolution.
        return new Circulant(torch.fft.irfft(Eigenvalues().clamp(min: 0.0).sqrt(), n: Sites));
    }

    /// <inheritdoc/>
    public IStationaryCovariance Warped(Func<Tensor, Tensor> pointwise)
    {
        using var scope = torch.NewDisposeScope();
        return new Circulant(pointwise(row.Original));
    }

    private Tensor Dense()
    {
        using var scope = torch.NewDisposeScope();
        var values = row.Original.ToArray<double>();
        var matrix = new double[Sites * Sites];
        for (int i = 0; i < Sites; i++)
            for (int j = 0; j < Sites; j++)
                matrix[(i * Sites) + j] = values[(j - i + Sites) % Sites];
        return torch.tensor(matrix, [Sites, Sites]).MoveToOuterDisposeScope();
    }
}
