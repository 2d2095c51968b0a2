using TorchRf.Benchmarks.Contests;
using TorchRf.Benchmarks.Peers;

namespace TorchRf.Benchmarks;

/// <summary>Times cases one after another, each against the peers that can do the same.</summary>
public static class BenchmarkRun
{
    /// <summary>Runs them.</summary>
    /// <param name="settings">What to time.</param>
    /// <param name="peers">Against whom; they stay the caller's.</param>
    /// <param name="progress">Told before each turn.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The timings, in the order of the cases.</returns>
    /// <exception cref="InvalidSettingException">A setting is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<CaseTiming> Run(
        BenchmarkSettings settings, PublicPeers peers, IProgress<BenchmarkProgress>? progress = null, CancellationToken cancellation = default)
    {
        settings.Validate();
        torch.set_num_threads(settings.Threads);
        var timings = new List<CaseTiming>();
        foreach (var (i, timed) in settings.Cases.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new BenchmarkProgress(timed.Name, i, settings.Cases.Count, 0));
            using var ours = timed.Prepare();
            timings.Add(Contest.Run(timed, ours, [.. Contenders(timed, ours, peers)], settings.Pace,
                (done, all) => progress?.Report(new BenchmarkProgress(timed.Name, i, settings.Cases.Count, (double)done / all)), cancellation));
            // What one case leaves behind is not cleared away in the next one's time.
            GC.Collect();
        }
        return timings;
    }

    private static IEnumerable<IContender> Contenders(BenchmarkCase timed, Workload ours, PublicPeers peers)
    {
        foreach (var peer in peers.Processes.Where(p => timed.IsTuned || p.Setting == PeerSetting.AsInstalled))
        {
            if (ours.PeerProgram is IReadOnlyList<string> arguments)
                yield return new ProgramContender(peer.Setting, [peers.Interpreter!, .. arguments]);
            else if (ours.Peer is not null && peer.Failure is null)
                yield return new PeerContender(peer, ours.Peer);
        }
        if (ours.Plain is not null)
            yield return ours.Plain;
    }
}
