using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;
using TorchRf.Benchmarks.Cases;
using TorchRf.Benchmarks.Peers;
using TorchRf.Cli;
using TorchRf.Cli.Terminal;
using TorchRf.IO;

namespace TorchRf.Benchmarks;

/// <summary>How fast the library and its program are beside public peers, turn by turn in one run.</summary>
internal static class BenchCommand
{
    internal static Command Create()
    {
        var command = new Command("bench", "Time the same work here and in PyTorch and scikit-learn (as installed, and tuned), turn by turn; only ours where they are not installed.");
        var only = new Option<string?>("--only") { HelpName = "names", Description = "Only these, separated by commas: step-nlgp, say, or a topic (small-op, draw, step, inits, flow, ica, codes, prune, checkpoint, start-up)." };
        var quick = new Option<bool>("--quick") { Description = "Smaller work and few rounds: about a minute, and no numbers to keep." };
        var rounds = new Option<string?>("--rounds") { HelpName = "n", Description = "Turns of each side [9, or 3 where a round takes longer than 15 s]." };
        var threads = Threads();
        var @out = new Option<string?>("--out") { HelpName = "page.md", Description = "A file for the report, in Markdown." };
        var json = new JsonOption();
        foreach (var option in new Option[] { only, quick, rounds, threads, @out, json })
            command.Options.Add(option);
        command.Subcommands.Add(GrowthCommand.Create());
        command.SetAction((parsed, cancellation) =>
        {
            var settings = new BenchmarkSettings { Cases = [], Quick = parsed.GetValue(quick) };
            settings = settings with
            {
                Threads = Threads(parsed.GetValue(threads)) ?? settings.Threads,
                Rounds = parsed.GetValue(rounds) is string text ? (int)SettingOption.Whole("rounds", text, 1, 1000) : null,
            };
            settings = settings with { Cases = BenchmarkCases.Only(BenchmarkCases.All(settings.Quick, settings.Threads, OwnProgram.Words), parsed.GetValue(only)) };
            var page = parsed.GetValue(@out);
            RequireWritable(page);
            var report = Run(settings, cancellation);
            if (parsed.GetValue(json))
                Report.Json(report.Json());
            else
                BenchTable.Print(report);
            // Last, so that a disk that refuses it does not take minutes of work with it.
            if (page is not null)
                AtomicFile.WriteText(page, report.Markdown());
            if (page is not null && !parsed.GetValue(json))
                Report.Line("Report: " + page);
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>--threads, of each side.</summary>
    internal static Option<string?> Threads() => new("--threads") { HelpName = "n", Description = "Threads of each side [2, or 1 where there is one processor]." };

    /// <summary>How many that are; null where none are given.</summary>
    internal static int? Threads(string? text) => text is null ? null : (int)SettingOption.Whole("threads", text, 1, 4096);

    /// <summary>The machine, how busy it was before, and our versions.</summary>
    internal static JsonObject Environment()
    {
        const string processor = "/proc/cpuinfo", busy = "/proc/loadavg";
        var name = File.Exists(processor) ? File.ReadLines(processor).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim() : null;
        var environment = new JsonObject
        {
            ["processor"] = name ?? RuntimeInformation.ProcessArchitecture.ToString(),
            ["cores"] = System.Environment.ProcessorCount,
            ["vector_bits"] = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
            // The mean number of processes that ran or were about to, over the last minute.
            ["load_before"] = File.Exists(busy) && double.TryParse(File.ReadAllText(busy).Split(' ')[0], CultureInfo.InvariantCulture, out double load) ? load : null,
        };
        foreach (var (fact, value) in RunEnvironment.Describe().Where(e => e.Key != "processors"))
            environment[fact] = value?.DeepClone();
        return environment;
    }

    /// <summary>Shows on standard error what is timed: a bar on a terminal, a line for each case otherwise.</summary>
    internal static T Show<T>(Func<IProgress<BenchmarkProgress>, T> work)
    {
        int told = -1;
        // Drawn between turns only: a bar that moves by itself would take time from what is timed.
        return ProgressBar.Show("Timing", work, at => (at.Done + at.Part, at.Cases, Title(at)), at => at.Done == told ? null : Title(at with { Done = told = at.Done }), moves: false);

        static string Title(BenchmarkProgress at) => $"{at.Case} ({at.Done + 1} of {at.Cases})";
    }

    private static BenchmarkReport Run(BenchmarkSettings settings, CancellationToken cancellation)
    {
        var environment = Environment();
        using var peers = PublicPeers.Start(settings.Threads, cancellation);
        var timings = Show(progress => BenchmarkRun.Run(settings, peers, progress, cancellation));
        return new BenchmarkReport(settings, timings, peers.Processes.ToDictionary(p => p.Setting.Name, p => p.Versions), peers.Failures, environment);
    }

    // Before minutes of work, not after.
    private static void RequireWritable(string? page)
    {
        if (page is null)
            return;
        InvalidSettingException.Require(page.Length > 0 && !Directory.Exists(page), "out", page, "a file");
        InvalidSettingException.Require(Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(page))), "out", page, "a file in a folder that exists");
    }
}
