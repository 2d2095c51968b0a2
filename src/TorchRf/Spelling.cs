namespace TorchRf;

/// <summary>What someone may have meant by a word that is none.</summary>
public static class Spelling
{
    private const int Longest = 40;

    /// <summary>The known word nearest to a misspelt one, by letters inserted, left out, changed or swapped with the next; null where none is near.</summary>
    /// <param name="word">The word that is none.</param>
    /// <param name="known">The words there are.</param>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        // No word is as long.
        if (word.Length > Longest)
            return null;
        // A third of its letters may be wrong; or it is a beginning of one word alone.
        string[] words = [.. known.Distinct()];
        var near = words.Select(w => (Word: w, Distance: Distance(word.ToLowerInvariant(), w.ToLowerInvariant()))).Where(w => w.Distance <= Math.Max(1, word.TrimStart('-').Length / 3));
        return near.OrderBy(w => w.Distance).Select(w => w.Word).FirstOrDefault()
            ?? (word.TrimStart('-').Length >= 2 && words.Where(w => w.StartsWith(word, StringComparison.OrdinalIgnoreCase)).ToArray() is [string only] ? only : null);
    }

    /// <summary>" Did you mean gain?", to follow a sentence; empty where nothing is near.</summary>
    /// <param name="word">The word that is none.</param>
    /// <param name="known">The words there are.</param>
    public static string DidYouMean(string word, IEnumerable<string> known) => Nearest(word, known) is string nearest ? $" Did you mean {nearest}?" : "";

    // Damerau's, where a swapped pair is not touched again.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }
                int changed = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + changed);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
