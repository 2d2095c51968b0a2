using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Sweeps;
using TorchRf.Sweeps.Engines;

namespace TorchRf.Cli.Commands.Sweeps;

/// <summary>torchrf sweep submit PLAN: hands what is left of a sweep to an engine, SLURM or this machine's processors.</summary>
internal static class SweepSubmitCommand
{
    internal static Command Create(IRunner runner)
    {
        var command = new Command("submit", "Hand what is not finished to SLURM as array jobs, or to a pool of processes on this machine. Submitted again, only what is left is run.");
        var options = new SweepOptions(command, runner);
        var engine = new Option<string>("--engine") { HelpName = "slurm|local", Description = "Who does the work: SLURM, which is left to it, or this machine, until all is done.", Required = true };
        var resources = new ResourceOptions(command);
        var retry = new Option<bool>("--retry") { Description = "Also what failed, once more." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the scripts or command lines; submit, start and write nothing." };
        command.Options.Add(retry);
        command.Options.Add(dryRun);
        command.Options.Insert(command.Options.IndexOf(resources.First), engine);
        command.SetAction((parsed, cancellation) =>
        {
            var chosen = Engine(parsed.GetValue(engine)!);
            var asked = resources.Read(parsed);
            var plan = options.Plan(parsed);
            plan.Check(plan.Runs, options.Runner);
            var path = Path.GetFullPath(options.Folder(parsed, plan));
            bool dry = parsed.GetValue(dryRun), again = parsed.GetValue(retry);
            var folder = dry ? new SweepFolder(path) : SweepFolder.Make(path, plan);
            var states = plan.Runs.Select(folder.State).ToArray();
            bool Open(RunState state) => state != RunState.Finished && (again || state != RunState.Failed);
            int of = SweepTasks.ShardsOf(plan.Runs.Count, asked.RunsPerTask);
            var tasks = new SweepTasks
            {
                Program = OwnProgram.Words,
                Plan = Path.GetFullPath(options.File(parsed)),
                Quick = options.Quick(parsed),
                Folder = path,
                Shards = [.. states.Index().Where(s => Open(s.Item)).Select(s => s.Index % of + 1).Distinct().Order()],
                ShardCount = of,
                Threads = plan.Runs.Max(r => r.Settings.Threads),
            };
            // What is refused is refused before a failure is forgotten.
            asked.CpusFor(tasks.Threads);
            if (again && !dry)
                foreach (var (i, _) in states.Index().Where(s => s.Item == RunState.Failed))
                    folder.Retry(plan.Runs[i]);

            int open = states.Count(Open), failed = states.Count(s => s == RunState.Failed);
            if (asked.Gpus > 0 && plan.Runs.All(r => r.Settings.Device == "cpu"))
                Report.Warn("the tasks ask for GPUs and the plan's runs compute on the CPU; \"device\": \"cuda\" in the plan changes that");
            if (failed > 0 && !again)
                Report.Warn(string.Create(CultureInfo.InvariantCulture, $"{failed} {(failed == 1 ? "run has failed and is" : "runs have failed and are")} left out; --retry runs {(failed == 1 ? "it" : "them")} again"));
            var report = chosen.Submit(tasks, asked, dry, Report.Warn, cancellation);
            if (options.Json(parsed))
            {
                Report.Json(new JsonObject
                {
                    ["sweep"] = plan.Name, ["folder"] = path, ["engine"] = chosen.Name, ["dry_run"] = dry, ["runs"] = plan.Runs.Count, ["open"] = open,
                    ["shards"] = new JsonArray([.. tasks.Shards.Select(s => (JsonNode)JsonValue.Create(s))]), ["of"] = of, [chosen.Name] = report.Document,
                });
                return Task.FromResult(report.Succeeded ? 0 : 1);
            }
            if (!dry && chosen is SlurmEngine)
                Report.Paragraph(string.Create(CultureInfo.InvariantCulture, $"Sweep {plan.Name}: {open} of {plan.Runs.Count} runs to do, in {tasks.Shards.Count} {(tasks.Shards.Count == 1 ? "task" : "tasks")}."));
            foreach (var line in report.Lines)
                Report.Line(line);
            return Task.FromResult(report.Succeeded ? 0 : 1);
        });
        return command;
    }

    private static ISweepEngine Engine(string name) => name switch
    {
        "slurm" => new SlurmEngine(new SlurmPrograms()),
        "local" => new LocalEngine(Environment.ProcessorCount),
        _ => throw new InvalidSettingException("engine", name, "slurm or local"),
    };
}

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
