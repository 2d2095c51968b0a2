using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Plots;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf plot RUN: a run's pictures drawn anew, from what lies in its folder.</summary>
internal static class PlotCommand
{
    internal static Command Create(Catalogue catalogue, IReadOnlyList<IDrawnKind> kinds)
    {
        var command = new Command("plot", "Draw a run's pictures anew from what lies in its folder; of one that is not finished, its receptive fields so far.");
        var run = new RunArgument();
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "Where to draw them [the run's folder]." };
        var (width, json) = (new WidthOption(), new JsonOption());
        command.Arguments.Add(run);
        foreach (var option in (Option[])[@out, width, json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            using var scope = torch.NewDisposeScope();
            var (folder, document) = run.Of(parsed);
            var kind = RunArgument.KindOf(kinds, folder, document, "leaves no numbers that its pictures could be drawn from again: its own command draws them");
            var wide = width.Of(parsed);
            var target = parsed.GetValue(@out);
            InvalidSettingException.Require(target is null || (target.Length > 0 && !File.Exists(target)), "out", target, "a folder");
            using var held = target is null ? FolderLock.Make(folder) : null;
            var results = Path.Combine(folder, RunFolder.ResultsFile);
            var figures = File.Exists(results) ? kind.Draw(folder, JsonFile.ReadObject(results)) : [("fields", SoFar(folder, document, catalogue))];
            string[] files = [.. figures.SelectMany(f => Pictures.Draw(f.Figure, Path.Combine(target ?? folder, f.Name), wide))];
            if (parsed.GetValue(json))
                Report.Json([], files);
            else
                Pictures.Tell(files);
            return files.Length > 0 ? 0 : 1;
        });
        return command;
    }

    // What its newest checkpoint holds.
    private static Figure SoFar(string folder, RunDocument run, Catalogue catalogue)
    {
        var newest = new KeptCheckpoints(folder).Latest(damaged => Report.Warn($"damaged, using the one before: {damaged}"))
            ?? throw MalformedFile.Because(folder, "not finished, and without a checkpoint: there is nothing to draw yet");
        var results = new JsonObject
        {
            ["snapshots"] = new JsonArray([.. newest.Metrics.Select(m => (JsonNode)new JsonObject { ["step"] = (double)m.Step, ["loss"] = m.Loss })]),
        };
        Report.Warn(FormattableString.Invariant($"not finished: as of step {newest.Step}"));
        var kept = new KeptRun(RunSettings.FromRun(run.Settings, catalogue), results, newest.Tensors.Where(t => t.Key == "snapshots").ToDictionary(_ => "trained", t => t.Value));
        kept.RequireWhole(folder);
        return FieldsFigure.Trained(kept);
    }
}
