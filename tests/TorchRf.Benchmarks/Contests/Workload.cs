using System.Diagnostics;
using System.Text.Json.Nodes;

namespace TorchRf.Benchmarks.Contests;

/// <summary>Work of this process, our side of a case or the same in plain TorchSharp, prepared: what does not depend on the repetition is done.</summary>
public sealed class Workload(Action<CancellationToken> work, params IReadOnlyList<IDisposable> held) : IContender, IDisposable
{
    public string Name { get; init; } = "ours";

    /// <summary>The same work in plain TorchSharp, freed with ours; null where ours is nothing else or nobody would write it.</summary>
    public Workload? Plain { get; init; }

    /// <summary>What a peer is asked for: a module of the peer's scripts and its arguments; null where no peer does the same.</summary>
    public JsonArray? Peer { get; init; }

    /// <summary>The arguments with which the peer's interpreter is started anew for each repetition, where that is the work.</summary>
    public IReadOnlyList<string>? PeerProgram { get; init; }

    /// <summary>The numbers that a peer's are held against.</summary>
    public Func<IReadOnlyList<double>> Check { get; init; } = () => [];

    /// <summary>How many iterations the last repetition took, where that is what it searched for.</summary>
    public Func<int?> Iterations { get; init; } = () => null;

    /// <summary>Does the work once.</summary>
    public void Run(CancellationToken cancellation = default) => work(cancellation);

    /// <summary>Does the work over and over: the seconds of the median repetition.</summary>
    public double Time(int repetitions, CancellationToken cancellation = default) => Quartiles.Of(Seconds(repetitions, cancellation)).Median;

    public Turn Take(int repetitions, CancellationToken cancellation) => new(Seconds(repetitions, cancellation), Check(), Iterations());

    public void Dispose()
    {
        Plain?.Dispose();
        foreach (var one in held)
            one.Dispose();
    }

    private double[] Seconds(int repetitions, CancellationToken cancellation)
    {
        var seconds = new double[repetitions];
        for (int i = 0; i < repetitions; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            work(cancellation);
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        return seconds;
    }
}
