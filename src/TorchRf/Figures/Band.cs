namespace TorchRf.Figures;

/// <summary>A shaded area around a line, such as a standard deviation over initialisations.</summary>
public sealed record Band
{
    /// <summary>A band between two curves.</summary>
    /// <param name="lower">The lower edge at each x of the line; NaN is a gap.</param>
    /// <param name="upper">The upper edge at each x of the line; NaN is a gap.</param>
    /// <exception cref="ArgumentException">Empty, or of different lengths.</exception>
    public Band(IReadOnlyList<double> lower, IReadOnlyList<double> upper)
    {
        Lower = Values.Some(lower, nameof(lower));
        Upper = Values.Matching(upper, nameof(upper), Lower.Count, nameof(lower));
    }

    /// <summary>The lower edge.</summary>
    public IReadOnlyList<double> Lower { get; }

    /// <summary>The upper edge.</summary>
    public IReadOnlyList<double> Upper { get; }
}
