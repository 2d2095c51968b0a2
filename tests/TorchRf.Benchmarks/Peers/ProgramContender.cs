using System.ComponentModel;
using System.Diagnostics;
using TorchRf.Benchmarks.Contests;

namespace TorchRf.Benchmarks.Peers;

/// <summary>A program that is started, and has ended, in each repetition.</summary>
/// <param name="setting">Its name here and its environment.</param>
/// <param name="words">The program and its arguments.</param>
public sealed class ProgramContender(PeerSetting setting, IReadOnlyList<string> words) : IContender
{
    /// <inheritdoc/>
    public string Name => setting.Name;

    /// <summary>Runs it once.</summary>
    /// <exception cref="PeerException">It does not start, or fails.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and ended.</exception>
    public void Run(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        PeerEnvironment.Prepare(start, setting);
        try
        {
            using var process = Process.Start(start)!;
            using var cancels = cancellation.Register(() => process.Kill(entireProcessTree: true));
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            if (process.ExitCode != 0)
                throw new PeerException($"{Path.GetFileName(words[0])} has ended with code {process.ExitCode}: {errors.Result.Trim().Split('\n')[^1]}", ended: false);
        }
        catch (Win32Exception e)
        {
            throw new PeerException($"{words[0]} does not start: {e.Message}", ended: false);
        }
    }

    /// <inheritdoc/>
    public Turn Take(int repetitions, CancellationToken cancellation)
    {
        var seconds = new double[repetitions];
        for (int i = 0; i < repetitions; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            long before = Stopwatch.GetTimestamp();
            Run(cancellation);
            seconds[i] = Stopwatch.GetElapsedTime(before).TotalSeconds;
        }
        return new Turn(seconds, []);
    }
}
