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
