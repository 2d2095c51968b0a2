using TorchRf.Benchmarks.Peers;

namespace TorchRf.Benchmarks;

/// <summary>What is timed, and how.</summary>
public sealed record BenchmarkSettings
{
    /// <summary>The cases, in their order.</summary>
    public required IReadOnlyList<BenchmarkCase> Cases { get; init; }

    /// <summary>Smaller work and fewer rounds.</summary>
    public bool Quick { get; init; }

    /// <summary>Turns of each side; what the pace says without.</summary>
    public int? Rounds { get; init; }

    /// <summary>Threads of each side.</summary>
    public int Threads { get; init; } = Math.Min(2, Environment.ProcessorCount);
}

/// <summary>Times cases one after another, each against the peers that can do the same.</summary>
internal static class BenchmarkRun
{
    internal static IReadOnlyList<CaseTiming> Run(BenchmarkSettings settings, PublicPeers peers, IProgress<BenchmarkProgress> progress, CancellationToken cancellation)
    {
        torch.set_num_threads(settings.Threads);
        var pace = settings.Quick ? Pace.Quick : Pace.Full;
        if (settings.Rounds is int rounds)
            pace = pace with { Rounds = rounds, LongRounds = rounds };
        var timings = new List<CaseTiming>();
        foreach (var (i, timed) in settings.Cases.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            progress.Report(new BenchmarkProgress(timed.Name, i, settings.Cases.Count, 0));
            using var ours = timed.Prepare();
            timings.Add(Contest.Run(timed, ours, [.. Contenders(timed, ours, peers)], pace,
                (done, all) => progress.Report(new BenchmarkProgress(timed.Name, i, settings.Cases.Count, (double)done / all)), cancellation));
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
                yield return PeerProgram.Of(peer.Setting, [peers.Interpreter!, .. arguments]);
            else if (ours.Peer is not null && peer.Failure is null)
                yield return new PeerContender(peer, ours.Peer);
        }
        if (ours.Plain is not null)
            yield return ours.Plain;
    }
}
