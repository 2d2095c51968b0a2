using System.Globalization;
using System.Text;
using TorchRf.Benchmarks.Contests;

namespace TorchRf.Benchmarks.Growth;

/// <summary>Growth as a page.</summary>
public static class GrowthPage
{
    /// <summary>The page, in Markdown.</summary>
    /// <param name="study">What was measured.</param>
    /// <param name="picture">The picture's name beside the page; null where there is none.</param>
    public static string Markdown(GrowthStudy study, string? picture)
    {
        var page = new StringBuilder();
        void Line(string text = "") => page.Append(text).Append('\n');
        Line("# How the cost grows");
        Line();
        Line($"{string.Join(", ", study.Environment.Where(e => e.Value is not null).Select(e => $"{e.Key.Replace('_', ' ')} {e.Value}"))}; {study.Threads} threads.");
        Line();
        if (picture is not null)
        {
            Line($"![Cost over size, on logarithmic axes]({picture})");
            Line();
        }
        Line("| curve | cost of | grows with | fitted from | exponent | expected | as |");
        Line("|---|---|---|---|---|---|---|");
        foreach (var c in study.Curves)
            Line(string.Create(CultureInfo.InvariantCulture, $"| `{c.Name}` | {c.Title} | {c.Size} | {c.FittedFrom:0} to {c.Points[^1].Size:0} | {c.Exponent:0.00} | {c.ExpectedExponent:0.00} | {c.LawName} |"));
        foreach (var c in study.Curves)
        {
            Line();
            Line($"`{c.Name}`: {string.Join(", ", c.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Size:0}: {Measured.Time(p.Seconds)}")))}.");
        }
        return page.ToString();
    }
}
