namespace TorchRf.Plots;

/// <summary>The files a figure is written as.</summary>
[Flags]
public enum FigureFormats
{
    /// <summary>No file.</summary>
    None = 0,

    /// <summary>A bitmap of 400 dots per inch, <c>.png</c>.</summary>
    Png = 1,

    /// <summary>Scalable vector graphics with text as text, <c>.svg</c>.</summary>
    Svg = 2,

    /// <summary>A one-page document of the figure's size, <c>.pdf</c>.</summary>
    Pdf = 4,

    /// <summary>The figure's numbers, <c>.csv</c>.</summary>
    Csv = 8,

    /// <summary>All of them.</summary>
    All = Png | Svg | Pdf | Csv,
}

/// <summary>Draws figures into files.</summary>
public static class FigureFile
{
    /// <summary>
    /// Draws a figure into files. Each is written elsewhere and then moved into place, so that a failure leaves earlier files as they were.
    /// The same figure gives the same bytes on every machine.
    /// </summary>
    /// <param name="figure">The figure.</param>
    /// <param name="pathWithoutExtension">Where, without <c>.png</c>, <c>.svg</c>, <c>.pdf</c> or <c>.csv</c>; its folder is created if missing.</param>
    /// <param name="formats">Which files.</param>
    /// <returns>The files' paths.</returns>
    /// <exception cref="ArgumentException">The figure cannot be drawn as described, the path names no file, or there is no format.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static IReadOnlyList<string> Write(Figure figure, string pathWithoutExtension, FigureFormats formats = FigureFormats.All) =>
        throw new NotImplementedException();
}
