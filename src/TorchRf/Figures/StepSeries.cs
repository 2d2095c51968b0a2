namespace TorchRf.Figures;

/// <summary>A value for each interval between edges: a histogram, as an outline or filled.</summary>
public sealed record StepSeries : Series
{
    /// <summary>Steps.</summary>
    /// <param name="edges">The intervals' ends, strictly increasing: one more than <paramref name="values"/>.</param>
    /// <param name="values">The value in each interval; NaN is a gap.</param>
    /// <exception cref="ArgumentException">Empty, not increasing, or lengths that do not fit.</exception>
    public StepSeries(IReadOnlyList<double> edges, IReadOnlyList<double> values)
    {
        Height = Values.Some(values, nameof(values));
        ArgumentNullException.ThrowIfNull(edges);
        Edges = edges.Count == values.Count + 1
            ? Values.Increasing(edges, nameof(edges))
            : throw new ArgumentException(
                $"edges has {edges.Count} values; {values.Count} intervals need {values.Count + 1}.", nameof(edges));
    }

    /// <summary>The intervals' ends.</summary>
    public IReadOnlyList<double> Edges { get; }

    /// <summary>The value in each interval.</summary>
    public IReadOnlyList<double> Height { get; }

    /// <summary>Fills the area down to y = 0.</summary>
    public bool Filled { get; init; }

    internal override bool StandsOnZero => Filled;

    internal override IEnumerable<Segment> Segments()
    {
        for (var i = 0; i < Height.Count; i++)
        {
            yield return new Segment(Edges[i], Height[i], Edges[i + 1], Height[i]);
            if (Filled)
            {
                yield return new Segment(Edges[i], 0, Edges[i], Height[i]);
                yield return new Segment(Edges[i + 1], 0, Edges[i + 1], Height[i]);
            }
        }
    }
}
