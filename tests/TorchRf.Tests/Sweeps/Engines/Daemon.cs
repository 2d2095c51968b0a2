using System.Diagnostics;

namespace TorchRf.Tests.Sweeps.Engines;

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
