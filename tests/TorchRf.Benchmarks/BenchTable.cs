using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;

namespace TorchRf.Benchmarks;

/// <summary>Benchmarks as a table that fits 80 columns.</summary>
internal static class BenchTable
{
    private static readonly (PeerSetting Setting, string Column)[] Sides = [(PeerSetting.AsInstalled, "peer"), (PeerSetting.Tuned, "tuned"), (PeerSetting.Plain, "plain")];

    internal static void Print(BenchmarkReport report)
    {
        Report.Line();
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"{report.Environment["processor"]}, {report.Environment["cores"]} cores, {report.Environment["system"]}; {report.Environment["dotnet"]}, torch {report.Environment["torch"]}; {report.Settings.Threads} {(report.Settings.Threads == 1 ? "thread" : "threads")} each side."));
        if (report.Peers.Values.FirstOrDefault() is JsonObject peer)
            Report.Paragraph($"Peer: Python {peer["python"]}, torch {peer["torch"]}, scikit-learn {peer["scikit_learn"] ?? "missing"}, numpy {peer["numpy"] ?? "missing"}, {peer["blas"] ?? "unknown BLAS"}.");
        var sides = Sides.Where(s => report.Timings.Any(t => t.Peers.Any(p => p.Side == s.Setting.Name))).ToArray();
        Report.Table(["", "ours", .. sides.Select(s => s.Column)], report.Timings.Select(t => (string[])[t.Case.Name, Measured.Time(t.Ours.Time.Median), .. sides.Select(s => Ratio(t, s.Setting))]));
        if (sides.Length > 0)
            Report.Paragraph("Ratios to the peer (Python's torch or scikit-learn, as installed), to the same tuned, and to plain TorchSharp: their time by ours, median and quartiles over the rounds, in which the sides took turns; above 1 ours is faster.");
        foreach (var timing in report.Timings.Where(t => t.Ours.Iterations.Count > 0))
            Report.Paragraph($"{timing.Case.Name}, iterations: " + string.Join("; ", new[] { timing.Ours }.Concat(timing.Peers).Where(s => s.Iterations.Count > 0).Select(s => $"{s.Side} {string.Join(" ", s.Iterations)}")) + ".");
        if (report.Timings.Where(t => BenchmarkReport.Verdict(t).Length > 0).ToArray() is { Length: > 0 } goals)
            Report.Table(["", "goal of the ratio, or of ours"], goals.Select(t => new[] { t.Case.Name, BenchmarkReport.Verdict(t) }));
        foreach (var trouble in report.Troubles)
            Report.Warn(trouble);
    }

    private static string Ratio(CaseTiming timing, PeerSetting setting) =>
        timing.RatioTo(setting.Name) is Quartiles ratio ? $"{Measured.Figures(ratio.Median)} {Measured.Figures(ratio.Lower)}-{Measured.Figures(ratio.Upper)}"
        : timing.Peers.Any(p => p.Side == setting.Name) ? "failed" : "";
}
