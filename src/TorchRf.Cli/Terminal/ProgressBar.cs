using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using TorchRf.Training;

namespace TorchRf.Cli.Terminal;

/// <summary>Shows on standard error how far work is: a bar on a terminal, plain lines otherwise.</summary>
internal static class ProgressBar
{
    private const int WidestBar = 24;
    private const int NarrowestBar = 8;

    /// <summary>Runs the work, which reports its progress.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="work">The work.</param>
    /// <param name="bar">Where the bar is after a report and what stands beside it; null leaves it as it is.</param>
    /// <param name="line">What is told of a report where there is no terminal; null for nothing.</param>
    /// <param name="moves">Whether the bar may be drawn between reports.</param>
    /// <param name="words">How much room the words beside it need; the bar has the rest.</param>
    internal static T Show<TAt, T>(
        string title, Func<IProgress<TAt>, T> work, Func<TAt, (double Done, double Of, string Beside)?> bar, Func<TAt, string?> line, bool moves = true, int words = 66)
    {
        if (Console.IsErrorRedirected)
            return work(new Shown<TAt>(at =>
            {
                if (line(at) is string text)
                    Console.Error.WriteLine(text);
            }));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        int room = Math.Min(WidestBar, console.Profile.Width - words);
        ProgressColumn[] columns = [.. room < NarrowestBar ? (ProgressColumn[])[] : [new ProgressBarColumn { Width = room }, new PercentageColumn()], new TaskDescriptionColumn { Alignment = Justify.Left }];
        return console.Progress().AutoClear(true).AutoRefresh(moves).Columns(columns).Start(context =>
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

    /// <summary>What is left in words ("about 2 min left").</summary>
    internal static string Left(double seconds) => seconds < 5 ? "a few seconds left" : $"about {Duration(seconds)} left";

    /// <summary>A time in words ("20 s", "2 min", "3.5 h").</summary>
    internal static string Duration(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds switch
    {
        < 60 => $"{Math.Ceiling(seconds / 5) * 5:0} s",
        < 90 * 60 => $"{Math.Ceiling(seconds / 60):0} min",
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h"),
    }}");

    private sealed class Shown<TAt>(Action<TAt> show) : IProgress<TAt>
    {
        public void Report(TAt value) => show(value);
    }
}

/// <summary>A training's progress: its step, its loss, and what is left.</summary>
internal static class TrainingBar
{
    private static readonly TimeSpan Refreshed = TimeSpan.FromMilliseconds(100);

    // On a log: no line sooner than this after the one before, and then at the next tenth, or after so long.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Silent = TimeSpan.FromMinutes(5);

    /// <summary>Runs the work, which reports its progress.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="work">The work.</param>
    /// <param name="whole">What it is a part of; null where it stands alone.</param>
    internal static T Show<T>(string title, Func<IProgress<TrainingProgress>, T> work, Whole? whole = null)
    {
        // Started by the first step, so that what comes before does not count.
        var watch = new Stopwatch();
        // One training may tell of each tenth; of many, each would be too much.
        var pace = new Pace(whole is null ? TimeSpan.Zero : Quiet, Silent);
        long first = -1;
        var drawn = TimeSpan.Zero;
        return ProgressBar.Show(whole is null ? title : $"{whole}", work, Bar, Line, words: whole is null ? 66 : 92);

        void Begin(TrainingProgress at)
        {
            if (first >= 0)
                return;
            first = at.Step;
            watch.Start();
        }

        (double, double, string)? Bar(TrainingProgress at)
        {
            Begin(at);
            if (watch.Elapsed - drawn < Refreshed && at.Step < at.Steps)
                return null;
            drawn = watch.Elapsed;
            return (at.Step, at.Steps, Words(at));
        }

        string? Line(TrainingProgress at)
        {
            Begin(at);
            return pace.IsDue(watch.Elapsed, (double)at.Step / at.Steps) ? Words(at) : null;
        }

        string Words(TrainingProgress at)
        {
            double left = watch.Elapsed.TotalSeconds * (at.Steps - at.Step) / Math.Max(1, at.Step - first);
            var loss = at.Loss is double number ? string.Create(CultureInfo.InvariantCulture, $", loss {number:0.000}") : "";
            return string.Create(CultureInfo.InvariantCulture, $"{whole}{(whole is null || title.Length == 0 ? "" : ", ")}{title}: step {at.Step} of {at.Steps}{loss}, {ProgressBar.Left(left + (whole?.Left(watch.Elapsed.TotalSeconds + left) ?? 0))}{(whole is null ? "" : " in all")}");
        }
    }
}

/// <summary>What a training is a part of.</summary>
/// <param name="Name">What its parts are called ("piece").</param>
/// <param name="Part">Which part is under way, from 1.</param>
/// <param name="Of">How many there are.</param>
/// <param name="Seconds">How long those before took.</param>
internal sealed record Whole(string Name, int Part, int Of, double Seconds)
{
    /// <summary>How many parts took that long.</summary>
    internal int Done { get; init; } = Part - 1;

    /// <summary>Seconds left of the parts to come, if they take as long as those before and the one under way.</summary>
    /// <param name="current">Seconds of the one under way, from its beginning to its end.</param>
    internal double Left(double current) => (Of - Part) * (Seconds + current) / (Done + 1);

    /// <summary>"piece 7 of 40".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Part} of {Of}");
}

/// <summary>When a log gets its next line: at a tenth of the work that comes not too soon, and in any case after a while.</summary>
/// <param name="quiet">No line sooner than this after the one before.</param>
/// <param name="silent">A line after this at the latest.</param>
internal sealed class Pace(TimeSpan quiet, TimeSpan silent)
{
    private TimeSpan told = TimeSpan.Zero;
    private int tenth = -1;

    /// <summary>Whether a line is due now, which then counts as written.</summary>
    /// <param name="elapsed">Since the work began.</param>
    /// <param name="done">The fraction of the work that is done.</param>
    internal bool IsDue(TimeSpan elapsed, double done)
    {
        int reached = (int)(10 * done);
        if (tenth < 0)
            tenth = reached;
        if (done >= 1 || elapsed - told < quiet || (reached <= tenth && elapsed - told < silent))
            return false;
        (told, tenth) = (elapsed, reached);
        return true;
    }
}
