using System.ComponentModel;
using CliWrap;
using CliWrap.Buffered;

namespace TorchRf.Benchmarks.Peers;

/// <summary>The public peers that there are: PyTorch and scikit-learn under a Python that has them, once as installed and once tuned.</summary>
public sealed class PublicPeers : IDisposable
{
    private static readonly TimeSpan LongestImport = TimeSpan.FromMinutes(2);

    private readonly List<PeerProcess> processes = [];
    private readonly List<string> failures = [];

    public static PublicPeers None => new();

    /// <summary>The Python that runs them; null where there is none.</summary>
    public string? Interpreter { get; private init; }

    /// <summary>Those that started.</summary>
    public IReadOnlyList<PeerProcess> Processes => processes;

    /// <summary>Why others did not, in a line each.</summary>
    public IReadOnlyList<string> Failures => failures;

    /// <summary>Starts those that the machine has.</summary>
    public static PublicPeers Start(int threads, CancellationToken cancellation = default)
    {
        var peers = new PublicPeers { Interpreter = new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(HasTorch) };
        if (peers.Interpreter is not string interpreter)
            return peers;
        foreach (var setting in new[] { PeerSetting.AsInstalled, PeerSetting.Tuned })
        {
            try
            {
                peers.processes.Add(PeerProcess.Start(setting, [interpreter, Path.Combine(AppContext.BaseDirectory, "Peers", "peer.py")], threads, cancellation));
            }
            catch (PeerException e)
            {
                peers.failures.Add($"The peer {setting.Name} is left out: {e.Message}");
            }
            catch
            {
                peers.Dispose();
                throw;
            }
        }
        return peers;
    }

    public void Dispose()
    {
        foreach (var process in processes)
            process.Dispose();
    }

    private static bool HasTorch(string interpreter)
    {
        using var late = new CancellationTokenSource(LongestImport);
        try
        {
            return CliWrap.Cli.Wrap(interpreter).WithArguments(["-c", "import torch"]).WithValidation(CommandResultValidation.None).ExecuteAsync(late.Token).GetAwaiter().GetResult().IsSuccess;
        }
        catch (Exception e) when (e is Win32Exception or OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>A program that is started, and has ended, in each repetition.</summary>
internal static class PeerProgram
{
    internal static Workload Of(PeerSetting setting, IReadOnlyList<string> words) => new(cancellation =>
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
    }) { Name = setting.Name };
}
