namespace TorchRf.Data;

/// <summary>
/// A covariance that looks the same from every site of a ring or torus, so that its first row says all and its eigenvectors
/// are the Fourier modes.
/// </summary>
public interface IStationaryCovariance : ICovariance
{
    /// <summary>How its sites are arranged.</summary>
    Lattice Lattice { get; }

    /// <summary>
    /// The eigenvalues of the Fourier modes, the constant one first, of each pair of conjugate modes at least one; Float64 on the
    /// CPU, shape (N/2 + 1) on a ring, (L (L/2 + 1)) on a torus, row by row.
    /// </summary>
    Tensor Eigenvalues();

    /// <summary>The covariance whose first row is <paramref name="pointwise"/> of this one's: what a pointwise function of the sites makes of it.</summary>
    /// <param name="pointwise">From correlations to correlations, elementwise, shape (N) to (N).</param>
    IStationaryCovariance Bent(Func<Tensor, Tensor> pointwise);
}
