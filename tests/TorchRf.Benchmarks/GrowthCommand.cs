using System.CommandLine;
using System.Globalization;
using TorchRf.Benchmarks.Growth;
using TorchRf.Cli;
using TorchRf.Cli.Terminal;
using TorchRf.IO;

namespace TorchRf.Benchmarks;

/// <summary>growth: how the cost grows with the sites, the initialisations and the side of a torus.</summary>
internal static class GrowthCommand
{
    internal static Command Create()
    {
        var command = new Command("growth", "How the cost of a batch grows with sites (16 to 65536) and with the side of a torus (8 to 256), and that of a step with initialisations (1 to 1000).");
        var quick = new Option<bool>("--quick") { Description = "Fewer and smaller sizes: seconds." };
        var threads = BenchCommand.Threads();
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "Where page and pictures go [checkpoints/bench-growth]." };
        var width = new WidthOption();
        var json = new JsonOption();
        foreach (var option in new Option[] { quick, threads, @out, width, json })
            command.Options.Add(option);
        command.SetAction((parsed, cancellation) =>
        {
            double? wide = width.Of(parsed);
            int used = BenchCommand.Threads(parsed.GetValue(threads)) ?? new BenchmarkSettings { Cases = [] }.Threads;
            var folder = parsed.GetValue(@out) ?? Path.Combine("checkpoints", "bench-growth");
            using var held = FolderLock.Make(folder);
            var study = BenchCommand.Show(progress => GrowthStudy.Run(parsed.GetValue(quick), used, BenchCommand.Environment(), progress, cancellation));
            var files = Pictures.Draw(GrowthFigure.Of(study), Path.Combine(folder, "growth"), wide);
            AtomicFile.WriteText(Path.Combine(folder, "growth.md"), GrowthPage.Markdown(study, files.Count > 0 ? "growth.png" : null));
            if (parsed.GetValue(json))
            {
                Report.Json(study.Json());
                return Task.FromResult(0);
            }
            Report.Table(["cost", "over", "from", "to", "exponent", "expected"], study.Curves.Select(c => new[]
            {
                c.Name, c.Size, c.FittedFrom.ToString(CultureInfo.InvariantCulture), c.Points[^1].Size.ToString(CultureInfo.InvariantCulture), c.Exponent.ToString("0.00", CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{c.ExpectedExponent:0.00}, {c.LawName}"),
            }));
            Pictures.Tell(files);
            Report.Line("Report:  " + Path.Combine(folder, "growth.md"));
            return Task.FromResult(0);
        });
        return command;
    }
}
