namespace TorchRf.Figures;

/// <summary>The files a figure is written as.</summary>
[Flags]
public enum FigureFormats
{
    /// <summary>No file.</summary>
    None = 0,

    /// <summary>A bitmap, <c>.png</c>.</summary>
    Png = 1,

    /// <summary>Scalable vector graphics with real text, <c>.svg</c>.</summary>
    Svg = 2,

    /// <summary>A one-page document cut to the figure's size, <c>.pdf</c>.</summary>
    Pdf = 4,

    /// <summary>All of them.</summary>
    All = Png | Svg | Pdf,
}
