using TorchRf.Plots;

namespace TorchRf.Experiments.Panels;

/// <summary>How one receptive field grows: weight over site and step.</summary>
internal static class EvolutionPanel
{
    /// <param name="steps">Steps of the snapshots, evenly spaced.</param>
    /// <param name="w">Shape (snapshots, N).</param>
    /// <param name="title">The panel's title.</param>
    /// <param name="reach">The largest |w| of the colour scale.</param>
    internal static Panel Of(IReadOnlyList<long> steps, Tensor w, string title, double reach)
    {
        using var scope = torch.NewDisposeScope();
        int sites = (int)w.shape[1];
        var values = w.to(ScalarType.Float64).cpu().mT.contiguous().data<double>().ToArray();
        var rows = Enumerable.Range(0, sites).Select(site => (IReadOnlyList<double>)values[(site * steps.Count)..((site + 1) * steps.Count)]).ToArray();
        return new Panel(title, new Axis("step"), new Axis("site"))
        {
            HeatMap = new HeatMap(rows)
            {
                X = [.. steps.Select(s => (double)s)],
                ColorMap = ColorMap.BlueWhiteRed,
                ColorBarLabel = "weight",
                Minimum = -reach,
                Maximum = reach,
            },
            Legend = LegendPlacement.None,
        };
    }
}
