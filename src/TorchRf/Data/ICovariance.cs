namespace TorchRf.Data;

/// <summary>A symmetric positive semi-definite matrix over N sites, known by what it does to a tensor.</summary>
public interface ICovariance
{
    /// <summary>N.</summary>
    int Sites { get; }

    /// <summary>C[0, :], Float64 on the CPU, shape (N): the covariance of site 0 with each site. A copy, which the caller's scope owns.</summary>
    Tensor FirstRow { get; }

    /// <summary>x C over the last axis, on the device and in the dtype of <paramref name="x"/>.</summary>
    /// <param name="x">Shape (..., N).</param>
    /// <returns>A new tensor, shape (..., N), which the caller may dispose of.</returns>
    Tensor Times(Tensor x);

    /// <summary>The symmetric positive root R with R R = C: standard normal noise n gives n R the covariance C.</summary>
    ICovariance Root();
}

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
    IStationaryCovariance Warped(Func<Tensor, Tensor> pointwise);
}
