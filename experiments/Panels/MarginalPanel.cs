using TorchRf.Data;
using TorchRf.Plots;

namespace TorchRf.Experiments.Panels;

/// <summary>The law of one site: its density or its atoms, and beside it what drawn examples show.</summary>
internal static class MarginalPanel
{
    private const int Bins = 48;
    private const double Reach = 4;

    /// <param name="model">Whose marginal.</param>
    /// <param name="examples">Examples drawn from it, shape (examples, N); null to show the law alone.</param>
    /// <param name="title">The panel's title.</param>
    internal static Panel Of(IDataModel model, Tensor? examples, string title)
    {
        var drawn = examples?.ToArray<double>() ?? [];
        var marginal = model.Marginal;
        if (marginal.Atoms.Count > 0)
        {
            var x = marginal.Atoms.Select(a => a.X).ToArray();
            double end = Math.Max(2, 1.2 * marginal.Bound);
            return new Panel(title, new Axis("x") { Minimum = -end, Maximum = end }, new Axis("probability") { Minimum = 0, Maximum = 1 })
            {
                Series =
                [
                    .. examples is null ? (Series[])[] : [new BarSeries(x, [.. x.Select(v => drawn.Count(d => Math.Abs(d - v) < 1e-3) / (double)drawn.Length)]) { Label = "drawn", Width = 0.4, Opacity = 0.4, Style = 0 }],
                    new PointSeries(x, [.. marginal.Atoms.Select(a => a.Probability)]) { Label = examples is null ? null : "exact", Style = 1 },
                ],
            };
        }
        double reach = Math.Min(Reach, Math.Max(2, 1.1 * marginal.Bound)), width = 2 * reach / Bins;
        var counts = new double[Bins];
        foreach (double d in drawn)
            if (Math.Abs(d) < reach)
                counts[(int)((d + reach) / width)]++;
        var edges = Enumerable.Range(0, Bins + 1).Select(i => (i * width) - reach).ToArray();
        var dense = Enumerable.Range(0, 401).Select(i => (i / 200.0 * reach) - reach).ToArray();
        return new Panel(title, new Axis("x") { Minimum = -reach, Maximum = reach }, new Axis("density") { Minimum = 0 })
        {
            Series =
            [
                .. examples is null ? (Series[])[] : [new StepSeries(edges, [.. counts.Select(c => c / (drawn.Length * width))]) { Label = "drawn", Filled = true, Opacity = 0.4, Style = 0 }],
                new LineSeries(dense, [.. dense.Select(marginal.Density)]) { Label = examples is null ? null : "exact", Style = 1, Dash = Dash.Solid },
            ],
        };
    }
}
