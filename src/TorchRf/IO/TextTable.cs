using System.Globalization;
using System.Runtime.InteropServices;
using CsvHelper;
using CsvHelper.Configuration;

namespace TorchRf.IO;

/// <summary>
/// Reads a table of numbers from text: a row a line, with tabs, semicolons, commas or blanks between the numbers, whichever all of the first lines have, and
/// points as decimal signs. Empty lines and those that start with # are passed over. A first line of names alone is a header, and so is one that counts 0, 1, 2 and so on, as pandas writes it.
/// </summary>
internal static class TextTable
{
    private const int LinesLookedAt = 20;
    private const int LongestField = 1000;

    // A gibibyte of doubles; the text is longer.
    private const int MostNumbers = 1 << 27;

    public static ArrayContent Open(string path)
    {
        var numbers = new List<double>();
        var (width, widthLine, rows) = (0, 0, 0L);
        bool first = true;
        try
        {
            foreach (var (line, fields) in Lines(path))
            {
                if (first && IsHeader(path, line, fields))
                {
                    (first, width, widthLine) = (false, fields.Length, line);
                    continue;
                }
                if (width == 0)
                    (width, widthLine) = (fields.Length, line);
                first = false;
                for (int i = 0; i < fields.Length; i++)
                    numbers.Add(Number(fields[i]) ?? throw NoNumber(path, line, i, fields[i]));
                if (fields.Length != width)
                    throw MalformedFile.Because(path, $"line {line} has {Counted(fields.Length)} where line {widthLine} has {Counted(width)}");
                rows++;
                if (numbers.Count > MostNumbers)
                    throw MalformedFile.Because(path, $"over {MostNumbers} numbers are too many for a table of text; save it as .npy");
            }
        }
        catch (CsvHelperException e)
        {
            throw MalformedFile.Because(path, e is MaxFieldSizeException ? $"a field of over {LongestField} characters is no number; a quotation mark may be left open" : $"not a table: {e.Message.Split('\n')[0]}");
        }
        if (rows == 0)
            throw MalformedFile.Because(path, $"holds text and no table of numbers; {FileFormats.AreRead}");
        return new ArrayContent(FileBytes.Of(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers))), Element.Float64, [rows, width]);
    }

    private static string Counted(int fields) => fields == 1 ? "1 value" : $"{fields} values";

    private static InvalidDataException NoNumber(string path, int line, int column, string field) =>
        MalformedFile.Because(path, $"line {line}, column {column + 1}: " + (field.Length == 0 ? "there is no number" :
            $"{MalformedFile.Quote(field)} is not a number{(Number(field.Replace(',', '.')) is null ? "" : "; the decimal sign is a point")}"));

    private static double? Number(string field) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
        : field.ToLowerInvariant() switch
        {
            "inf" or "+inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => null,
        };

    private static bool IsHeader(string path, int line, string[] fields)
    {
        if (fields.Length > 1 && fields[0].Length == 0)
            throw MalformedFile.Because(path, $"line {line} begins with an empty name, as where pandas writes its index; write it without, df.to_csv('a.csv', index=False)");
        bool counts = fields.Length > 1 && fields.Select((field, i) => field == i.ToString(CultureInfo.InvariantCulture)).All(same => same);
        return counts || fields.All(field => field.Length > 0 && Number(field) is null && Number(field.Replace(',', '.')) is null);
    }

    private static IEnumerable<(int Line, string[] Fields)> Lines(string path)
    {
        var separator = Separator(path);
        using var reader = new StreamReader(path);
        if (separator is null)
        {
            for (int line = 1; reader.ReadLine() is { } text; line++)
                if (IsTaken(text))
                    yield return (line, text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            yield break;
        }
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator.Value.ToString(), HasHeaderRecord = false, AllowComments = true, Comment = '#', IgnoreBlankLines = true, TrimOptions = TrimOptions.Trim,
            BadDataFound = null, MaxFieldSize = LongestField, CacheFields = false,
        };
        using var parser = new CsvParser(reader, configuration);
        while (parser.Read())
            if (parser.Record is { } fields && !(fields.Length == 1 && fields[0].Length == 0))
                yield return (parser.RawRow, fields);
    }

    private static bool IsTaken(string line) => !string.IsNullOrWhiteSpace(line) && !line.TrimStart().StartsWith('#');

    private static char? Separator(string path)
    {
        using var reader = new StreamReader(path);
        var lines = new List<string>();
        while (lines.Count < LinesLookedAt && reader.ReadLine() is { } line)
            if (IsTaken(line))
                lines.Add(line);
        foreach (char candidate in "\t;,")
            if (lines.Count > 0 && lines.TrueForAll(line => line.Trim(' ').Contains(candidate)))
                return candidate;
        return null;
    }
}
