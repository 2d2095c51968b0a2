using System.Globalization;
using System.Text.RegularExpressions;

namespace TorchRf.Sweeps.Engines;

/// <summary>A time limit in SLURM's forms: MM, MM:SS, HH:MM:SS, D-HH, D-HH:MM and D-HH:MM:SS.</summary>
public static partial class TimeLimit
{
    /// <summary>The limit that a text says.</summary>
    /// <param name="setting">The option's name, for the message.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InvalidSettingException">It has none of the forms, or is zero or above a year.</exception>
    public static TimeSpan Parse(string setting, string text)
    {
        var form = Form().Match(text);
        InvalidSettingException.Require(form.Success, setting, text, "a time as SLURM writes it: MM, MM:SS, HH:MM:SS, D-HH, D-HH:MM or D-HH:MM:SS");
        int[] parts = [.. form.Groups["part"].Captures.Select(c => int.Parse(c.Value, CultureInfo.InvariantCulture))];
        // With days the parts begin with hours; without, one or two parts begin with minutes.
        bool days = form.Groups["days"].Success;
        int first = days || parts.Length == 3 ? 0 : 1;
        int[] clock = new int[3];
        parts.CopyTo(clock, first);
        var limit = new TimeSpan(days ? int.Parse(form.Groups["days"].Value, CultureInfo.InvariantCulture) : 0, clock[0], clock[1], clock[2]);
        InvalidSettingException.Require(limit > TimeSpan.Zero && limit <= TimeSpan.FromDays(365), setting, text, "above zero and at most a year");
        return limit;
    }

    /// <summary>The limit as D-HH:MM:SS, without days where there are none.</summary>
    public static string Text(TimeSpan limit) =>
        limit.ToString(limit.Days > 0 ? @"d\-hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(?:(?<days>[0-9]{1,3})-)?(?<part>[0-9]{1,6})(?::(?<part>[0-9]{1,6})){0,2}\z")]
    private static partial Regex Form();
}
