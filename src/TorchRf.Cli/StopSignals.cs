using System.Runtime.InteropServices;

namespace TorchRf.Cli;

/// <summary>
/// The signals that ask the program to stop: Ctrl-C, SIGTERM (a shutdown, or the end of a job's time) and SIGUSR1 (a batch system's warning
/// before that). The first asks for an orderly end; the next, whichever it is, is obeyed at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // As Linux numbers it; .NET has no name for it, but takes the system's own number.
    private const PosixSignal LinuxUser1 = (PosixSignal)10;

    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration[] registrations;
    private int exitCode;

    /// <param name="orderly">Whether the command listens to <see cref="Token"/>; where it does not, the first signal is obeyed at once too.</param>
    internal StopSignals(bool orderly)
    {
        (PosixSignal Signal, int Code)[] heeded = [(PosixSignal.SIGINT, 130), (PosixSignal.SIGTERM, 143), (LinuxUser1, 138)];
        registrations = !orderly ? [] :
        [
            .. heeded.Where(s => s.Signal != LinuxUser1 || OperatingSystem.IsLinux())
                .Select(s => PosixSignalRegistration.Create(s.Signal, context => context.Cancel = First(s.Code))),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    internal CancellationToken Token => stop.Token;

    /// <summary>The exit code of the signal that came, 128 and its number as shells count; 130 when none came.</summary>
    internal int ExitCode => exitCode == 0 ? 130 : exitCode;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        stop.Dispose();
    }

    private bool First(int code)
    {
        if (Interlocked.CompareExchange(ref exitCode, code, 0) != 0)
            return false;
        stop.Cancel();
        return true;
    }
}
