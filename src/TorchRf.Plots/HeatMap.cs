namespace TorchRf.Plots;

/// <summary>A matrix as colours, with a colour bar. NaN cells are light grey.</summary>
public sealed record HeatMap
{
    private readonly double[][] z;

    /// <summary>A matrix given as rows.</summary>
    /// <param name="z">Rows of equal length: <c>z[row][column]</c>, row along y and column along x.</param>
    /// <exception cref="ArgumentException">Empty or ragged.</exception>
    public HeatMap(IReadOnlyList<IReadOnlyList<double>> z)
    {
        ArgumentNullException.ThrowIfNull(z);
        if (z.Count == 0 || z[0].Count == 0)
            throw new ArgumentException("z is empty.", nameof(z));
        for (int row = 1; row < z.Count; row++)
            if (z[row].Count != z[0].Count)
                throw new ArgumentException($"z is ragged: row {row} has {z[row].Count} values, but row 0 has {z[0].Count}.", nameof(z));
        this.z = [.. z.Select(row => row.ToArray())];
        X = [.. Enumerable.Range(0, z[0].Count).Select(i => (double)i)];
        Y = [.. Enumerable.Range(0, z.Count).Select(i => (double)i)];
    }

    /// <summary>The values, <c>Z[row][column]</c>.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Z => z;

    /// <summary>The columns' middles, strictly increasing; by default 0, 1, 2... They need not be evenly spaced: an edge lies half way between two, as measured along the axis.</summary>
    /// <exception cref="ArgumentException">Not one for each column, or not increasing.</exception>
    public IReadOnlyList<double> X { get; init => field = Values.Increasing(Values.Matching(value, nameof(X), z[0].Length, "a row of z"), nameof(X)); }

    /// <summary>The rows' middles, strictly increasing; by default 0, 1, 2...</summary>
    /// <exception cref="ArgumentException">Not one for each row, or not increasing.</exception>
    public IReadOnlyList<double> Y { get; init => field = Values.Increasing(Values.Matching(value, nameof(Y), z.Length, "z"), nameof(Y)); }

    /// <summary>An image or a matrix: cells are square, and the first row is at the top.</summary>
    public bool IsImage { get; init; }

    /// <summary>The colours.</summary>
    public ColorMap ColorMap { get; init; } = ColorMap.Viridis;

    /// <summary>The value of the lowest colour, or null to fit. A diverging map's limits are made symmetric.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite.</exception>
    public double? Minimum { get; init => field = Values.Finite(value, nameof(Minimum)); }

    /// <summary>The value of the highest colour, or null to fit. A diverging map's limits are made symmetric.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite.</exception>
    public double? Maximum { get; init => field = Values.Finite(value, nameof(Maximum)); }

    /// <summary>What the colours measure, literally; empty for a bar without a name.</summary>
    public string ColorBarLabel { get; init; } = "";

    /// <summary>Whether a colour bar is drawn.</summary>
    public bool HasColorBar { get; init; } = true;

    /// <summary>The values of the lowest and the highest colour, as drawn; the first is below the second.</summary>
    public (double Low, double High) Limits
    {
        get
        {
            var finite = z.SelectMany(row => row).Where(double.IsFinite);
            double low = Minimum ?? finite.DefaultIfEmpty(0).Min(), high = Maximum ?? finite.DefaultIfEmpty(1).Max();
            if (ColorMap != ColorMap.Viridis)
            {
                double reach = Math.Max(Math.Abs(low), Math.Abs(high));
                return reach > 0 ? (-reach, reach) : (-1, 1);
            }
            return low < high ? (low, high) : (low - 0.5, low + 0.5);
        }
    }

    /// <summary>Checks what only the whole map can tell.</summary>
    internal void Check(string where)
    {
        if (Minimum >= Maximum)
            throw new ArgumentException(FormattableString.Invariant($"{where}, heat map: the minimum {Minimum} is not below the maximum {Maximum}."));
    }
}

/// <summary>Colours for a heat map's values, even in lightness and safe for colour-blind readers.</summary>
public enum ColorMap
{
    /// <summary>Dark blue through green to yellow, for values without a natural middle.</summary>
    Viridis,

    /// <summary>Blue for negative through white, which is zero, to red for positive (ColorBrewer's RdBu).</summary>
    BlueWhiteRed,
}
