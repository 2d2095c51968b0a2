using TorchRf.Cli.Terminal;
using TorchRf.Figures;

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

    /// <summary>Draws the figure as PNG, SVG and PDF; says why not, and goes on, where gnuplot cannot.</summary>
    /// <returns>The files written.</returns>
    internal static IReadOnlyList<string> Draw(Figure figure, string pathWithoutExtension)
    {
        try
        {
            return new GnuplotRenderer().Render(figure, pathWithoutExtension);
        }
        catch (GnuplotException e)
        {
            Report.Warn(e.Message);
            return [];
        }
    }
}
