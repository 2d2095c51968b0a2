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
