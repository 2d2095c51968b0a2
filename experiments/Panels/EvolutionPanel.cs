using TorchRf.Plots;

namespace TorchRf.Experiments.Panels;

/// <summary>How one receptive field grows: weight over site and step.</summary>
internal static class EvolutionPanel
{
    /// <param name="steps">Steps of the snapshots; the axis is logarithmic unless they are evenly spaced.</param>
    /// <param name="w">Shape (snapshots, N).</param>
    /// <param name="title">The panel's title.</param>
    /// <param name="reach">The largest |w| of the colour scale; to fit without.</param>
    internal static Panel Of(IReadOnlyList<long> steps, Tensor w, string title, double? reach = null)
    {
        using var scope = torch.NewDisposeScope();
        long[] apart = [.. Enumerable.Range(1, steps.Count - 1).Select(i => steps[i] - steps[i - 1])];
        // As evenly as whole numbers allow.
        bool even = apart.Length < 2 || apart.Max() - apart.Min() <= 1;
        // A logarithmic axis has no place for step 0.
        if (!even && steps[0] == 0)
            (steps, w) = ([.. steps.Skip(1)], w[1..]);
        int sites = (int)w.shape[1];
        var values = w.mT.ToArray<double>();
        var rows = Enumerable.Range(0, sites).Select(site => (IReadOnlyList<double>)values[(site * steps.Count)..((site + 1) * steps.Count)]).ToArray();
        return new Panel(title, new Axis("step") { Log = !even }, new Axis("site"))
        {
            HeatMap = new HeatMap(rows)
            {
                X = [.. steps.Select(s => (double)s)],
                ColorMap = ColorMap.BlueWhiteRed,
                ColorBarLabel = "weight",
                Minimum = reach is null ? null : -reach,
                Maximum = reach,
            },
        };
    }
}
