using System.Text.RegularExpressions;

namespace TorchRf.Sweeps.Engines;

/// <summary>Writes command lines so that a POSIX shell reads each word as it is.</summary>
public static partial class ShellWords
{
    /// <summary>A word, in quotes where it needs them.</summary>
    public static string Quote(string word) => Plain().IsMatch(word) ? word : "'" + word.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    /// <summary>A command line.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    /// <summary>A path as the value of an #SBATCH line, which has rules of its own: a percent sign begins a pattern, and only a double quote is escaped.</summary>
    /// <param name="path">Without backslashes and control characters.</param>
    /// <param name="patterns">What follows it and may hold patterns.</param>
    public static string Directive(string path, string patterns) =>
        "\"" + path.Replace("%", "%%", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + patterns + "\"";

    [GeneratedRegex(@"\A[A-Za-z0-9_@%+=:,./-]+\z")]
    private static partial Regex Plain();
}
