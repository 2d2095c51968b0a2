namespace TorchRf.Measures;

/// <summary>A receptive field's energy, taken for a law over its sites.</summary>
internal static class Energy
{
    /// <summary>w^2 / sum w^2 over the last <paramref name="axes"/> axes, the shape of <paramref name="w"/>.</summary>
    internal static Tensor Share(Tensor w, int axes = 1)
    {
        long[] over = [.. Enumerable.Range(1, axes).Select(i => -(long)i)];
        // By the largest coordinate first: the square of a small initialisation may underflow in Float32.
        var square = (w / w.abs().amax(over, keepdim: true)).square();
        return square / square.sum(over, keepdim: true);
    }
}
