namespace TorchRf.Pruning;

/// <summary>Among what weights are compared.</summary>
public enum PruningScope
{
    /// <summary>Each layer loses the same part of its own.</summary>
    Layer,

    /// <summary>All pruned layers together lose that part.</summary>
    Global,
}

/// <summary>Which weights and biases of a layer there are.</summary>
/// <param name="Weights">Bool, shape (out, in).</param>
/// <param name="Biases">Bool, shape (out).</param>
public sealed record LayerMask(Tensor Weights, Tensor Biases);

/// <summary>Which weights go: the smallest in magnitude, weights and biases of a layer (or of all) in one pool, as Pellegrini and Biroli's code has it.</summary>
public static class MagnitudePruning
{
    /// <summary>The part of the pool that is gone after some rounds: r -> r + f (1 - r), from 0.</summary>
    /// <param name="fraction">f, what goes of what is left in a round.</param>
    /// <param name="rounds">How many rounds.</param>
    public static double Removed(double fraction, int rounds)
    {
        double r = 0;
        for (int i = 0; i < rounds; i++)
            r += fraction * (1 - r);
        return r;
    }

    /// <summary>The masks that are left where a part of all weights and biases is gone: the threshold is number int(r n) of |W| mask and |b| mask in order, and what is below it goes.</summary>
    /// <param name="network">The network, trained.</param>
    /// <param name="removed">r, of all n, those that went earlier included; from 0 to below 1.</param>
    /// <param name="scope">Whether n and the order are a layer's or all layers'.</param>
    /// <param name="last">Whether the last layer is pruned.</param>
    /// <returns>One mask a layer, which the caller's scope owns; that of a layer that is not pruned as it is.</returns>
    public static IReadOnlyList<LayerMask> Masks(MaskedNetwork network, double removed, PruningScope scope = PruningScope.Layer, bool last = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(removed);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(removed, 1);
        using var noGrad = torch.no_grad();
        using var outer = torch.NewDisposeScope();
        int pruned = network.Widths.Count - (last ? 1 : 2);
        var pools = Enumerable.Range(0, pruned).Select(l => torch.cat([Magnitudes(network, l).Weights.flatten(), Magnitudes(network, l).Biases])).ToArray();
        Tensor[] thresholds = scope == PruningScope.Layer ? [.. pools.Select(Threshold)] : [.. Enumerable.Repeat(pruned > 0 ? Threshold(torch.cat(pools)) : torch.zeros([]), pruned)];
        return [.. Enumerable.Range(0, network.Widths.Count - 1).Select(l => l < pruned ? Above(l, thresholds[l]) : Copy(network.Masks[l], network.BiasMasks[l]))];

        Tensor Threshold(Tensor pool) => pool.kthvalue((long)(removed * pool.numel()) + 1, 0).values;
        LayerMask Above(int l, Tensor threshold)
        {
            var (w, b) = Magnitudes(network, l);
            // A threshold of 0 brings nothing back.
            return Copy(w.ge(threshold) & network.Masks[l], b.ge(threshold) & network.BiasMasks[l]);
        }
    }

    /// <summary>Masks of as many weights, and as many biases, a layer as others have: the largest of a network.</summary>
    /// <param name="network">The network, trained.</param>
    /// <param name="like">The masks whose counts they have.</param>
    public static IReadOnlyList<LayerMask> OneShot(MaskedNetwork network, IReadOnlyList<LayerMask> like)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return [.. like.Select((mask, l) => Copy(Largest(Magnitudes(network, l).Weights, mask.Weights), Largest(Magnitudes(network, l).Biases, mask.Biases)))];
    }

    /// <summary>Masks of as many weights, and as many biases, a layer as others have, anywhere.</summary>
    /// <param name="like">The masks whose counts they have.</param>
    /// <param name="generator">Chooses them; on the CPU.</param>
    public static IReadOnlyList<LayerMask> Random(IReadOnlyList<LayerMask> like, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        Tensor Anywhere(Tensor mask) => Largest(torch.rand(mask.shape, ScalarType.Float64, generator: generator).to(mask.device), mask);
        return [.. like.Select(mask => Copy(Anywhere(mask.Weights), Anywhere(mask.Biases)))];
    }

    /// <summary>Which units of each layer are connected: some path of weights that are left leads to them from an input, and on to an output.</summary>
    /// <param name="masks">Of each layer.</param>
    /// <returns>How many a layer, the last included.</returns>
    public static IReadOnlyList<int> Connected(IReadOnlyList<LayerMask> masks)
    {
        using var scope = torch.NewDisposeScope();
        var from = new Tensor[masks.Count];
        for (int l = 0; l < masks.Count; l++)
            from[l] = (l == 0 ? masks[l].Weights : masks[l].Weights & from[l - 1]).any(1, keepdim: false);
        var to = torch.ones_like(from[^1]);
        var counts = new int[masks.Count];
        for (int l = masks.Count - 1; l >= 0; l--)
        {
            counts[l] = (int)(from[l] & to).sum().item<long>();
            to = (masks[l].Weights & to.unsqueeze(1)).any(0, keepdim: false);
        }
        return counts;
    }

    private static (Tensor Weights, Tensor Biases) Magnitudes(MaskedNetwork network, int l) =>
        (network.Weights[l].abs() * network.Masks[l], network.Biases[l].abs() * network.BiasMasks[l]);

    // Of equal ones, which biases are at their start, the first.
    private static Tensor Largest(Tensor of, Tensor mask)
    {
        long kept = mask.sum().item<long>();
        var chosen = of.flatten().argsort(-1, descending: true).narrow(0, 0, kept);
        var flat = torch.zeros([of.numel()], ScalarType.Bool, of.device);
        return flat.index_fill_(0, chosen, true).view(of.shape);
    }

    private static LayerMask Copy(Tensor weights, Tensor biases) => new(weights.clone().MoveToOuterDisposeScope(), biases.clone().MoveToOuterDisposeScope());
}
