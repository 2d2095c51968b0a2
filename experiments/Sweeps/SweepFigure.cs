using System.Globalization;
using TorchRf.Sweeps;

namespace TorchRf.Experiments.Sweeps;

/// <summary>A sweep's table as a picture: its measures over the setting that takes most values, a line for each combination of the others.</summary>
public static class SweepFigure
{
    // In this order, those that there are.
    private static readonly (string Measure, string Title, Axis Y)[] Drawn =
    [
        ("ipr", "Localization", FieldPanels.IprAxis),
        ("theory_ipr", "Localization, theory", FieldPanels.IprAxis),
        ("localized", "Localized units", new Axis("fraction localized") { Minimum = -0.02, Maximum = 1.02, Ticks = [.. Enumerable.Range(0, 6).Select(i => new Tick(i / 5.0, (i / 5.0).ToString("0.0", CultureInfo.InvariantCulture)))] }),
        ("cosine", "Shape", new Axis("cosine of theory and trained") { Maximum = 1 }),
        ("loss", "Loss", new Axis("loss")),
        ("iterations", "Search", new Axis("iterations")),
        ("found", "Independent components", new Axis("components found")),
    ];

    private sealed record Place(MergedSetting Setting, double X, string Group);

    /// <summary>The table as a figure; null where no run is finished.</summary>
    public static Figure? Of(MergedSweep merged)
    {
        var rows = merged.Settings.Where(s => s.Results.Count > 0).ToArray();
        if (rows.Length == 0)
            return null;
        var (plan, settings) = (merged.Plan, rows.Select(r => r.Runs[0].ToJson()).ToArray());
        var along = plan.Columns
            .Select(name => (Name: name, Values: settings.Select(s => s[name] is JsonValue v && v.TryGetValue(out double x) ? x : double.NaN).ToArray()))
            .Where(c => c.Values.All(double.IsFinite) && c.Values.Distinct().Count() > 1)
            .OrderByDescending(c => c.Values.Distinct().Count()).FirstOrDefault();
        string Name(MergedSetting row, string? without) =>
            string.Join(", ", plan.Columns.Zip(plan.Cells(row.Runs[0]), (name, value) => (name, value)).Where(c => c.name != without && c.value.Length > 0).Select(c => $"{c.name} {c.value}"));
        Place[] places = along.Name is null
            ? [.. rows.Select((row, i) => new Place(row, i, ""))]
            : [.. rows.Select((row, i) => new Place(row, along.Values[i], Name(row, along.Name)))];
        // With nothing to count along, settings stand beside each other by name.
        var x = along.Name is null
            ? new Axis(plan.Columns.ToArray() is [var one] ? one : "") { Minimum = -0.5, Maximum = rows.Length - 0.5, Ticks = [.. rows.Select((row, i) => new Tick(i, plan.Columns.Count() == 1 ? plan.Cells(row.Runs[0]).Single() : Name(row, null)))] }
            : new Axis(along.Name) { Log = along.Values.All(v => v > 0) && along.Values.Max() >= 10 * along.Values.Min() };
        var panels = Drawn.Where(d => places.Any(p => p.Setting.Of(d.Measure).Count > 0)).Select((d, i) => Panel(d.Title, x, d.Y, d.Measure, places, i == 0)).ToArray();
        return new Figure($"Sweep {plan.Name}", panels)
        {
            Columns = Math.Min(3, panels.Length),
            Caption = Invariant($"{plan.Runs.Count - merged.Missing.Count} of {plan.Runs.Count} runs. Means over {(plan.Command == RunCommand.Ica ? "components" : "initialisations")} and replicates, bars: ± one standard deviation. IPR: inverse participation ratio."),
        };
    }

    private static Panel Panel(string title, Axis x, Axis y, string measure, Place[] places, bool first)
    {
        var groups = places.Where(p => p.Setting.Of(measure).Count > 0).GroupBy(p => p.Group).ToArray();
        var series = new List<Series>();
        foreach (var (group, style) in groups.Select((g, i) => (g, i)))
        {
            Place[] sorted = [.. group.OrderBy(p => p.X)];
            var moments = sorted.Select(p => p.Setting.Of(measure)).ToArray();
            double[] at = [.. sorted.Select(p => p.X)], mean = [.. moments.Select(m => m.Mean)];
            if (x.Ticks is null)
                series.Add(new LineSeries(at, mean) { Style = style, Dash = Dash.Solid });
            series.Add(new PointSeries(at, mean) { Label = groups.Length > 1 ? group.Key : null, Style = style, Size = 4, YError = [.. moments.Select(m => m.Std ?? 0)] });
        }
        return new Panel(title, x, y)
        {
            Series = series,
            ReferenceLines = measure.EndsWith("ipr", StringComparison.Ordinal) && places.Select(p => p.Setting.Settings.Data.Sites).Distinct().ToArray() is [var sites]
                ? [FieldPanels.Localized(sites)]
                : [],
            Legend = first ? LegendPlacement.Best : LegendPlacement.None,
        };
    }
}
