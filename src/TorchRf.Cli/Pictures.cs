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
        string Shown(string file) => Path.GetRelativePath(Environment.CurrentDirectory, file) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
        var extensions = files.Select(Path.GetExtension).Distinct().ToArray();
        Report.Line($"Picture: {string.Join(", ", files.Where(file => Path.GetExtension(file) == extensions[0]).Select(Shown))} (and {string.Join(", ", extensions.Skip(1))})");
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
