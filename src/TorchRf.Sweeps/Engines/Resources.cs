using System.Text.RegularExpressions;

namespace TorchRf.Sweeps.Engines;

/// <summary>What each task of a sweep asks of an engine, in the words of SLURM's sbatch. What is null is left to the site.</summary>
public sealed partial record Resources
{
    /// <summary>The partition (or several: "short,long").</summary>
    public string? Partition { get; init; }

    /// <summary>Whose account is charged.</summary>
    public string? Account { get; init; }

    /// <summary>A task's time limit, in one of the forms of <see cref="TimeLimit"/>.</summary>
    public string? Time { get; init; }

    /// <summary>Seconds before the time limit at which a task is warned: it writes a checkpoint and goes back to the queue.</summary>
    public int Warning { get; init; } = 60;

    /// <summary>A task's memory: a whole number and K, M, G or T ("4G"); megabytes without a letter.</summary>
    public string? Mem { get; init; }

    /// <summary>Processors a task; null for as many as a run uses threads.</summary>
    public int? Cpus { get; init; }

    /// <summary>GPUs a task.</summary>
    public int Gpus { get; init; }

    /// <summary>The most tasks at once.</summary>
    public int? Throttle { get; init; }

    /// <summary>Runs a task works on, one after the other.</summary>
    public int RunsPerTask { get; init; } = 1;

    /// <summary><see cref="Time"/> as a span.</summary>
    public TimeSpan? Limit => Time is null ? null : TimeLimit.Parse("time", Time);

    /// <summary>Checks every setting.</summary>
    /// <exception cref="InvalidSettingException">A setting is out of its range; the message names the option.</exception>
    public void Validate()
    {
        RequireName("partition", Partition);
        RequireName("account", Account);
        InvalidSettingException.Require(Warning is >= 1 and <= 65535, "warning", Warning, "from 1 to 65535 seconds");
        InvalidSettingException.Require(Limit is null || Limit > TimeSpan.FromSeconds(Warning), "time", Time, FormattableString.Invariant($"above the {Warning} s of --warning, which are part of it"));
        InvalidSettingException.Require(Mem is null || Size().IsMatch(Mem), "mem", Mem, "a whole number above 0 and K, M, G or T, as in 4G (megabytes without a letter)");
        InvalidSettingException.Require(Cpus is null or (>= 1 and <= 4096), "cpus", Cpus, "from 1 to 4096");
        InvalidSettingException.Require(Gpus is >= 0 and <= 64, "gpus", Gpus, "from 0 to 64");
        InvalidSettingException.Require(Throttle is null or (>= 1 and <= 100_000), "throttle", Throttle, "from 1 to 100000");
        InvalidSettingException.Require(RunsPerTask is >= 1 and <= 1_000_000, "runs-per-task", RunsPerTask, "from 1 to 1000000");
    }

    /// <summary>Processors of a task whose runs use so many threads.</summary>
    public int CpusFor(int threads)
    {
        int cpus = Cpus ?? threads;
        InvalidSettingException.Require(threads <= cpus, "cpus", cpus, FormattableString.Invariant($"at least the {threads} threads that the plan's runs use"));
        return cpus;
    }

    // A name goes into a script: no spaces, quotes or line breaks.
    private static void RequireName(string setting, string? name) =>
        InvalidSettingException.Require(name is null || Name().IsMatch(name), setting, name, "a name of letters, digits and . _ - + , : @");

    [GeneratedRegex(@"\A[\p{L}\p{N}_][\p{L}\p{N}._+,:@-]*\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A0*[1-9][0-9]{0,11}[KMGTkmgt]?\z")]
    private static partial Regex Size();
}

/// <summary>A time limit in SLURM's forms: MM, MM:SS, HH:MM:SS, D-HH, D-HH:MM and D-HH:MM:SS.</summary>
public static partial class TimeLimit
{
    /// <summary>The limit that a text says.</summary>
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
