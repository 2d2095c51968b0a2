using System.Runtime.InteropServices;
using TorchRf.IO;

namespace TorchRf.Data;

/// <summary>
/// All windows of rows x columns sites that photographs hold, sites a fixed stride apart in both directions. They are numbered through: photograph
/// after photograph, line after line, start after start; photographs too small for one are passed over. Pixels stay where they are, unless pictures are filtered.
/// </summary>
internal sealed class PhotoWindows
{
    // Windows and numbers that statistics are taken from, evenly spread over all there are.
    private const long StatisticsWindows = 200_000;
    private const long StatisticsNumbers = 20_000_000;

    private readonly int rows;
    private readonly int columns;
    private readonly int stride;
    private readonly bool ofPicture;
    private readonly FrequencyBand? band;
    private readonly GreyImage[] photos;
    private readonly double[] means;

    // The photographs filtered, less a border of so many pixels.
    private readonly float[][] filtered;
    private readonly int border;

    // The number of each photograph's first window, and how many start in a line of it.
    private readonly long[] first, starts;

    /// <param name="photos">At least one photograph.</param>
    /// <param name="rows">Sites from top to bottom.</param>
    /// <param name="columns">Sites from left to right.</param>
    /// <param name="stride">Pixels from one site to the next, at least 1.</param>
    /// <param name="ofPicture">Whether the mean of the whole picture is removed, and not each window's own.</param>
    /// <param name="filters">Whether they are cut from pictures that went through <see cref="OlshausenFilter"/>.</param>
    /// <param name="band">The frequencies that are left of each window; null for all.</param>
    /// <exception cref="InvalidDataException">No photograph is large enough.</exception>
    internal PhotoWindows(IReadOnlyList<GreyImage> photos, int rows, int columns, int stride, bool ofPicture, bool filters, FrequencyBand? band = null)
    {
        (this.rows, this.columns, this.stride, this.ofPicture, this.band) = (rows, columns, stride, ofPicture, band);
        border = filters ? OlshausenFilter.Border * stride : 0;
        long wide = ((long)(columns - 1) * stride) + 1 + (2 * border), high = ((long)(rows - 1) * stride) + 1 + (2 * border);
        this.photos = [.. photos.Where(p => p.Width >= wide && p.Height >= high)];
        string need = filters ? $" and a border of {border} pixels, which filtering drops, need" : " need";
        if (this.photos.Length == 0)
            throw new InvalidDataException(rows == 1
                ? $"No photograph is {wide} pixels wide, which {columns} sites at stride {stride}{need}."
                : $"No photograph is {wide} pixels wide and {high} high, which {rows} x {columns} sites at stride {stride}{need}.");
        starts = [.. this.photos.Select(p => p.Width - wide + 1)];
        first = new long[this.photos.Length];
        for (int i = 0; i < first.Length; i++)
        {
            first[i] = Count;
            Count += (this.photos[i].Height - high + 1) * starts[i];
        }
        means = ofPicture ? [.. this.photos.Select(Mean)] : [];
        filtered = filters ? [.. this.photos.Select(photo => OlshausenFilter.Of(photo, stride))] : [];
    }

    /// <summary>How many windows there are.</summary>
    internal long Count { get; }

    /// <summary>The numbers of windows spread evenly over all, for statistics.</summary>
    internal long[] ForStatistics()
    {
        long kept = Math.Min(StatisticsWindows, Math.Max(1, StatisticsNumbers / (rows * columns)));
        return Every(Math.Max(1, Count / kept));
    }

    /// <summary>At most so many windows, in order and spread evenly over all, less a mean; shape (windows, rows * columns), Float64 on the CPU.</summary>
    internal Tensor Spread(long most) => Read(Every(((Count - 1) / most) + 1));

    /// <summary>The windows of the given numbers, less the mean of their picture or each less its own; shape (numbers, rows * columns), Float64 on the CPU.</summary>
    internal Tensor Read(ReadOnlySpan<long> numbers)
    {
        using var scope = torch.NewDisposeScope();
        int sites = rows * columns;
        // A span holds 2^31 bytes.
        if ((long)numbers.Length * sites > int.MaxValue / sizeof(double))
            return torch.cat([Read(numbers[..(numbers.Length / 2)]), Read(numbers[(numbers.Length / 2)..])]).MoveToOuterDisposeScope();
        var x = torch.empty([numbers.Length, sites], ScalarType.Float64);
        var into = MemoryMarshal.Cast<byte, double>(x.bytes);
        for (int i = 0; i < numbers.Length; i++)
            Copy(numbers[i], into.Slice(i * sites, sites));
        var centred = ofPicture ? x : x - x.mean([1], keepdim: true);
        return (band?.Of(centred) ?? centred).MoveToOuterDisposeScope();
    }

    private void Copy(long number, Span<double> into)
    {
        int at = Array.BinarySearch(first, number);
        at = at < 0 ? ~at - 1 : at;
        var photo = photos[at];
        var bytes = photo.Pixels8;
        var words = photo.Pixels16;
        ReadOnlySpan<float> values = filtered.Length > 0 ? filtered[at] : [];
        var (line, start) = Math.DivRem(number - first[at], starts[at]);
        int width = photo.Width - (2 * border);
        double white = photo.MaxValue, mean = ofPicture ? means[at] : 0;
        for (int r = 0; r < rows; r++)
        {
            int from = (int)(((line + ((long)r * stride)) * width) + start);
            var row = into.Slice(r * columns, columns);
            for (int c = 0, pixel = from; c < columns; c++, pixel += stride)
                row[c] = !values.IsEmpty ? values[pixel] : ((bytes.IsEmpty ? words[pixel] : bytes[pixel]) / white) - mean;
        }
    }

    private static double Mean(GreyImage photo)
    {
        long sum = 0;
        foreach (byte pixel in photo.Pixels8)
            sum += pixel;
        foreach (ushort pixel in photo.Pixels16)
            sum += pixel;
        return (double)sum / ((long)photo.Width * photo.Height) / photo.MaxValue;
    }

    private long[] Every(long step) => [.. Enumerable.Range(0, (int)((Count - (step / 2) + step - 1) / step)).Select(i => (step / 2) + (i * step))];
}
