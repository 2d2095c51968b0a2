namespace TorchRf.Data;

/// <summary>A covariance without structure, such as one estimated from photographs.</summary>
public sealed class DenseCovariance : ICovariance, IDisposable
{
    private readonly TensorCopies matrix;

    /// <param name="matrix">Shape (N, N), Float64 on the CPU, symmetric.</param>
    /// <exception cref="ArgumentException">The matrix is not of that kind.</exception>
    public DenseCovariance(Tensor matrix)
    {
        if (matrix.dim() != 2 || matrix.shape[0] != matrix.shape[1] || matrix.dtype != ScalarType.Float64)
            throw new ArgumentException($"A covariance is a square Float64 matrix, not {matrix}.", nameof(matrix));
        using var scope = torch.NewDisposeScope();
        if (!matrix.allclose(matrix.mT, rtol: 1e-9, atol: 1e-12))
            throw new ArgumentException("A covariance is symmetric; this matrix is not.", nameof(matrix));
        Sites = (int)matrix.shape[0];
        this.matrix = new TensorCopies(matrix.clone());
    }

    /// <inheritdoc/>
    public int Sites { get; }

    /// <inheritdoc/>
    public Tensor FirstRow => matrix.Original.select(0, 0).clone();

    /// <inheritdoc/>
    public Tensor Times(Tensor x) => x.matmul(matrix.Like(x));

    /// <summary>C itself, which stays this object's.</summary>
    internal Tensor Matrix => matrix.Original;

    /// <summary>Lets go of the matrix.</summary>
    public void Dispose() => matrix.Dispose();

    /// <inheritdoc/>
    public ICovariance Root()
    {
        using var scope = torch.NewDisposeScope();
        var (eigenvalues, eigenvectors) = torch.linalg.eigh(matrix.Original);
        var root = (eigenvectors * eigenvalues.clamp(min: 0.0).sqrt()).matmul(eigenvectors.mT);
        return new DenseCovariance((root + root.mT) * 0.5);
    }
}
