using System.Globalization;
using TorchRf.IO;

namespace TorchRf.Data;

/// <summary>Other labels for labelled examples, to see what a network's fields owe to what it is asked (Pellegrini and Biroli 2022).</summary>
internal static class ExampleLabels
{
    private const long MostBytes = 1 << 24;

    /// <summary>The label of each example less what is a multiple of m, from 0 to m - 1.</summary>
    internal static long[] Modulo(IReadOnlyList<long> labels, int m) => [.. labels.Select(label => ((label % m) + m) % m)];

    /// <summary>The labels in another order: of each class as many examples as before, and which they are is chance.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="seed">The same seed gives each example the same label.</param>
    internal static long[] Shuffled(IReadOnlyList<long> labels, ulong seed)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(seed);
        return [.. torch.randperm(labels.Count, generator: generator).ToArray<long>().Select(from => labels[(int)from])];
    }

    /// <summary>The group of each example, as a file of lines "label group" has it.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="file">Whole numbers separated by blanks or a comma, a label a line; empty lines and what follows a # are passed over.</param>
    /// <exception cref="InvalidDataException">The file is no such thing, or has no group for a label that there is.</exception>
    internal static long[] Grouped(IReadOnlyList<long> labels, string file)
    {
        if (new FileInfo(file).Length > MostBytes)
            throw MalformedFile.Because(file, $"more than {MostBytes >> 20} MiB are no lines of a label and its group");
        var groups = new Dictionary<long, long>();
        foreach (var (number, line) in File.ReadLines(file).Index())
        {
            string[] words = line.Split('#')[0].Split([' ', '\t', ',', ';'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            if (words.Length != 2 || !Whole(words[0], out long label) || !Whole(words[1], out long group))
                throw MalformedFile.Because(file, $"line {number + 1}: {MalformedFile.Quote(line)} is no label and its group, two whole numbers such as 3 0");
            if (!groups.TryAdd(label, group) && groups[label] != group)
                throw MalformedFile.Because(file, $"line {number + 1}: label {label} has group {groups[label]} already");
        }
        foreach (long label in labels)
            if (!groups.ContainsKey(label))
                throw MalformedFile.Because(file, $"has no group for label {label}");
        return [.. labels.Select(label => groups[label])];
    }

    private static bool Whole(string word, out long number) => long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
