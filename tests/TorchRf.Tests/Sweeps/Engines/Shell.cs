using System.Diagnostics;

namespace TorchRf.Tests.Sweeps.Engines;

/// <summary>Runs and makes other programs.</summary>
internal static class Shell
{
    internal static (int Code, string Out, string Error) Run(string program, params string[] arguments) => RunIn("", program, arguments);

    /// <summary>Runs a program in a folder.</summary>
    internal static (int Code, string Out, string Error) RunIn(string folder, string program, params string[] arguments) => Run(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder });

    /// <summary>Runs what is to be started, to its end.</summary>
    internal static (int Code, string Out, string Error) Run(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Writes a script that can be started.</summary>
    internal static void MakeProgram(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>What it prints; it must succeed.</summary>
    internal static string Output(string program, params string[] arguments)
    {
        var (code, output, error) = Run(program, arguments);
        Assert.That(code, Is.Zero, $"{program} {string.Join(' ', arguments)}: {error}");
        return output;
    }
}

/// <summary>Waits for what other processes do.</summary>
internal static class Eventually
{
    // Only a guard against hanging.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Waits until something holds, and fails where it never does.</summary>
    /// <param name="condition">What is to hold.</param>
    /// <param name="what">What was waited for, and what there is instead.</param>
    internal static void Holds(Func<bool> condition, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > Patience)
                throw new TimeoutException($"waited {Patience.TotalMinutes} minutes for {what()}");
            Thread.Sleep(50);
        }
    }
}

/// <summary>A server that lives no longer than whoever started it: it ends when this is disposed, and also when the tests are killed.</summary>
internal sealed class Daemon : IDisposable
{
    // Standard input is a pipe whose other end these tests hold: it ends when they do.
    private const string Guard = """log=$1; shift; "$@" >"$log" 2>&1 </dev/null & child=$!; read -r _; kill "$child"; wait "$child" """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process guard;
    private readonly string log;

    /// <param name="log">Where what it prints goes.</param>
    /// <param name="words">Its command line.</param>
    internal Daemon(string log, params string[] words)
    {
        this.log = log;
        guard = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Guard, "sh", log, .. words]) { RedirectStandardInput = true })!;
    }

    /// <summary>The last lines that it printed.</summary>
    internal string Said => File.Exists(log) ? string.Join('\n', File.ReadAllLines(log).TakeLast(8)) : "";

    public void Dispose()
    {
        guard.StandardInput.Close();
        if (!guard.WaitForExit(Patience))
            guard.Kill(entireProcessTree: true);
        guard.Dispose();
    }
}
