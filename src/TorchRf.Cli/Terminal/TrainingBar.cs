using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using TorchRf.Training;

namespace TorchRf.Cli.Terminal;

/// <summary>Shows a training's progress on standard error: a bar with rate and time left on a terminal, plain lines otherwise.</summary>
internal static class TrainingBar
{
    /// <summary>Runs the work, which reports its progress.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="work">The work.</param>
    /// <param name="quiet">Where there is no terminal, no line comes sooner than this after the one before; each tenth has its line without.</param>
    internal static T Show<T>(string title, Func<IProgress<TrainingProgress>, T> work, TimeSpan quiet = default)
    {
        // Started by the first step, so that what comes before does not count.
        var watch = new Stopwatch();
        if (Console.IsErrorRedirected)
            return work(new PlainLines(title, watch, quiet));
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
        string.Create(CultureInfo.InvariantCulture, $"{(at.Step - first) / Math.Max(1e-9, watch.Elapsed.TotalSeconds):0} steps/s");

    private sealed class Bar(string title, ProgressTask task, Stopwatch watch) : IProgress<TrainingProgress>
    {
        private long first = -1;
        private long shown;

        public void Report(TrainingProgress value)
        {
            if (first < 0)
            {
                first = value.Step;
                watch.Start();
            }
            if (watch.ElapsedMilliseconds - shown < 100 && value.Step < value.Steps)
                return;
            shown = watch.ElapsedMilliseconds;
            task.MaxValue = value.Steps;
            task.Value = value.Step;
            task.Description = Markup.Escape($"{title}, {Rate(value, watch, first)}");
        }
    }

    private sealed class PlainLines(string title, Stopwatch watch, TimeSpan quiet) : IProgress<TrainingProgress>
    {
        private long first = -1;
        private long tenth;
        private TimeSpan told;

        public void Report(TrainingProgress value)
        {
            if (first < 0)
            {
                first = value.Step;
                tenth = 10 * (first - 1) / value.Steps;
                watch.Start();
            }
            if (10 * value.Step / value.Steps <= tenth || watch.Elapsed - told < quiet)
                return;
            told = watch.Elapsed;
            tenth = 10 * value.Step / value.Steps;
            double left = watch.Elapsed.TotalSeconds * (value.Steps - value.Step) / Math.Max(1, value.Step - first);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{title}: step {value.Step} of {value.Steps}, {Rate(value, watch, first)}, {left:0} s left"));
        }
    }
}
