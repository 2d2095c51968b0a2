namespace TorchRf.Cli.Terminal;

/// <summary>A table as lines of text, cells to the right, a row a line. Where it is wider than the page, its columns continue below; where not even two fit, each row is a list.</summary>
internal static class TextTable
{
    private const string Gap = "   ";
    private const string Margin = "  ";

    /// <summary>The lines.</summary>
    /// <param name="columns">Their names.</param>
    /// <param name="rows">A cell for each column; the first names the row.</param>
    /// <param name="width">The page's, in characters.</param>
    internal static IEnumerable<string> Lines(string[] columns, IReadOnlyList<string[]> rows, int width)
    {
        int[] widths = [.. columns.Select((name, c) => rows.Select(row => row[c].Length).Append(name.Length).Max())];
        int Needs(IEnumerable<int> those) => Margin.Length + those.Sum(c => widths[c]) + (Gap.Length * (those.Count() - 1));
        var others = Enumerable.Range(1, columns.Length - 1).ToArray();
        if (others.Any(c => Needs([0, c]) > width))
            return rows.SelectMany(row => others.Select(c => $"{Margin}{Margin}{columns[c]}  {row[c]}".TrimEnd()).Prepend($"{Margin}{columns[0]} {row[0]}".TrimEnd().Replace(Margin + " ", Margin, StringComparison.Ordinal))).Prepend("").Append("");
        var blocks = new List<List<int>> { new() { 0 } };
        foreach (var c in others)
        {
            if (Needs([.. blocks[^1], c]) > width)
                blocks.Add([0]);
            blocks[^1].Add(c);
        }
        return blocks.SelectMany(block => (string[])
        [
            "", Line(block, columns), new string('─', Math.Min(width, Needs(block) + Margin.Length)), .. rows.Select(row => Line(block, row)),
        ]).Append("");

        string Line(List<int> block, string[] cells) => (Margin + string.Join(Gap, block.Select(c => cells[c].PadLeft(widths[c])))).TrimEnd();
    }
}
