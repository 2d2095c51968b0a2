using System.Globalization;
using System.Text;
using TorchRf.Plots;

namespace TorchRf.Benchmarks.Growth;

/// <summary>Growth as a page.</summary>
public static class GrowthPage
{
    /// <summary>The page, in Markdown, with the picture of that name beside it where there is one.</summary>
    public static string Markdown(GrowthStudy study, string? picture)
    {
        var page = new StringBuilder();
        void Line(string text) => page.Append(text).Append('\n');
        Line("# How the cost grows\n");
        Line($"{string.Join(", ", study.Environment.Where(e => e.Value is not null).Select(e => $"{e.Key.Replace('_', ' ')} {e.Value}"))}; {study.Threads} threads.\n");
        if (picture is not null)
            Line($"![Cost over size, on logarithmic axes]({picture})\n");
        Line("| curve | cost of | grows with | fitted from | exponent | expected | as |");
        Line("|---|---|---|---|---|---|---|");
        foreach (var c in study.Curves)
            Line(string.Create(CultureInfo.InvariantCulture, $"| `{c.Name}` | {c.Title} | {c.Size} | {c.FittedFrom:0} to {c.Points[^1].Size:0} | {c.Exponent:0.00} | {c.ExpectedExponent:0.00} | {c.LawName} |"));
        foreach (var c in study.Curves)
            Line($"\n`{c.Name}`: {string.Join(", ", c.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Size:0}: {Measured.Time(p.Seconds)}")))}.");
        return page.ToString();
    }
}

/// <summary>Growth as a picture: cost over size, both logarithmic, each with the expected law through its last point.</summary>
public static class GrowthFigure
{
    /// <summary>A panel for what grows: sites, initialisations, the side of a torus.</summary>
    public static Figure Of(GrowthStudy study) => new("How the cost grows",
        [.. study.Curves.GroupBy(c => c.Size).Select(size => Panel(size.Key, [.. size]))])
    {
        Caption = string.Create(CultureInfo.InvariantCulture,
            $"{study.Environment["processor"]}, {study.Threads} threads. Points: measured (medians); lines: the expected law through the last point. Exponents are fitted over the sizes from the vertical line on."),
    };

    private static Panel Panel(string size, GrowthCurve[] curves) => new(
        size switch { "N" => "Sites on a ring", "L" => "Side of a torus", _ => "Initialisations" },
        new Axis(size switch { "N" => "sites N", "L" => "side L", _ => "initialisations" }) { Log = true },
        new Axis(size == "initialisations" ? "µs a step" : "µs an example") { Log = true })
    {
        Series = [.. curves.SelectMany((curve, style) => Series(curve, style))],
        ReferenceLines = [ReferenceLine.Vertical(curves[0].FittedFrom)],
    };

    // What the axis says already is left out.
    private static string Words(GrowthCurve curve) => curve.Title.Replace("an example of ", "", StringComparison.Ordinal).Replace("a step of ", "", StringComparison.Ordinal);

    private static IEnumerable<Series> Series(GrowthCurve curve, int style)
    {
        double[] sizes = [.. curve.Points.Select(p => p.Size)], cost = [.. curve.Points.Select(p => p.Seconds * 1e6)];
        yield return new PointSeries(sizes, cost)
        {
            Label = string.Create(CultureInfo.InvariantCulture, $"{Words(curve)}: exponent {curve.Exponent:0.00} (expected {curve.ExpectedExponent:0.00})"),
            Style = style,
        };
        double[] fitted = [.. curve.Fitted.Select(p => p.Size)];
        double scale = cost[^1] / curve.Law(sizes[^1]);
        yield return new LineSeries(fitted, [.. fitted.Select(n => scale * curve.Law(n))]) { Style = style, Dash = Dash.Dashed };
    }
}
