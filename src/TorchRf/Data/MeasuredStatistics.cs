using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>The statistics of examples that were measured rather than generated.</summary>
internal static class MeasuredStatistics
{
    /// <summary>Sites of which a covariance is still kept whole: it takes 800 MB, and its root as much again.</summary>
    internal const int MostSites = 10_000;

    private const int MarginalValues = 1_000_000;

    /// <summary>What pixels between 0 and 1, less their means, are multiplied by for unit variance on average.</summary>
    /// <exception cref="InvalidDataException">They do not vary.</exception>
    internal static double ScaleOfPixels(Tensor centred)
    {
        using var scope = torch.NewDisposeScope();
        double variance = centred.square().mean().item<double>();
        // Less than this is rounding.
        return variance > 1e-12
            ? 1 / Math.Sqrt(variance)
            : throw new InvalidDataException("The photographs are blank: their rows do not vary.");
    }

    /// <summary>Second moments and marginal of examples with mean square 1.</summary>
    /// <param name="examples">Shape (examples, N), Float64 on the CPU.</param>
    internal static (ICovariance Covariance, Marginal Marginal) Of(Tensor examples)
    {
        using var scope = torch.NewDisposeScope();
        long count = examples.shape[0], sites = examples.shape[1];
        var second = examples.mT.matmul(examples) / (double)count;
        // A regular thinning over rows keeps the marginal's size bounded.
        long every = Math.Max(1, count * sites / MarginalValues);
        var values = examples.slice(0, 0, count, every).ToArray<double>();
        double scale = 1 / Math.Sqrt(values.Sum(v => v * v) / values.Length);
        return (new DenseCovariance((second + second.mT) * 0.5), new EmpiricalMarginal(Array.ConvertAll(values, v => v * scale)));
    }
}
