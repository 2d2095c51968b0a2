using System.Text.RegularExpressions;

namespace TorchRf;

/// <summary>A setting that a user gave is not allowed. The message names it, its value and what is.</summary>
public partial class InvalidSettingException : ArgumentException
{
    // Settings come from files too, and a list in one can have any length.
    private const int LongestValue = 1000;

    private readonly string allowed;

    /// <param name="setting">The property's name ("InitScale").</param>
    /// <param name="value">The value given.</param>
    /// <param name="allowed">What is allowed, to follow "it must be"; other settings' names stand in backquotes ("`Model`").</param>
    /// <param name="cause">What refused it, where something else did.</param>
    public InvalidSettingException(string setting, object? value, string allowed, Exception? cause = null)
        : base(Said(setting, Shown(value), allowed, name => name), cause) =>
        (Setting, Value, this.allowed) = (setting, Shown(value), allowed);

    /// <summary>The property's name.</summary>
    public string Setting { get; }

    /// <summary>The value given, as the message shows it.</summary>
    public string Value { get; }

    /// <summary>What is allowed, to follow "it must be".</summary>
    internal string Allowed => allowed;

    /// <summary>The message in the words of those who know settings by other names than properties have.</summary>
    /// <param name="named">From a property's name to theirs.</param>
    public string Said(Func<string, string> named) => Said(Setting, Value, allowed, named);

    /// <summary>Throws unless <paramref name="holds"/>.</summary>
    public static void Require(bool holds, string setting, object? value, string allowed)
    {
        if (!holds)
            throw new InvalidSettingException(setting, value, allowed);
    }

    /// <summary>Throws unless <paramref name="file"/> is a file that exists.</summary>
    public static void RequireFile(string setting, string file) =>
        Require(File.Exists(file), setting, file, Directory.Exists(file) ? "a file; this is a folder" : "a file; there is none of that name");

    /// <summary>"surface, sphere or shell".</summary>
    public static string OneOf(IEnumerable<string> names) => string.Join(" or ", ((string[])[string.Join(", ", names.SkipLast(1)), names.Last()]).Where(part => part.Length > 0));

    private static string Said(string setting, string value, string allowed, Func<string, string> named) =>
        OneLine.Of($"{named(setting)} is {OneLine.Short(value, LongestValue)}; it must be {Name().Replace(allowed, name => named(name.Groups[1].Value))}.");

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Name();

    private static string Shown(object? value) => value switch
    {
        null => "missing",
        string { Length: 0 } => "empty",
        System.Collections.IEnumerable list and not string => string.Join(",", list.Cast<object>().Select(Shown)),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => $"{value}",
    };
}
