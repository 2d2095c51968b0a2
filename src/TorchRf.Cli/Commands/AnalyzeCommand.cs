using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments.Analyzing;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Plots;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf analyze FILE: what the theory says of a person's own data, before anything is trained on them.</summary>
internal sealed class AnalyzeCommand(Catalogue catalogue) : IDrawnKind
{
    private const string Picture = "analysis";

    // Classes whose columns fit on a page.
    private const int MostColumns = 2;

    /// <inheritdoc/>
    public string Name => "analyze";

    /// <inheritdoc/>
    public IEnumerable<(string Name, Figure Figure)> Draw(string folder, JsonObject results) => [(Picture, AnalysisFigure.Of(results, Path.Combine(folder, RunFolder.ResultsFile)))];

    internal Command Create()
    {
        var command = new Command(Name, "Say whether your own data are predicted to localize, and why.");
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.ZeroOrMore, Description = "Examples of class 0, shape (examples, sites), or of the only class; or pictures, folders of them, or patterns such as '*.jpg'." };
        var ofData = SettingOption.OwnData(catalogue);
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "Where to leave results.json and a picture [nowhere]." };
        var width = new WidthOption();
        var json = new JsonOption();
        command.Arguments.Add(files);
        foreach (var option in (Option[])[.. ofData, @out, width, json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            InvalidSettingException.Require(parsed.GetValue(@out) is not null || parsed.GetValue(width) is null, "width", parsed.GetValue(width), "given with --out, which draws the picture");
            double? wide = width.Of(parsed);
            using var scope = torch.NewDisposeScope();
            var settings = SettingOption.Read(ofData, parsed, catalogue, null, RunSettings.FromJson, Named(parsed.GetValue(files) ?? [], parsed, ofData)).Data;
            InvalidSettingException.Require(settings is OwnDataSettings, "data", settings.Name, "file, photo or patches: what the other data are, describe says exactly");
            settings = SamplePhotographs.Where(settings);
            using var task = settings.Task();
            var analysis = new Analysis(task);
            var document = AnalysisReport.Json(analysis);
            var pictures = parsed.GetValue(@out) is string folder ? Keep(folder, settings.Resolved(task), document, wide) : [];
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

    // FILE is a way of saying --class0 or --photos: what the files are is in them.
    private static JsonObject Named(string[] files, ParseResult parsed, SettingOption[] ofData)
    {
        if (files.Length == 0)
            return [];
        if (files.FirstOrDefault(file => !Path.Exists(file) && !file.AsSpan().ContainsAny('*', '?')) is string none)
            throw new InvalidDataException($"{none}: there is no file or folder of that name");
        bool arePictures = files.Any(file => !File.Exists(file) || FileKinds.Of(file) == FileKind.Picture);
        string setting = arePictures ? nameof(PhotographSettings.Photos) : nameof(FileSettings.Class0);
        var option = ofData.Single(o => o.Setting == setting);
        if (parsed.GetValue(option) is string twice)
            throw new InvalidSettingException(setting, twice.ReplaceLineEndings(","), $"left out where FILE is given, which is {files[0]}");
        if (!arePictures && files.Length > 1)
            throw new InvalidDataException($"{files[1]}: a second file of examples; give the other class with --class1");
        if (arePictures && files.FirstOrDefault(file => File.Exists(file) && FileKinds.Of(file) == FileKind.Array) is string array)
            throw new InvalidDataException($"{array}: examples among pictures; give either");
        return option.Parsed(string.Join('\n', files));
    }

    private IReadOnlyList<string> Keep(string path, DataSettings data, JsonObject document, double? width)
    {
        InvalidSettingException.Require(path.Length > 0, "out", path, "a folder");
        using var folder = RunFolder.Create(path, Name, new RunSettings { Data = data }.ToJson(), RunEnvironment.Describe());
        folder.Write(RunFolder.ResultsFile, document);
        return Pictures.Draw(AnalysisFigure.Of(JsonNode.Parse(document.ToJsonString())!.AsObject(), folder.InFolder(RunFolder.ResultsFile)), folder.InFolder(Picture), width);
    }

    private static void Print(Analysis analysis)
    {
        static string F(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "∞";
        static string E(double value, double error, string format) => $"{F(value, format)} ± {F(Math.Abs(error), format)}";
        var classes = analysis.Classes;
        foreach (var (label, c) in classes.Index())
            Report.Line(string.Create(CultureInfo.InvariantCulture, $"{(classes.Count > 1 ? $"Class {label}: " : "")}{c.Name}, {c.Examples}{(c.Count == c.Examples ? "" : $" of {c.Count}")} examples of {c.Lattice} sites"));
        var plane = classes[0].Lattice.Dimensions == 2;
        (string Name, Func<ClassStatistics, string> Of)[] rows =
        [
            ("excess kurtosis", c => c.Kurtosis.LooksInfinite ? "infinite" : E(c.Kurtosis.ExcessKurtosis, c.Kurtosis.StandardError, "0.000")),
            ("tail index (≤ 4: infinite)", c => double.IsFinite(c.Kurtosis.TailIndex) ? E(c.Kurtosis.TailIndex, c.Kurtosis.TailError, "0.0") : "no tail"),
            ("skewness", c => E(c.Kurtosis.Skewness, c.Kurtosis.SkewnessError, "0.000")),
            ("lengthscale ξ (sites)", c => F(c.Lengthscale, "0.00")),
            ("misfit of exp(-d²/ξ²)", c => F(100 * c.KernelMisfit, "0.0") + " %"),
            ("correlation 1/e at (sites)", c => double.IsFinite(c.FallsBelow) ? F(c.FallsBelow, "0.00") : "never"),
            ($"off {(plane ? "torus" : "ring")} (by chance)", c => $"{F(100 * c.OffRing, "0.0")} % ({F(100 * c.CovarianceNoise, "0.0")} %)"),
            ($"variance in {classes[0].OuterSites.Count} outer sites", c => $"{F(100 * c.OuterShare, "0")} % (even: {F(100.0 * c.OuterSites.Count / c.Sites, "0")} %)"),
            ("variance of sites (mean 1)", c => $"{F(c.VarianceRange.Least, "0.00")} to {F(c.VarianceRange.Most, "0.00")}"),
            ("φ(1) above its tangent", c => E(100 * c.SuperLinearity.Mean, 100 * c.SuperLinearity.Error, "0.0") + " %"),
        ];
        if (classes.Count <= MostColumns)
            Report.Table(["", .. classes.Select((_, label) => classes.Count > 1 ? $"class {label}" : "measured")],
                rows.Select(row => (string[])[row.Name, .. classes.Select(row.Of)]));
        else
            Report.Table(["class", "examples", "kurtosis", "ξ", "outer", "φ(1) %"], classes.Select((c, label) => (string[])
            [
                $"{label}", $"{c.Examples}", rows[0].Of(c), F(c.Lengthscale, "0.00"), F(100 * c.OuterShare, "0") + " %", E(100 * c.SuperLinearity.Mean, 100 * c.SuperLinearity.Error, "0.0"),
            ]));
        Report.Paragraph($"{analysis.Verdict} {string.Join(" ", analysis.Reasons)}");
        foreach (var note in analysis.Warnings.Concat(analysis.Notes))
            Report.Paragraph("Note: " + note);
    }
}
