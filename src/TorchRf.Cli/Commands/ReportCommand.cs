using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments.Reporting;
using TorchRf.IO;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf report RUN...: one file to send to somebody.</summary>
internal static class ReportCommand
{
    private const string Usual = "report.html";

    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("report", "Write one HTML file of what runs found, to send or to keep: pictures, receptive fields to go through, tables that sort, settings and the command line. It opens without a server or a network.");
        var runs = new Argument<string[]>("RUN") { Arity = ArgumentArity.OneOrMore, Description = "Folders of runs, of sweeps, of analyze --out, or of the reproduction." };
        var @out = new Option<string?>("--out") { HelpName = "file.html", Description = $"Where to [{Usual} in the folder; of several, in the current one]." };
        var json = new JsonOption();
        command.Arguments.Add(runs);
        command.Options.Add(@out);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string[] folders = [.. parsed.GetValue(runs)!.Select(Folder)];
            var target = parsed.GetValue(@out) ?? (folders.Length > 1 ? Usual : Path.Combine(Directory.Exists(folders[0]) ? folders[0] : Path.GetDirectoryName(folders[0]) ?? "", Usual));
            RequireFree(target);
            var page = KeptFolder.Report(folders, catalogue, new CommandWords(parsed.RootCommandResult.Command, catalogue).Of).Html();
            AtomicFile.WriteText(target, page);
            int bytes = Encoding.UTF8.GetByteCount(page);
            if (parsed.GetValue(json))
                Report.Json(new JsonObject { ["file"] = target, ["bytes"] = bytes, ["runs"] = new JsonArray([.. folders.Select(f => (JsonNode)f)]) });
            else
                Report.Line(string.Create(CultureInfo.InvariantCulture, $"Report:  {target} ({bytes / 1e6:0.0} MB)"));
        });
        return command;
    }

    // Somebody may have named what is in it.
    private static string Folder(string path) =>
        Path.GetFileName(path) == RunFolder.RunFile && File.Exists(path) ? Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : "." : path;

    private static void RequireFree(string target)
    {
        InvalidSettingException.Require(target.Length > 0 && !Directory.Exists(target) && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(target))), "out", target, "a file in a folder that is there");
        InvalidSettingException.Require(!File.Exists(target) || ReportPage.IsReport(target), "out", target, "a new file, or an earlier report; this is another file");
    }
}
