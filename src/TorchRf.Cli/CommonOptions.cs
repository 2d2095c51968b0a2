using System.CommandLine;
using TorchRf.Plots;

namespace TorchRf.Cli;

/// <summary>--width: how wide the pictures' page is, so that they fit a journal's columns.</summary>
internal sealed class WidthOption : Option<string?>
{
    internal WidthOption() : base("--width")
    {
        HelpName = "mm";
        Description = FormattableString.Invariant($"Width of the pictures, {Figure.Narrowest} to {Figure.Widest} mm; a journal's columns have 89 and 183 [89 for one column of panels, else 183].");
    }

    /// <summary>The width in millimetres; null where none is given.</summary>
    /// <exception cref="InvalidSettingException">It is no such length.</exception>
    internal double? Of(ParseResult parsed)
    {
        if (parsed.GetValue(this) is not string text)
            return null;
        var number = text.EndsWith("mm", StringComparison.Ordinal) ? text[..^2] : text;
        bool isLength = double.TryParse(number, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out double width);
        InvalidSettingException.Require(isLength && width is >= Figure.Narrowest and <= Figure.Widest, "width", text,
            FormattableString.Invariant($"a length in millimetres from {Figure.Narrowest} to {Figure.Widest}, such as 89mm or 183mm"));
        return width;
    }
}

/// <summary>--quick: the variant that takes under a minute.</summary>
internal sealed class QuickOption : Option<bool>
{
    internal QuickOption(string words = "A shorter, smaller variant: under a minute a figure, and not the paper's numbers.") : base("--quick") => Description = words;
}

/// <summary>--json: the command answers a program rather than a person.</summary>
internal sealed class JsonOption : Option<bool>
{
    internal JsonOption() : base("--json") => Description = "Print one JSON document and nothing else.";
}
