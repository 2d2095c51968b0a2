using System.ComponentModel;
using CliWrap;
using TorchRf.Benchmarks.Contests;

namespace TorchRf.Benchmarks.Peers;

/// <summary>The public peers that there are: PyTorch and scikit-learn under a Python that has them, once as installed and once tuned.</summary>
public sealed class PublicPeers : IDisposable
{
    private static readonly TimeSpan LongestImport = TimeSpan.FromMinutes(2);

    private readonly PeerScripts? scripts;

    private PublicPeers(string? interpreter, PeerScripts? scripts, IReadOnlyList<PeerProcess> processes, IReadOnlyList<string> failures) =>
        (Interpreter, this.scripts, Processes, Failures) = (interpreter, scripts, processes, failures);

    /// <summary>None.</summary>
    public static PublicPeers None => new(null, null, [], []);

    /// <summary>The Python that runs them; null where there is none.</summary>
    public string? Interpreter { get; }

    /// <summary>Those that started.</summary>
    public IReadOnlyList<PeerProcess> Processes { get; }

    /// <summary>Why others did not, in a line each.</summary>
    public IReadOnlyList<string> Failures { get; }

    /// <summary>Starts those that the machine has.</summary>
    /// <param name="threads">How many threads each is to use.</param>
    /// <param name="cancellation">Ends them at once.</param>
    public static PublicPeers Start(int threads, CancellationToken cancellation = default) =>
        new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(HasTorch) is string interpreter ? Start(interpreter, threads, cancellation) : None;

    private static PublicPeers Start(string interpreter, int threads, CancellationToken cancellation)
    {
        var (scripts, processes, failures) = (new PeerScripts(), new List<PeerProcess>(), new List<string>());
        var peers = new PublicPeers(interpreter, scripts, processes, failures);
        try
        {
            foreach (var setting in new[] { PeerSetting.AsInstalled, PeerSetting.Tuned })
            {
                try
                {
                    processes.Add(PeerProcess.Start(setting, [interpreter, scripts.Main], threads, cancellation));
                }
                catch (PeerException e)
                {
                    failures.Add($"The peer {setting.Name} is left out: {e.Message}");
                }
            }
            return peers;
        }
        catch
        {
            peers.Dispose();
            throw;
        }
    }

    /// <summary>Ends them.</summary>
    public void Dispose()
    {
        try
        {
            foreach (var process in Processes)
                process.Dispose();
        }
        finally
        {
            scripts?.Dispose();
        }
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
