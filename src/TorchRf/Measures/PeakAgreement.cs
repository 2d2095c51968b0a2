namespace TorchRf.Measures;

/// <summary>In how many runs the peak of the predicted receptive field sits where that of the simulated one does.</summary>
/// <param name="Exact">At the same site.</param>
/// <param name="Within1">At most one site off, around the ring.</param>
/// <param name="Within2">At most two sites off.</param>
/// <param name="Of">How many were compared.</param>
public sealed record PeakAgreement(int Exact, int Within1, int Within2, int Of)
{
    /// <summary>Compares the argmax of |w|: w and -w have the same peak.</summary>
    /// <param name="predicted">Shape (..., N).</param>
    /// <param name="simulated">Shape (..., N).</param>
    public static PeakAgreement Between(Tensor predicted, Tensor simulated)
    {
        using var scope = torch.NewDisposeScope();
        long sites = predicted.shape[^1];
        var offset = (Peaks(predicted) - Peaks(simulated)).abs().ToArray<long>();
        int Count(long within) => offset.Count(d => Math.Min(d, sites - d) <= within);
        return new PeakAgreement(Count(0), Count(1), Count(2), offset.Length);
    }

    private static Tensor Peaks(Tensor w) => w.abs().argmax(-1).flatten();
}
