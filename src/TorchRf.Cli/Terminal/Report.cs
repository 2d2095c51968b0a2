using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.Experiments.Recipes;
using TorchRf.IO;
using TorchRf.Plots;

namespace TorchRf.Cli.Terminal;

/// <summary>What a command says: tables and sentences for people, or one JSON document for programs.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes the one JSON document.</summary>
    internal static void Json(JsonNode document) => Console.Out.WriteLine(document.ToJsonString(Indented));

    /// <summary>Writes the one JSON document, with the names of the files that were written in it.</summary>
    internal static void Json(JsonObject document, IEnumerable<string> files)
    {
        document["files"] = new JsonArray([.. files.Select(f => (JsonNode)JsonValue.Create(f))]);
        Json(document);
    }

    /// <summary>Tells of a finished run: its document for programs; for people what is printed, and where its pictures and its folder are.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run(RunFolder folder, JsonObject document, IReadOnlyList<string> pictures, bool json, Action print)
    {
        if (json)
        {
            document["folder"] = folder.Path;
            Json(document);
            return 0;
        }
        print();
        Pictures.Tell(pictures);
        Line("Run:     " + folder.Path);
        return 0;
    }

    /// <summary>The rows of a table of a run's snapshots, each with its step before it.</summary>
    /// <param name="results">What the run found.</param>
    /// <param name="cells">A snapshot's others.</param>
    internal static IEnumerable<string[]> Rows(JsonObject results, Func<JsonNode, string[]> cells) =>
        (results["snapshots"] as JsonArray ?? []).OfType<JsonNode>().Select(s => (string[])[JsonFile.Number(s, "step").ToString(CultureInfo.InvariantCulture), .. cells(s)]);

    /// <summary>A number of a document, with three decimals; a dash where there is none.</summary>
    internal static string Number(JsonNode? node, params ReadOnlySpan<string> path) =>
        JsonFile.Number(node, path) is double number && double.IsFinite(number) ? number.ToString("0.000", CultureInfo.InvariantCulture) : "-";

    /// <summary>A text of a document; null where there is none.</summary>
    internal static string? Text(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            node = (node as JsonObject)?[name];
        return node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
    }

    /// <summary>Says which class is which, and what the data say about themselves.</summary>
    /// <param name="results">What a run found.</param>
    internal static void Classes(JsonObject results)
    {
        Line();
        foreach (var (label, model) in (results["classes"] as JsonArray ?? []).Index())
            Line($"Class {label}: {Text(model)}");
        foreach (var note in results["notes"] as JsonArray ?? [])
            Paragraph($"Note: {Text(note)}");
    }

    /// <summary>Writes a line, as it is.</summary>
    internal static void Line(string text = "") => Console.Out.WriteLine(text);

    /// <summary>Writes sentences, broken between words where the terminal ends.</summary>
    internal static void Paragraph(string text)
    {
        foreach (var line in Wrapped(text, Width, 0))
            Line(line);
    }

    /// <summary>A text in lines that break between words; a word that is longer than a line has one to itself.</summary>
    /// <param name="text">The text; its own line ends stay.</param>
    /// <param name="width">The longest line allowed.</param>
    /// <param name="indent">Spaces before every line but the first.</param>
    internal static IEnumerable<string> Wrapped(string text, int width, int indent)
    {
        foreach (var paragraph in text.Split('\n'))
        {
            var line = "";
            bool first = true;
            foreach (var word in paragraph.Split(' '))
            {
                if (line.Trim().Length > 0 && line.Length + 1 + word.Length > width)
                {
                    yield return line;
                    line = new string(' ', indent) + word;
                    continue;
                }
                line = first ? word : line + " " + word;
                first = false;
            }
            yield return line;
        }
    }

    /// <summary>Says which class is which, and what the data say about themselves.</summary>
    internal static void Classes(ClassificationTask task)
    {
        foreach (var (label, model) in task.Classes.Index())
            Line($"Class {label}: {model.Description}");
        foreach (var note in task.Notes)
            Paragraph("Note: " + note);
    }

    /// <summary>What the data say about themselves, for a document.</summary>
    internal static JsonArray Notes(ClassificationTask task) => new([.. task.Notes.Select(n => (JsonNode)JsonValue.Create(n))]);

    /// <summary>Writes a line of the user's attention on standard error.</summary>
    internal static void Warn(string text) => Console.Error.WriteLine("torchrf: " + text);

    /// <summary>The width of the page: the terminal's, or that of COLUMNS, or 80.</summary>
    internal static int Width =>
        !Console.IsOutputRedirected && AnsiConsole.Profile.Width is > 0 and var terminal ? terminal
        : int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int told) && told > 0 ? told : 80;

    /// <summary>Writes a table of numbers, aligned to the right: whole where it goes to a file or another program, in parts where a terminal is narrower.</summary>
    internal static void Table(string[] columns, IEnumerable<string[]> rows)
    {
        foreach (var line in TextTable.Lines(columns, [.. rows], Console.IsOutputRedirected ? int.MaxValue : Width))
            Line(line);
    }
}

/// <summary>Draws figures where that is possible; a run's numbers do not depend on it.</summary>
internal static class Pictures
{
    /// <summary>Says where the pictures are, in one line; nothing where there are none.</summary>
    internal static void Tell(IReadOnlyList<string> files)
    {
        if (files.Count == 0)
            return;
        string Shown(string file) => Path.GetRelativePath(Environment.CurrentDirectory, file) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? file : relative;
        var extensions = files.Select(Path.GetExtension).Distinct().ToArray();
        Report.Line($"Picture: {string.Join(", ", files.Where(file => Path.GetExtension(file) == extensions[0]).Select(Shown))} (and {string.Join(", ", extensions.Skip(1))})");
    }

    /// <summary>Draws the figure as PNG, SVG and PDF, with its numbers as CSV; says why not, and goes on, where SkiaSharp has no native library for this system.</summary>
    /// <returns>The files written.</returns>
    /// <param name="figure">What is drawn.</param>
    /// <param name="pathWithoutExtension">Where.</param>
    /// <param name="width">The page's width in millimetres; the figure's own without.</param>
    internal static IReadOnlyList<string> Draw(Figure figure, string pathWithoutExtension, double? width = null)
    {
        try
        {
            return FigureFile.Write(width is double given ? figure with { Width = given } : figure, pathWithoutExtension);
        }
        catch (Exception e) when (Unloadable(e) is DllNotFoundException cause)
        {
            Report.Warn($"No pictures: {cause.Message.Split('\n')[0]}");
            return [];
        }
    }

    // A library that does not load is met while a type that needs it is set up.
    private static DllNotFoundException? Unloadable(Exception? e) => e as DllNotFoundException ?? (e is TypeInitializationException ? Unloadable(e.InnerException) : null);
}

/// <summary>What a recipe found, for people and for programs.</summary>
internal static class RecipeReport
{
    internal static JsonObject Json(Recipe recipe, RecipeOutcome outcome) => new()
    {
        ["name"] = recipe.Name,
        ["title"] = recipe.Title,
        ["measurements"] = new JsonArray([.. outcome.Measurements.Select(m => m.Json())]),
        ["findings"] = new JsonArray([.. outcome.Findings.Select(f => (JsonNode)JsonValue.Create(f))]),
    };

    internal static void Print(RecipeOutcome outcome)
    {
        static string F(double value) => double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "infinite";
        Report.Table(["measured", "mean", "± error", "std", "n"], outcome.Measurements.Select(m => new[]
        {
            m.Id, F(m.Value.Mean), m.Value.IsExact ? "exact" : m.Value.StandardError is double error ? F(error) : "",
            m.Value.Std is double std && !m.Value.IsExact ? F(std) : "", m.Value.IsExact ? "" : m.Value.Count.ToString(CultureInfo.InvariantCulture),
        }));
        foreach (var finding in outcome.Findings)
            Report.Paragraph(finding);
    }
}
