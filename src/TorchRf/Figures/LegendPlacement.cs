namespace TorchRf.Figures;

/// <summary>Where a panel's legend goes. Only series with a <see cref="Series.Label"/> are listed.</summary>
public enum LegendPlacement
{
    /// <summary>
    /// The corner that covers the least data. If every corner covers some and the y axis has no fixed maximum, the axis is
    /// extended upwards until the legend is clear of the data.
    /// </summary>
    Best,

    /// <summary>No legend.</summary>
    None,

    /// <summary>Inside, upper left.</summary>
    TopLeft,

    /// <summary>Inside, upper right.</summary>
    TopRight,

    /// <summary>Inside, lower left.</summary>
    BottomLeft,

    /// <summary>Inside, lower right.</summary>
    BottomRight,

    /// <summary>To the right of the plotting area.</summary>
    Outside,
}
