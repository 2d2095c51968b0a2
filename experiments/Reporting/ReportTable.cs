using System.Globalization;
using System.Text.Json;
using TorchRf.IO;

namespace TorchRf.Experiments.Reporting;

/// <summary>A cell of a report's table.</summary>
/// <param name="Text">What it says; of a number all its digits.</param>
/// <param name="IsNumber">Whether it is a number, and no name of digits.</param>
public readonly record struct ReportCell(string Text, bool IsNumber);

/// <summary>A table of a report. A reader sorts it by any column.</summary>
/// <param name="Title">What is in it.</param>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The cells, row by row.</param>
/// <param name="Left">How many more rows there are, for which there was no room.</param>
/// <param name="LeftColumns">How many more columns.</param>
public sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<ReportCell>> Rows, int Left = 0, int LeftColumns = 0)
{
    private const int MostRows = 400;
    private const int MostColumns = 40;
    private const int LongestValue = 600;
    private const int LongestCell = 30;

    /// <summary>Whether it has names and their values, numbers and words in one column, each in full.</summary>
    public bool IsPairs { get; init; }

    /// <summary>A JSON object's values by their names, those of objects within it by both names; lists of objects are left out.</summary>
    /// <param name="title">What is in it.</param>
    /// <param name="json">The object.</param>
    public static ReportTable Pairs(string title, JsonObject json)
    {
        ReportCell[][] rows = [.. Flat(json).Where(pair => !IsRows(pair.Value)).Select(pair => (ReportCell[])[new(pair.Name, IsNumber: false), Cell(pair.Value, LongestValue)]).Where(row => row[1].Text.Length > 0)];
        return new ReportTable(title, ["name", "value"], [.. rows.Take(MostRows)], Math.Max(0, rows.Length - MostRows)) { IsPairs = true };
    }

    /// <summary>A list of JSON objects, one a row.</summary>
    /// <param name="title">What is in it.</param>
    /// <param name="list">The list.</param>
    public static ReportTable Of(string title, IEnumerable<JsonNode?> list)
    {
        Dictionary<string, JsonNode?>[] rows = [.. list.OfType<JsonObject>().Select(row => Flat(row).DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => p.Value))];
        // A column that is empty in all rows says nothing.
        string[] all = [.. rows.SelectMany(r => r.Where(p => p.Value is not null).Select(p => p.Key)).Distinct()], columns = [.. all.Take(MostColumns)];
        return new ReportTable(title, columns, [.. rows.Take(MostRows).Select(row => (ReportCell[])[.. columns.Select(c => Cell(row.GetValueOrDefault(c), LongestCell))])],
            Math.Max(0, rows.Length - MostRows), all.Length - columns.Length);
    }

    /// <summary>All of a document: what it says once, and a table for each of its lists of objects.</summary>
    /// <param name="title">What is in it.</param>
    /// <param name="document">The document.</param>
    /// <param name="without">Names that are said elsewhere.</param>
    public static IReadOnlyList<ReportTable> All(string title, JsonObject document, params ReadOnlySpan<string> without)
    {
        var rest = document.DeepClone().AsObject();
        foreach (var name in without)
            rest.Remove(name);
        return [.. ((ReportTable[])[.. Flat(rest).Where(p => IsRows(p.Value)).Select(p => Of(Capital(p.Name), p.Value!.AsArray())), Pairs(title, rest)]).Where(t => t.Rows.Count > 0)];
    }

    private static bool IsRows(JsonNode? value) => value is JsonArray { Count: > 0 } list && list.All(v => v is JsonObject);

    private static IEnumerable<(string Name, JsonNode? Value)> Flat(JsonObject json) =>
        json.SelectMany(pair => pair.Value is JsonObject { Count: > 0 } inner ? Flat(inner).Select(p => ($"{Plain(pair.Key)} {p.Name}", p.Value)) : [(Plain(pair.Key), pair.Value)]);

    private static string Plain(string key) => key.Replace('_', ' ');

    private static string Capital(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];

    private static ReportCell Cell(JsonNode? value, int longest) => new(Word(value, longest), value?.GetValueKind() == JsonValueKind.Number);

    // Of a list, numbers to the digits that a reader reads.
    private static string Word(JsonNode? value, int longest)
    {
        var word = value switch
        {
            null => "",
            JsonValue text when text.TryGetValue(out string? said) => said,
            JsonArray list when IsRows(list) => Invariant($"{list.Count} entries"),
            JsonArray list => string.Join(", ", list.Take(longest).Select(v => JsonFile.Number(v) is var number && double.IsFinite(number) ? number.ToString("G5", CultureInfo.InvariantCulture) : Word(v, longest))),
            _ => value.ToJsonString(),
        };
        return word.Length <= longest || value is not JsonArray ? word : word[..longest] + Invariant($"… ({value.AsArray().Count} in all)");
    }
}
