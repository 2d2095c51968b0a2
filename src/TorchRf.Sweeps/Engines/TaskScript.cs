using System.Text;
using System.Text.RegularExpressions;

namespace TorchRf.Sweeps.Engines;

/// <summary>The batch scripts of a sweep: an array job for each chunk of shards, and the merge.</summary>
public static class TaskScript
{
    /// <summary>torchrf's exit code after it was warned, kept a checkpoint and stopped: 128 + SIGUSR1.</summary>
    public const int WarnedExitCode = 138;

    /// <summary>The script of an array job.</summary>
    public static string Array(SweepTasks tasks, Resources resources, ArrayChunk chunk)
    {
        int cpus = resources.CpusFor(tasks.Threads);
        string throttle = resources.Throttle is int most ? string.Create(CultureInfo.InvariantCulture, $"%{most}") : "";
        var script = new StringBuilder("#!/bin/bash\n");
        Directives(script, tasks, resources, cpus, "%A_%a.out", string.Create(CultureInfo.InvariantCulture, $"""
            #SBATCH --array={chunk.Indices}{throttle}
            #SBATCH --requeue
            #SBATCH --signal=B:USR1@{resources.Warning}

            """));
        if (resources.Gpus > 0)
            script.Append(CultureInfo.InvariantCulture, $"#SBATCH --gres=gpu:{resources.Gpus}\n");
        return script.Append(CultureInfo.InvariantCulture, $$"""

            # Written by torchrf sweep submit. Task k of this array runs shard k + {{chunk.Offset}} of {{tasks.ShardCount}}.
            export {{string.Join(' ', SweepTasks.ThreadVariables.Select(v => $"{v}={tasks.Threads}"))}}
            shard=$((SLURM_ARRAY_TASK_ID + {{chunk.Offset}}))
            echo "shard $shard of {{tasks.ShardCount}}, start $((${SLURM_RESTART_COUNT:-0} + 1)) on $(hostname)"

            # SLURM signals this script; the signals are meant for torchrf.
            child= early= again=yes
            forward() {
                again=yes
                if [ -n "$child" ]; then kill -s "$1" "$child" 2>/dev/null; else early=$1; fi
            }
            trap 'forward USR1' USR1
            trap 'forward TERM' TERM
            {{ShellWords.Join(tasks.BeforeShard)}} "$shard/{{tasks.ShardCount}}" &
            child=$!
            [ -z "$early" ] || kill -s "$early" "$child"

            # A wait that a signal breaks off does not tell how torchrf ended; the next one does.
            while [ -n "$again" ]; do
                again=
                wait "$child"
                code=$?
            done

            # Warned, torchrf has kept a checkpoint: the task goes back to the queue. SLURM ends a task that does, and lets it wait for
            # two minutes unless a later start than now is asked for before the task has ended.
            if [ "$code" -eq {{WarnedExitCode}} ]; then
                trap '' TERM
                task=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
                echo "shard $shard of {{tasks.ShardCount}} goes back to the queue"
                scontrol requeue "$task" && scontrol update JobId="$task" StartTime=now+10seconds
            fi
            exit "$code"

            """).ToString();
    }

    /// <summary>The script of the job that merges, which takes one processor and no GPU.</summary>
    public static string Merge(SweepTasks tasks, Resources resources)
    {
        var script = new StringBuilder("#!/bin/bash\n");
        Directives(script, tasks, resources, 1, "merge-%j.out", "#SBATCH --requeue\n");
        return script.Append(CultureInfo.InvariantCulture, $"""

            # Written by torchrf sweep submit. Starts when every array job of the sweep has ended, however it did.
            export {string.Join(' ', SweepTasks.ThreadVariables.Select(v => v + "=1"))}
            exec {ShellWords.Join(tasks.Merge)}

            """).ToString();
    }

    private static void Directives(StringBuilder script, SweepTasks tasks, Resources resources, int cpus, string log, string others)
    {
        void Line(string option, string? value)
        {
            if (value is not null)
                script.Append(CultureInfo.InvariantCulture, $"#SBATCH --{option}={value}\n");
        }
        // Of the folder's name, what no reader of it takes for something else.
        Line("job-name", string.Concat(Path.GetFileName(Path.TrimEndingDirectorySeparator(tasks.Folder)).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')));
        Line("output", ShellWords.Directive(Path.Combine(tasks.Folder, "slurm") + "/", log));
        Line("open-mode", "append");
        Line("partition", resources.Partition);
        Line("account", resources.Account);
        Line("time", resources.Limit is TimeSpan limit ? TimeLimit.Text(limit) : null);
        Line("mem", resources.Mem?.ToUpperInvariant());
        Line("nodes", "1");
        Line("ntasks", "1");
        Line("cpus-per-task", $"{cpus}");
        script.Append(others);
    }
}

/// <summary>Writes command lines so that a POSIX shell reads each word as it is.</summary>
public static partial class ShellWords
{
    /// <summary>A word, in quotes where it needs them.</summary>
    public static string Quote(string word) => Plain().IsMatch(word) ? word : "'" + word.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    /// <summary>Words as a command line.</summary>
    /// <param name="words">The words.</param>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    /// <summary>A path as the value of an #SBATCH line, which has rules of its own: a percent sign begins a pattern, and only a double quote is escaped.</summary>
    /// <param name="path">Without backslashes and control characters.</param>
    /// <param name="patterns">What follows it and may hold patterns.</param>
    public static string Directive(string path, string patterns) =>
        "\"" + path.Replace("%", "%%", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + patterns + "\"";

    [GeneratedRegex(@"\A[A-Za-z0-9_@%+=:,./-]+\z")]
    private static partial Regex Plain();
}
