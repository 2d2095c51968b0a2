namespace TorchRf.Figures;

/// <summary>How a line is broken up.</summary>
public enum Dash
{
    /// <summary>The dash that belongs to the series' style, so that lines stay apart without colour.</summary>
    ByStyle,

    /// <summary>Unbroken.</summary>
    Solid,

    /// <summary>Long dashes.</summary>
    Dashed,

    /// <summary>Dots.</summary>
    Dotted,

    /// <summary>Dashes and dots in turn.</summary>
    DashDot,
}
