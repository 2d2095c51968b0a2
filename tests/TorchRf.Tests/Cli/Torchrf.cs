using System.Diagnostics;
using System.Text.Json.Nodes;
using Spectre.Console;
using TorchRf.Cli;
using TorchRf.Cli.Commands;
using TorchRf.Runs;

namespace TorchRf.Tests.Cli;

/// <summary>Runs the program in a folder of its own: within this process, or as a person's shell would where a process is the point.</summary>
internal static class Torchrf
{
    internal sealed record Outcome(int Code, string Out, string Error)
    {
        internal JsonNode Json => JsonNode.Parse(Out)!;

        /// <summary>What ended well has code 0.</summary>
        internal Outcome CheckDone()
        {
            Assert.That(Code, Is.Zero, Error);
            return this;
        }

        /// <summary>Bad input has code 2, one line that says what is wrong, and nothing on standard output.</summary>
        internal void CheckRefused(string reason)
        {
            Assert.That(Code, Is.EqualTo(2), Error);
            Assert.That(Error, Does.StartWith("torchrf: ").And.Contain(reason));
            Assert.That(Error.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(1));
            Assert.That(Out, Is.Empty);
        }
    }

    private const string Assembly = "TorchRf.Cli.dll";

    // The folder, the console and torch's threads are the whole process's.
    private static readonly Lock OneAtATime = new();

    internal static Process Start(string folder, params string[] arguments) => Start(Assembly, [], folder, arguments);

    /// <summary>Starts the program such that it heeds signals, even where whoever runs the tests ignores them, as a job in the background does.</summary>
    internal static Process StartHeedingSignals(string folder, params string[] arguments) => Start(Assembly, ["--default-signal"], folder, arguments);

    /// <summary>Starts the program such that its code is compiled once and for all when it is first run, and not again in the course of its first half minute.</summary>
    internal static Process StartCompiledAtOnce(string folder, params string[] arguments) => Start(Assembly, ["DOTNET_TieredCompilation=0"], folder, arguments);

    /// <summary>Starts a program that lies beside the tests.</summary>
    /// <param name="assembly">Its file.</param>
    /// <param name="environment">What env is told before it; nothing for the environment that there is.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">What it is told.</param>
    internal static Process Start(string assembly, string[] environment, string folder, string[] arguments)
    {
        var start = environment.Length > 0 ? new ProcessStartInfo("env", [.. environment, "dotnet"]) : new ProcessStartInfo("dotnet");
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError) = (folder, true, true);
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Starts any other program; the test is skipped, visibly, where it is not installed.</summary>
    internal static Process StartOther(string folder, string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore($"There is no {program} here.");
            throw;
        }
    }

    /// <summary>Sends a process a signal.</summary>
    internal static void Send(string signal, Process process)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Runs the program within this process: all of it but what <c>Program.cs</c> asks of its process. One at a time.</summary>
    internal static Outcome Run(string folder, params string[] arguments) => Run(Catalogue.Own, folder, arguments);

    /// <summary>The same with things of one's own to name.</summary>
    internal static Outcome Run(Catalogue catalogue, string folder, params string[] arguments)
    {
        lock (OneAtATime)
        {
            var (output, error) = (new StringWriter(), new StringWriter());
            var before = (Folder: Environment.CurrentDirectory, Console.Out, Console.Error, Terminal: AnsiConsole.Console, Threads: torch.get_num_threads());
            try
            {
                Environment.CurrentDirectory = folder;
                Console.SetOut(output);
                Console.SetError(error);
                AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(Console.Out) });
                return new Outcome(CommandLine.Run(TorchrfCommand.Create(catalogue), arguments).GetAwaiter().GetResult(), output.ToString(), error.ToString());
            }
            finally
            {
                Environment.CurrentDirectory = before.Folder;
                Console.SetOut(before.Out);
                Console.SetError(before.Error);
                AnsiConsole.Console = before.Terminal;
                torch.set_num_threads(before.Threads);
            }
        }
    }

    /// <summary>Runs what must not run beside the program.</summary>
    internal static int Alone(Func<int> work)
    {
        lock (OneAtATime)
            return work();
    }

    /// <summary>Splits a command line at its spaces.</summary>
    internal static Outcome RunLine(string folder, string line) => Run(folder, line.Split(' '));

    /// <summary>The same, which must end well.</summary>
    internal static Outcome Do(string folder, string line) => RunLine(folder, line).CheckDone();

    /// <summary>Waits for a program's end.</summary>
    /// <param name="started">The program.</param>
    /// <param name="patience">After so many milliseconds it is killed.</param>
    internal static Outcome End(Process started, int patience = Timeout.Infinite)
    {
        using var process = started;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(patience))
            process.Kill();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output.Result, error.Result);
    }
}
