namespace TorchRf.Figures;

/// <summary>A corner of a panel's plotting area.</summary>
public enum Corner
{
    /// <summary>Upper left.</summary>
    TopLeft,

    /// <summary>Upper right.</summary>
    TopRight,

    /// <summary>Lower left.</summary>
    BottomLeft,

    /// <summary>Lower right.</summary>
    BottomRight,
}
