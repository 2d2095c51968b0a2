namespace TorchRf.Data;

/// <summary>
/// Pictures without their high or without their low frequencies, as Redman, Wang, Ingrosso and Goldt (2024) show them to networks that are pruned: of each channel's Fourier transform, shifted so that frequency 0 is in the
/// middle, the central m x m numbers are kept (low-pass), or all others (high-pass). The two add up to the picture.
/// </summary>
/// <remarks>The centre of an even m begins at frequency -m/2 and ends before m/2: of both the real part of the inverse transform has half.</remarks>
/// <param name="Central">m, at least 1 and at most the pixels along a side, of a high-pass less; of a line m numbers, not m x m.</param>
/// <param name="IsLow">Whether the centre is kept, and not the rest.</param>
/// <param name="Channels">Planes of a picture, one after another.</param>
/// <param name="Height">Pixels of a plane from top to bottom, row by row; 1 of a line.</param>
/// <param name="Width">Pixels from left to right.</param>
public sealed record FrequencyBand(int Central, bool IsLow, int Channels, int Height, int Width)
{
    // Numbers that are transformed together.
    private const long Piece = 1 << 22;

    /// <summary>What is left of pictures.</summary>
    /// <param name="pictures">Shape (pictures, channels * height * width), of any number.</param>
    /// <returns>A new tensor of the same shape, Float64 where the pictures are, else Float32.</returns>
    public Tensor Of(Tensor pictures)
    {
        using var scope = torch.NewDisposeScope();
        var dtype = pictures.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var left = torch.empty(pictures.shape, dtype, pictures.device);
        var centre = (Centre(Height).unsqueeze(1) * Centre(Width)).to(dtype, pictures.device);
        long most = Math.Max(1, Piece / pictures.shape[1]);
        for (long first = 0; first < pictures.shape[0]; first += most)
        {
            using var inner = torch.NewDisposeScope();
            long count = Math.Min(most, pictures.shape[0] - first);
            var planes = pictures.narrow(0, first, count).to(dtype).reshape(-1, Channels, Height, Width);
            var low = torch.fft.ifft2(torch.fft.fft2(planes) * centre).real;
            left.narrow(0, first, count).copy_((IsLow ? low : planes - low).reshape(count, -1));
        }
        return left.MoveToOuterDisposeScope();
    }

    /// <summary>"the central 10 x 10 frequencies", or all but those.</summary>
    public override string ToString() => FormattableString.Invariant($"{(IsLow ? "" : "all but ")}the central {(Height == 1 ? "" : $"{Central} x ")}{Central} frequencies");

    // 1 at the frequencies of an axis that are in the centre, in the transform's order.
    private Tensor Centre(int side)
    {
        int first = side == 1 ? 0 : (side / 2) - (Central / 2);
        return torch.tensor([.. Enumerable.Range(0, side).Select(k => (k + (side / 2)) % side).Select(shifted => shifted >= first && shifted < first + Central ? 1.0 : 0)]);
    }
}

/// <summary>Examples of which a band of frequencies is left.</summary>
/// <param name="rows">The examples; closed by this.</param>
/// <param name="band">Which.</param>
internal sealed class BandRows(ExampleRows rows, FrequencyBand band) : ExampleRows
{
    internal override long Count => rows.Count;

    internal override int Width => rows.Width;

    internal override Tensor Read(ReadOnlySpan<long> numbers)
    {
        using var whole = rows.Read(numbers);
        return band.Of(whole);
    }

    internal override Tensor Read(long first, int count)
    {
        using var whole = rows.Read(first, count);
        return band.Of(whole);
    }

    public override void Dispose() => rows.Dispose();
}
