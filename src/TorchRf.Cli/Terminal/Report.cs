using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace TorchRf.Cli.Terminal;

/// <summary>What a command says: tables and sentences for people, or one JSON document for programs.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes the one JSON document.</summary>
    internal static void Json(JsonNode document) => Console.Out.WriteLine(document.ToJsonString(Indented));

    /// <summary>Writes a line, as it is.</summary>
    internal static void Line(string text = "") => Console.Out.WriteLine(text);

    /// <summary>Writes sentences, broken between words where the terminal ends.</summary>
    internal static void Paragraph(string text) => AnsiConsole.Write(new Text(text + "\n"));

    /// <summary>Writes a line of the user's attention on standard error.</summary>
    internal static void Warn(string text) => Console.Error.WriteLine("torchrf: " + text);

    /// <summary>Writes a table of numbers, aligned to the right.</summary>
    internal static void Table(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)).Alignment(Justify.Right).Padding(1, 0).NoWrap());
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }
}
