using System.Globalization;
using Spectre.Console;
using TorchRf.Benchmarks.Contests;

namespace TorchRf.Benchmarks;

/// <summary>Shows on standard error what is timed: a bar on a terminal, a line for each case otherwise.</summary>
internal static class BenchProgress
{
    internal static T Show<T>(Func<IProgress<BenchmarkProgress>, T> work)
    {
        if (Console.IsErrorRedirected)
            return work(new PlainLines());
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        // Drawn between turns only: a bar that moves by itself would take time from what is timed.
        return console.Progress().AutoClear(true).AutoRefresh(false)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn { Width = 24 }, new PercentageColumn())
            .Start(context => work(new Bar(context, context.AddTask("Timing"))));
    }

    private sealed class Bar(ProgressContext context, ProgressTask task) : IProgress<BenchmarkProgress>
    {
        public void Report(BenchmarkProgress value)
        {
            (task.MaxValue, task.Value) = (value.Cases, value.Done + value.Part);
            task.Description = Markup.Escape(Title(value));
            context.Refresh();
        }
    }

    private sealed class PlainLines : IProgress<BenchmarkProgress>
    {
        private int told = -1;

        public void Report(BenchmarkProgress value)
        {
            if (value.Done == told)
                return;
            told = value.Done;
            Console.Error.WriteLine(Title(value));
        }
    }

    private static string Title(BenchmarkProgress at) => string.Create(CultureInfo.InvariantCulture, $"{at.Case} ({at.Done + 1} of {at.Cases})");
}
