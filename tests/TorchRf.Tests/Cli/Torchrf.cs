using System.Diagnostics;
using System.Text.Json.Nodes;

namespace TorchRf.Tests.Cli;

/// <summary>Runs the program as a person's shell would, in a folder of its own.</summary>
internal static class Torchrf
{
    internal sealed record Outcome(int Code, string Out, string Error)
    {
        internal JsonNode Json => JsonNode.Parse(Out)!;

        /// <summary>Bad input has code 2, one line that says what is wrong, and nothing on standard output.</summary>
        internal void CheckRefused(string reason)
        {
            Assert.That(Code, Is.EqualTo(2), Error);
            Assert.That(Error, Does.StartWith("torchrf: ").And.Contain(reason));
            Assert.That(Error.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(1));
            Assert.That(Out, Is.Empty);
        }
    }

    internal static Process Start(string folder, params string[] arguments) => Start("dotnet", [], folder, arguments);

    /// <summary>Starts the program such that it heeds signals, even where whoever runs the tests ignores them, as a job in the background does.</summary>
    internal static Process StartHeedingSignals(string folder, params string[] arguments) => Start("env", ["--default-signal", "dotnet"], folder, arguments);

    /// <summary>Starts the program such that its code is compiled once and for all when it is first run, and not again in the course of its first half minute.</summary>
    internal static Process StartCompiledAtOnce(string folder, params string[] arguments) => Start("env", ["DOTNET_TieredCompilation=0", "dotnet"], folder, arguments);

    private static Process Start(string program, string[] before, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(program, before) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "TorchRf.Cli.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    internal static Outcome Run(string folder, params string[] arguments) => End(Start(folder, arguments));

    /// <summary>Splits a command line at its spaces.</summary>
    internal static Outcome RunLine(string folder, string line) => Run(folder, line.Split(' '));

    /// <summary>Runs a command line with a variable of the environment set ("NAME=value").</summary>
    internal static Outcome RunWith(string folder, string variable, string line) => End(Start("env", [variable, "dotnet"], folder, line.Split(' ')));

    private static Outcome End(Process started)
    {
        using var process = started;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output, error.Result);
    }
}
