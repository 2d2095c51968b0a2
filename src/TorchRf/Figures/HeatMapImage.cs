namespace TorchRf.Figures;

/// <summary>
/// A heat map as an image on evenly spaced pixels. Cells are made of many pixels each, so that viewers that smooth images blur no more than
/// a hair around their edges, and so that uneven cells have their true sizes.
/// </summary>
/// <param name="Columns">Pixels across.</param>
/// <param name="Rows">Pixels upwards.</param>
/// <param name="Pixels">Red, green, blue; row by row from the bottom.</param>
/// <param name="Left">The image's left edge, as a place on the x axis.</param>
/// <param name="Bottom">Its lower edge.</param>
/// <param name="PixelWidth">A pixel's width.</param>
/// <param name="PixelHeight">A pixel's height.</param>
internal sealed record HeatMapImage(
    int Columns, int Rows, byte[] Pixels, double Left, double Bottom, double PixelWidth, double PixelHeight)
{
    internal static readonly Rgb Missing = new(0xd9, 0xd9, 0xd9);

    private const double PixelsPerPoint = 2;

    /// <summary>Paints a panel's heat map; null if none of it has a place on the axes.</summary>
    internal static HeatMapImage? Of(PanelLayout panel)
    {
        var map = panel.Panel.HeatMap!;
        var (xs, left, width) = Spread(map.X, panel.X, panel.Plot.Width);
        var (ys, bottom, height) = Spread(map.Y, panel.Y, panel.Plot.Height);
        if (xs.Length == 0 || ys.Length == 0)
        {
            return null;
        }

        var (low, high) = map.Limits;
        var pixels = new byte[3 * xs.Length * ys.Length];
        for (int row = 0, at = 0; row < ys.Length; row++)
        {
            var values = map.Z[ys[row]];
            for (var column = 0; column < xs.Length; column++)
            {
                var value = values[xs[column]];
                var color = double.IsNaN(value) ? Missing : map.ColorMap.At((value - low) / (high - low));
                pixels[at++] = color.R;
                pixels[at++] = color.G;
                pixels[at++] = color.B;
            }
        }

        return new HeatMapImage(xs.Length, ys.Length, pixels, left, bottom, width, height);
    }

    /// <summary>Which cell each pixel along an axis belongs to, where the first pixel begins, and a pixel's length.</summary>
    private static (int[] Cells, double Start, double Length) Spread(IReadOnlyList<double> middles, AxisScale axis, double points)
    {
        var placed = middles.Select((value, cell) => (Place: axis.Place(value), Cell: cell))
            .Where(one => double.IsFinite(one.Place))
            .OrderBy(one => one.Place)
            .ToArray();
        if (placed.Length == 0)
        {
            return ([], 0, 0);
        }

        var edges = PanelLayout.Edges([.. placed.Select(one => one.Place)]);
        var count = placed.Length;
        var span = edges[count] - edges[0];
        var wanted = Math.Max(1, (int)Math.Ceiling(PixelsPerPoint * points));
        var isEven = Enumerable.Range(0, count).All(i => Math.Abs(edges[i + 1] - edges[i] - (span / count)) <= 1e-6 * span / count);
        var pixels = isEven ? count * ((wanted + count - 1) / count) : Math.Max(wanted, Math.Min(4 * wanted, 2 * count));
        var cells = new int[pixels];
        for (int pixel = 0, cell = 0; pixel < pixels; pixel++)
        {
            var middle = edges[0] + (span * (pixel + 0.5) / pixels);
            while (cell < count - 1 && edges[cell + 1] <= middle)
            {
                cell++;
            }

            cells[pixel] = placed[cell].Cell;
        }

        return (cells, edges[0], span / pixels);
    }
}
