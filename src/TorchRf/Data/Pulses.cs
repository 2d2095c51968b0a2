using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>What pulses share.</summary>
internal static class Pulses
{
    /// <summary>Pulses, each up or down equally often; shape (examples, N).</summary>
    /// <param name="lattice">Ring or torus.</param>
    /// <param name="starts">The first site of each pulse along each axis, Int64, shape (examples, 1) each.</param>
    /// <param name="length">Their lengths along each axis, Int64, shape (examples, 1) or (1).</param>
    /// <param name="height">How far they stand out from 0.</param>
    /// <param name="generator">The stream of randomness, for the signs.</param>
    /// <param name="dtype">Of the result.</param>
    internal static Tensor Draw(Lattice lattice, IReadOnlyList<Tensor> starts, Tensor length, double height, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var site = torch.arange(0, lattice.Side, ScalarType.Int64, length.device);
        var covered = starts.Select(start => (site - start).remainder(lattice.Side).lt(length).to(dtype)).ToArray();
        var sign = torch.randint(2, starts[0].shape, device: length.device, generator: generator).to(dtype) * 2 - 1;
        covered[0].mul_(sign * height);
        return (covered.Length == 1 ? covered[0] : (covered[0].unsqueeze(2) * covered[1].unsqueeze(1)).flatten(1)).MoveToOuterDisposeScope();
    }

    /// <summary>A site's law: of variance 1, so that a pulse of height h covers it with probability 1 / h^2.</summary>
    internal static DiscreteMarginal Marginal(double height)
    {
        double covered = 1 / (height * height);
        return new DiscreteMarginal([(-height, covered / 2), (0, 1 - covered), (height, covered / 2)]);
    }

    /// <summary>"1 site", "3 sites", "3x3 sites".</summary>
    internal static string Count(Lattice lattice, int length) =>
        lattice.Dimensions == 2 ? $"{length}x{length} sites" : length == 1 ? "1 site" : $"{length} sites";
}
