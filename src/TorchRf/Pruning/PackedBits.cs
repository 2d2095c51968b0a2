namespace TorchRf.Pruning;

/// <summary>Truths as bits, eight a byte, the first in the highest: as numpy.packbits has them along the last axis.</summary>
public static class PackedBits
{
    /// <summary>Packs.</summary>
    /// <param name="truths">Bool, shape (..., n).</param>
    /// <returns>Bytes, shape (..., ceil(n / 8)), on the CPU.</returns>
    public static Tensor Of(Tensor truths)
    {
        using var scope = torch.NewDisposeScope();
        long n = truths.shape[^1], bytes = (n + 7) / 8;
        var padded = nn.functional.pad(truths.cpu().to(ScalarType.Byte), [0, (8 * bytes) - n]).view([.. truths.shape[..^1], bytes, 8]);
        return (padded * torch.tensor(new byte[] { 128, 64, 32, 16, 8, 4, 2, 1 })).sum(-1, type: ScalarType.Byte).MoveToOuterDisposeScope();
    }
}
