using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using TorchRf.Training;

namespace TorchRf.Cli.Terminal;

/// <summary>Shows on standard error how far work is: a bar on a terminal, plain lines otherwise.</summary>
internal static class ProgressBar
{
    /// <summary>Runs the work, which reports its progress.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="work">The work.</param>
    /// <param name="bar">Where the bar is after a report and what stands beside it; null leaves it as it is.</param>
    /// <param name="line">What is told of a report where there is no terminal; null for nothing.</param>
    /// <param name="moves">Whether the bar may move between reports, and say what time is left.</param>
    internal static T Show<TAt, T>(
        string title, Func<IProgress<TAt>, T> work, Func<TAt, (double Done, double Of, string Beside)?> bar, Func<TAt, string?> line, bool moves = true)
    {
        if (Console.IsErrorRedirected)
            return work(new Shown<TAt>(at =>
            {
                if (line(at) is string text)
                    Console.Error.WriteLine(text);
            }));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        ProgressColumn[] columns = [new TaskDescriptionColumn(), new ProgressBarColumn { Width = 24 }, new PercentageColumn()];
        return console.Progress().AutoClear(true).AutoRefresh(moves).Columns(moves ? [.. columns, new RemainingTimeColumn()] : columns).Start(context =>
        {
            var task = context.AddTask(Markup.Escape(title));
            return work(new Shown<TAt>(at =>
            {
                if (bar(at) is not var (done, of, beside))
                    return;
                (task.MaxValue, task.Value, task.Description) = (of, done, Markup.Escape(beside));
                if (!moves)
                    context.Refresh();
            }));
        });
    }

    private sealed class Shown<TAt>(Action<TAt> show) : IProgress<TAt>
    {
        public void Report(TAt value) => show(value);
    }
}

/// <summary>A training's progress, with its rate and the time left.</summary>
internal static class TrainingBar
{
    private static readonly TimeSpan Refreshed = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs the work, which reports its progress.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="work">The work.</param>
    /// <param name="quiet">Where there is no terminal, no line comes sooner than this after the one before; each tenth has its line without.</param>
    internal static T Show<T>(string title, Func<IProgress<TrainingProgress>, T> work, TimeSpan quiet = default)
    {
        // Started by the first step, so that what comes before does not count.
        var watch = new Stopwatch();
        long first = -1, tenth = 0;
        var told = TimeSpan.Zero;
        return ProgressBar.Show(title, work, Bar, Line);

        void Begin(TrainingProgress at)
        {
            if (first >= 0)
                return;
            first = at.Step;
            tenth = 10 * (first - 1) / at.Steps;
            watch.Start();
        }

        (double, double, string)? Bar(TrainingProgress at)
        {
            Begin(at);
            if (watch.Elapsed - told < Refreshed && at.Step < at.Steps)
                return null;
            told = watch.Elapsed;
            return (at.Step, at.Steps, $"{title}, {Rate(at)}");
        }

        string? Line(TrainingProgress at)
        {
            Begin(at);
            if (10 * at.Step / at.Steps <= tenth || watch.Elapsed - told < quiet)
                return null;
            told = watch.Elapsed;
            tenth = 10 * at.Step / at.Steps;
            double left = watch.Elapsed.TotalSeconds * (at.Steps - at.Step) / Math.Max(1, at.Step - first);
            return string.Create(CultureInfo.InvariantCulture, $"{title}: step {at.Step} of {at.Steps}, {Rate(at)}, {left:0} s left");
        }

        string Rate(TrainingProgress at) =>
            string.Create(CultureInfo.InvariantCulture, $"{(at.Step - first) / Math.Max(1e-9, watch.Elapsed.TotalSeconds):0} steps/s");
    }
}
