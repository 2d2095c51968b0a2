using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>What pulses on a ring share.</summary>
internal static class Pulses
{
    /// <summary>Pulses of the given places and height, each up or down equally often; shape (examples, N).</summary>
    /// <param name="sites">N.</param>
    /// <param name="start">The first site of each pulse, Int64, shape (examples, 1).</param>
    /// <param name="length">Their lengths, Int64, shape (examples, 1) or (1).</param>
    /// <param name="height">How far they stand out from 0.</param>
    /// <param name="generator">The stream of randomness, for the signs.</param>
    /// <param name="dtype">Of the result.</param>
    internal static Tensor Draw(int sites, Tensor start, Tensor length, double height, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var site = torch.arange(0, sites, ScalarType.Int64, start.device);
        var covered = (site - start).remainder(sites).lt(length).to(dtype);
        var sign = torch.randint(2, start.shape, device: start.device, generator: generator).to(dtype) * 2 - 1;
        return covered.mul_(sign * height).MoveToOuterDisposeScope();
    }

    /// <summary>A site's law: of variance 1, so that a pulse of height h covers it with probability 1 / h^2.</summary>
    internal static DiscreteMarginal Marginal(double height)
    {
        double covered = 1 / (height * height);
        return new DiscreteMarginal([(-height, covered / 2), (0, 1 - covered), (height, covered / 2)]);
    }

    /// <summary>"1 site", "3 sites".</summary>
    internal static string Count(int sites) => sites == 1 ? "1 site" : $"{sites} sites";
}
