using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using TorchRf.Training;

namespace TorchRf.Cli.Terminal;

/// <summary>Shows a training's progress on standard error: a bar with rate and time left on a terminal, plain lines otherwise.</summary>
internal static class TrainingBar
{
    /// <summary>Runs the work, which reports its progress.</summary>
    internal static T Show<T>(string title, Func<IProgress<TrainingProgress>, T> work)
    {
        var watch = Stopwatch.StartNew();
        if (Console.IsErrorRedirected)
            return work(new PlainLines(title, watch));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title));
                return work(new Bar(title, task, watch));
            });
    }

    private static string Rate(TrainingProgress at, Stopwatch watch, long first) =>
        string.Create(CultureInfo.InvariantCulture, $"{(at.Step - first) / watch.Elapsed.TotalSeconds:0} steps/s");

    private sealed class Bar(string title, ProgressTask task, Stopwatch watch) : IProgress<TrainingProgress>
    {
        private long first = -1;
        private long shown;

        public void Report(TrainingProgress value)
        {
            if (first < 0)
                first = value.Step - 1;
            if (watch.ElapsedMilliseconds - shown < 100 && value.Step < value.Steps)
                return;
            shown = watch.ElapsedMilliseconds;
            task.MaxValue = value.Steps;
            task.Value = value.Step;
            task.Description = Markup.Escape($"{title}, {Rate(value, watch, first)}");
        }
    }

    private sealed class PlainLines(string title, Stopwatch watch) : IProgress<TrainingProgress>
    {
        private long first = -1;
        private long tenth;

        public void Report(TrainingProgress value)
        {
            if (first < 0)
            {
                first = value.Step - 1;
                tenth = 10 * first / value.Steps;
            }
            if (10 * value.Step / value.Steps <= tenth)
                return;
            tenth = 10 * value.Step / value.Steps;
            double left = watch.Elapsed.TotalSeconds * (value.Steps - value.Step) / (value.Step - first);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{title}: step {value.Step} of {value.Steps}, {Rate(value, watch, first)}, {left:0} s left"));
        }
    }
}
