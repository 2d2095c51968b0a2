using TorchRf.Cli.Terminal;
using TorchRf.Plots;

namespace TorchRf.Cli;

/// <summary>Draws figures where that is possible; a run's numbers do not depend on it.</summary>
internal static class Pictures
{
    /// <summary>Says where the pictures are, in one line; nothing where there are none.</summary>
    internal static void Tell(IReadOnlyList<string> files)
    {
        if (files.Count == 0)
            return;
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, files[0]);
        var shown = relative.StartsWith("..", StringComparison.Ordinal) ? files[0] : relative;
        Report.Line($"Picture: {shown} (and {string.Join(", ", files.Skip(1).Select(Path.GetExtension))})");
    }

    /// <summary>Draws the figure as PNG, SVG and PDF, with its numbers as CSV; says why not, and goes on, where SkiaSharp has no native library for this system.</summary>
    /// <returns>The files written.</returns>
    /// <param name="figure">What is drawn.</param>
    /// <param name="pathWithoutExtension">Where.</param>
    /// <param name="width">The page's width in millimetres; the figure's own without.</param>
    internal static IReadOnlyList<string> Draw(Figure figure, string pathWithoutExtension, double? width = null)
    {
        try
        {
            return FigureFile.Write(width is double given ? figure with { Width = given } : figure, pathWithoutExtension);
        }
        catch (Exception e) when (Unloadable(e) is DllNotFoundException cause)
        {
            Report.Warn($"No pictures: {cause.Message.Split('\n')[0]}");
            return [];
        }
    }

    // A library that does not load is met while a type that needs it is set up.
    private static DllNotFoundException? Unloadable(Exception? e) => e as DllNotFoundException ?? (e is TypeInitializationException ? Unloadable(e.InnerException) : null);
}
