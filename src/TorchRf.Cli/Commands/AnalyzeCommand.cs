using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments.Analyzing;
using TorchRf.IO;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf analyze FILE: what the theory says of a person's own data, before anything is trained on them.</summary>
internal static class AnalyzeCommand
{
    internal static Command Create()
    {
        var command = new Command("analyze", "Say whether receptive fields are predicted to localize on data of your own, and why.");
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore, Description = "A .npy file of examples, shape (examples, sites), or one or more PGM images." };
        var second = new Option<string?>("--second") { HelpName = "b.npy", Description = "Examples of the other class; the one of longer lengthscale is taken for class 1." };
        SettingOption[] ofPhotographs = [.. SettingOption.Data(Catalogue.Own).Where(o => o.Setting is nameof(PhotoSettings.Sites) or nameof(PhotoSettings.Strides))];
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "Where to leave results.json and a picture [nowhere]." };
        var width = new WidthOption();
        var json = new JsonOption();
        command.Arguments.Add(files);
        command.Options.Add(second);
        foreach (var option in ofPhotographs)
            command.Options.Add(option);
        foreach (var option in new Option[] { @out, width, json })
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var asked = SettingOption.Given(ofPhotographs, parsed);
            var given = (PhotoSettings)RunSettings.Layered([new() { ["data"] = "photo" }, asked]).Data;
            InvalidSettingException.Require(parsed.GetValue(@out) is not null || parsed.GetValue(width) is null, "width", parsed.GetValue(width), "given with --out, which draws the picture");
            double? wide = width.Of(parsed);
            using var scope = torch.NewDisposeScope();
            var sets = ExampleSet.Read(parsed.GetValue(files)!, parsed.GetValue(second), asked.ContainsKey("sites") ? given.Sites : null, asked.ContainsKey("strides") ? given.Strides : null);
            var analysis = new Analysis([.. sets.Select(set => new ClassStatistics(set))], inOrder: parsed.GetValue(second) is null);
            var document = AnalysisReport.Json(analysis);
            var pictures = parsed.GetValue(@out) is string folder ? Keep(folder, parsed.GetValue(files)!, parsed.GetValue(second), given, analysis, document, wide) : [];
            if (parsed.GetValue(json))
            {
                Report.Json(document, pictures);
                return;
            }
            Print(analysis);
            Pictures.Tell(pictures);
        });
        return command;
    }

    private static IReadOnlyList<string> Keep(string path, string[] files, string? second, PhotoSettings given, Analysis analysis, JsonObject document, double? width)
    {
        InvalidSettingException.Require(path.Length > 0, "out", path, "a folder");
        var settings = new JsonObject
        {
            ["files"] = new JsonArray([.. files.Select(f => (JsonNode)JsonValue.Create(Path.GetFullPath(f)))]),
            ["second"] = second is null ? null : Path.GetFullPath(second),
            ["sites"] = analysis.Answered.Sites,
            ["strides"] = new JsonArray([.. given.Strides.Select(s => (JsonNode)JsonValue.Create(s))]),
        };
        using var folder = RunFolder.Create(path, "analyze", settings, RunEnvironment.Describe());
        folder.Write("results.json", document);
        return Pictures.Draw(AnalysisFigure.Of(analysis), folder.InFolder("analysis"), width);
    }

    private static void Print(Analysis analysis)
    {
        static string F(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "∞";
        static string E(double value, double error, string format) => $"{F(value, format)} ± {F(Math.Abs(error), format)}";
        var classes = analysis.Classes;
        foreach (var (c, label) in classes.Select((c, i) => (c, i)))
            Report.Line(string.Create(CultureInfo.InvariantCulture, $"{(classes.Count == 2 ? $"Class {label}: " : "")}{c.Name}, {c.Examples} examples of {c.Sites} sites"));
        (string Name, Func<ClassStatistics, string> Of)[] rows =
        [
            ("excess kurtosis", c => c.Kurtosis.LooksInfinite ? "infinite" : E(c.Kurtosis.ExcessKurtosis, c.Kurtosis.StandardError, "0.000")),
            ("tail index (≤ 4: infinite)", c => double.IsFinite(c.Kurtosis.TailIndex) ? E(c.Kurtosis.TailIndex, c.Kurtosis.TailError, "0.0") : "no tail"),
            ("skewness", c => E(c.Kurtosis.Skewness, c.Kurtosis.SkewnessError, "0.000")),
            ("lengthscale ξ (sites)", c => F(c.Lengthscale, "0.00")),
            ("misfit of exp(-d²/ξ²)", c => F(100 * c.KernelMisfit, "0.0") + " %"),
            ("correlation 1/e at (sites)", c => double.IsFinite(c.FallsBelow) ? F(c.FallsBelow, "0.00") : "never"),
            ("covariance off ring (chance)", c => $"{F(100 * c.OffRing, "0.0")} % ({F(100 * c.CovarianceNoise, "0.0")} %)"),
            ("φ(1) above its tangent", c => E(100 * c.SuperLinearity.Mean, 100 * c.SuperLinearity.Error, "0.0") + " %"),
        ];
        Report.Table(["", .. classes.Select((_, label) => classes.Count == 2 ? $"class {label}" : "measured")],
            rows.Select(row => (string[])[row.Name, .. classes.Select(row.Of)]));
        Report.Paragraph($"{analysis.Verdict} {string.Join(" ", analysis.Reasons)}");
        foreach (var warning in analysis.Warnings)
            Report.Paragraph("Note: " + warning);
    }
}
