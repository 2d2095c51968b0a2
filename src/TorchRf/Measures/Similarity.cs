namespace TorchRf.Measures;

/// <summary>How alike two sets of receptive fields are, in shape and in size.</summary>
public static class Similarity
{
    /// <summary>The cosine of the angle between v and w.</summary>
    /// <param name="v">Shape (..., N).</param>
    /// <param name="w">Shape (..., N), same dtype and device.</param>
    /// <returns>Shape (...).</returns>
    public static Tensor Cosine(Tensor v, Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return ((v * w).sum(-1) / (Norm(v) * Norm(w))).MoveToOuterDisposeScope();
    }

    /// <summary>|v| / |w|.</summary>
    /// <param name="v">Shape (..., N).</param>
    /// <param name="w">Shape (..., N), same dtype and device.</param>
    /// <returns>Shape (...).</returns>
    public static Tensor NormRatio(Tensor v, Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return (Norm(v) / Norm(w)).MoveToOuterDisposeScope();
    }

    /// <summary>Fields on a ring laid over others as well as a shift around it and a sign allow.</summary>
    /// <param name="v">Shape (..., N).</param>
    /// <param name="w">Shape (..., N), or one that goes with it; same dtype and device.</param>
    /// <returns>The cosine then, shape (...), not negative, and v so shifted and signed, shape (..., N).</returns>
    public static (Tensor Cosine, Tensor Shifted) OverShifts(Tensor v, Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        long n = v.shape[^1];
        var product = torch.fft.irfft(torch.fft.rfft(w) * torch.fft.rfft(v).conj(), n: n);
        var shift = product.abs().argmax(-1, keepdim: true);
        var sign = product.gather(-1, shift).sign();
        var from = (torch.arange(0, n, ScalarType.Int64, v.device) - shift).remainder(n);
        var shifted = v.expand(from.shape).gather(-1, from) * sign;
        return (Cosine(shifted, w).MoveToOuterDisposeScope(), shifted.MoveToOuterDisposeScope());
    }

    private static Tensor Norm(Tensor w) => torch.linalg.norm(w, [-1]);
}

/// <summary>In how many runs the peak of the predicted receptive field sits where that of the simulated one does.</summary>
/// <param name="Exact">At the same site.</param>
/// <param name="Within1">At most one site off: the same site or a neighbour, on a torus one of its eight neighbours, diagonals among them.</param>
/// <param name="Within2">At most two sites off.</param>
/// <param name="Total">How many were compared.</param>
/// <remarks>The distance of two sites is the larger of their distances along the axes of the lattice (Chebyshev's), each taken the shorter way around.</remarks>
public sealed record PeakAgreement(int Exact, int Within1, int Within2, int Total)
{
    /// <summary>Compares the argmax of |w|: w and -w have the same peak.</summary>
    /// <param name="predicted">Shape (..., N).</param>
    /// <param name="simulated">Shape (..., N).</param>
    /// <param name="side">Sites along one axis of the lattice: N on a ring, L on a torus of L x L, whose sites are numbered row by row.</param>
    /// <exception cref="ArgumentOutOfRangeException">N sites fill no such lattice.</exception>
    public static PeakAgreement Between(Tensor predicted, Tensor simulated, int side)
    {
        using var scope = torch.NewDisposeScope();
        long sites = predicted.shape[^1];
        if (side < 1 || (side != sites && (long)side * side != sites))
            throw new ArgumentOutOfRangeException(nameof(side), side, $"the side of a lattice of {sites} sites is {sites} on a ring and their square root on a torus");
        long rows = sites / side;
        var (p, s) = (Peaks(predicted), Peaks(simulated));
        int Count(long within) => p.Zip(s).Count(peaks =>
            Around(peaks.First / side, peaks.Second / side, rows) <= within && Around(peaks.First % side, peaks.Second % side, side) <= within);
        return new PeakAgreement(Count(0), Count(1), Count(2), p.Length);
    }

    private static long Around(long one, long other, long sites)
    {
        long distance = Math.Abs(one - other);
        return Math.Min(distance, sites - distance);
    }

    private static long[] Peaks(Tensor w) => w.abs().argmax(-1).flatten().ToArray<long>();
}
