using System.ComponentModel;
using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;
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
        try
        {
            var ended = CliWrap.Cli.Wrap(words[0]).WithArguments(words.Skip(1)).WithEnvironmentVariables(PeerEnvironment.Of(setting)).WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellation).GetAwaiter().GetResult();
            if (!ended.IsSuccess)
                throw new PeerException($"{Path.GetFileName(words[0])} has ended with code {ended.ExitCode}: {ended.StandardError.Trim().Split('\n')[^1]}", ended: false);
        }
        catch (Win32Exception e)
        {
            throw new PeerException($"{words[0]} does not start: {e.InnerException?.Message ?? e.Message}", ended: false);
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
