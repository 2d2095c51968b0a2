using System.CommandLine;
using System.Globalization;
using TorchRf.Sweeps.Engines;

namespace TorchRf.Cli.Commands.Sweeps;

/// <summary>What each task asks of an engine. Numbers are text until they are read, so that every mistake gets one clear line.</summary>
internal sealed class ResourceOptions
{
    private readonly Option<string?> partition = Of("--partition", "name", "SLURM's partition [the site's default].");
    private readonly Option<string?> account = Of("--account", "name", "SLURM's account to charge [the user's default].");
    private readonly Option<string?> time = Of("--time", "limit", "A task's time: MM, MM:SS, HH:MM:SS, D-HH, D-HH:MM or D-HH:MM:SS [the partition's default; none locally].");
    private readonly Option<string?> warning = Of("--warning", "seconds", "How long before its limit a task keeps a checkpoint and goes back to the queue [60].");
    private readonly Option<string?> mem = Of("--mem", "size", "A task's memory, as in 4G [the site's default].");
    private readonly Option<string?> cpus = Of("--cpus", "n", "Processors a task [as many as a run uses threads].");
    private readonly Option<string?> gpus = Of("--gpus", "n", "GPUs a task [0].");
    private readonly Option<string?> throttle = Of("--throttle", "n", "The most tasks at once [no limit; locally processors / cpus].");
    private readonly Option<string?> runsPerTask = Of("--runs-per-task", "n", "Runs a task does one after the other [1]. Take more where runs are short.");

    internal ResourceOptions(Command command)
    {
        foreach (var option in new[] { partition, account, time, warning, mem, cpus, gpus, throttle, runsPerTask })
            command.Options.Add(option);
    }

    /// <summary>The one that is listed first.</summary>
    internal Option First => partition;

    /// <summary>What was asked for, checked.</summary>
    /// <exception cref="InvalidSettingException">Something is not allowed.</exception>
    internal Resources Read(ParseResult parsed)
    {
        var none = new Resources();
        var asked = new Resources
        {
            Partition = parsed.GetValue(partition),
            Account = parsed.GetValue(account),
            Time = parsed.GetValue(time),
            Warning = Whole(parsed, warning) ?? none.Warning,
            Mem = parsed.GetValue(mem),
            Cpus = Whole(parsed, cpus),
            Gpus = Whole(parsed, gpus) ?? none.Gpus,
            Throttle = Whole(parsed, throttle),
            RunsPerTask = Whole(parsed, runsPerTask) ?? none.RunsPerTask,
        };
        asked.Validate();
        return asked;
    }

    private static Option<string?> Of(string name, string value, string help) => new(name) { HelpName = value, Description = help };

    private static int? Whole(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not string text)
            return null;
        InvalidSettingException.Require(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value), option.Name[2..], text, "a whole number");
        return value;
    }
}
