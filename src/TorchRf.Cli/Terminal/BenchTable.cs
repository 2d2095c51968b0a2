using System.Globalization;
using TorchRf.Experiments.Benchmarking;

namespace TorchRf.Cli.Terminal;

/// <summary>Benchmarks as a table that fits 80 columns.</summary>
internal static class BenchTable
{
    internal static void Print(BenchmarkReport report)
    {
        Report.Line();
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"{report.Environment["processor"]}, {report.Environment["cores"]} cores, {report.Environment["system"]}; {report.Environment["dotnet"]}, torch {report.Environment["torch"]}, {report.Environment["blas"] ?? "unknown BLAS"}; {report.Settings.Threads} {(report.Settings.Threads == 1 ? "thread" : "threads")} each side."));
        if (report.Peers.Count == 0)
        {
            Report.Table(["", "ours"], report.Timings.Select(t => new[] { t.Case.Name, Measured.Time(t.Ours.Time.Median) }));
        }
        else
        {
            var peer = report.Peers.Values.First();
            Report.Paragraph($"Peer: Python {peer["python"]}, torch {peer["torch"]}, scikit-learn {peer["scikit_learn"] ?? "missing"}, numpy {peer["numpy"] ?? "missing"}, {peer["blas"] ?? "unknown BLAS"}.");
            Report.Table(["", "ours", "peer", "ratio", "tuned: ratio"], report.Timings.Select(t => (string[])[t.Case.Name, Measured.Time(t.Ours.Time.Median),
                Time(t), Ratio(t, PeerSetting.AsInstalled), Ratio(t, PeerSetting.Tuned)]));
            Report.Paragraph("Ratio: the time of the peer (as installed; tuned) by ours, median and quartiles over the rounds, in which the sides took turns; above 1 ours is faster.");
        }
        foreach (var timing in report.Timings.Where(t => t.Ours.Iterations.Count > 0))
            Report.Paragraph($"{timing.Case.Name}, iterations: " + string.Join("; ", new[] { timing.Ours }.Concat(timing.Peers).Where(s => s.Iterations.Count > 0).Select(s => $"{s.Side} {string.Join(" ", s.Iterations)}")) + ".");
        if (report.Timings.Where(t => BenchmarkReport.Verdict(t).Length > 0).ToArray() is { Length: > 0 } goals)
        {
            Report.Table(["", "goal of the ratio, or of ours"], goals.Select(t => new[] { t.Case.Name, BenchmarkReport.Verdict(t) }));
        }
        foreach (var trouble in report.Troubles)
            Report.Warn(trouble);
    }

    private static string Time(CaseTiming timing) =>
        timing.Peers.FirstOrDefault(p => p.Side == PeerSetting.AsInstalled.Name && p.Failure is null) is SideTiming peer ? Measured.Time(peer.Time.Median) : "";

    private static string Ratio(CaseTiming timing, PeerSetting setting) =>
        timing.RatioTo(setting.Name) is Quartiles ratio ? $"{Measured.Ratio(ratio.Median)} {Measured.Ratio(ratio.Lower)}-{Measured.Ratio(ratio.Upper)}"
        : timing.Peers.Any(p => p.Side == setting.Name) ? "failed" : "";
}
