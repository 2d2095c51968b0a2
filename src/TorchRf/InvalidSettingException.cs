namespace TorchRf;

/// <summary>A setting that a user gave is not allowed. The message names it, its value and what is.</summary>
public class InvalidSettingException : ArgumentException
{
    // Settings come from files too, and a list in one can have any length.
    private const int LongestValue = 1000;

    /// <param name="setting">The setting's name as an option has it ("init-scale").</param>
    /// <param name="value">The value given.</param>
    /// <param name="allowed">What is allowed, to follow "it must be".</param>
    /// <param name="cause">What refused it, where something else did.</param>
    public InvalidSettingException(string setting, object? value, string allowed, Exception? cause = null)
        : base(OneLine.Of(FormattableString.Invariant($"--{setting} is {OneLine.Short(Shown(value), LongestValue)}; it must be {allowed}.")), cause)
    {
        Setting = setting;
    }

    /// <summary>The setting's name as an option has it.</summary>
    public string Setting { get; }

    /// <summary>Throws unless <paramref name="holds"/>.</summary>
    public static void Require(bool holds, string setting, object? value, string allowed)
    {
        if (!holds)
            throw new InvalidSettingException(setting, value, allowed);
    }

    /// <summary><paramref name="value"/>, where it is finite and above <paramref name="bound"/>; throws otherwise.</summary>
    public static double RequireAbove(string setting, double value, double bound)
    {
        Require(value > bound && double.IsFinite(value), setting, value, FormattableString.Invariant($"a finite number above {bound}"));
        return value;
    }

    /// <summary>Throws unless <paramref name="file"/> is a file that exists.</summary>
    public static void RequireFile(string setting, string file) =>
        Require(File.Exists(file), setting, file, Directory.Exists(file) ? "a file; this is a folder" : "a file; there is none of that name");

    private static string Shown(object? value) => value switch
    {
        null => "missing",
        string { Length: 0 } => "empty",
        System.Collections.IEnumerable list and not string => string.Join(",", list.Cast<object>().Select(Shown)),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => $"{value}",
    };
}
