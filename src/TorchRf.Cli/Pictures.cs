using TorchRf.Cli.Terminal;
using TorchRf.Figures;

namespace TorchRf.Cli;

/// <summary>Draws figures where that is possible; a run's numbers do not depend on it.</summary>
internal static class Pictures
{
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
