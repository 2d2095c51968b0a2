using TorchRf.Benchmarks.Peers;

namespace TorchRf.Benchmarks.Cases;

/// <summary>Everything that is timed.</summary>
public static class BenchmarkCases
{
    /// <summary>All cases, quick to slow within a topic; with <paramref name="quick"/> of smaller work, and none that takes minutes.</summary>
    /// <param name="program">How the program itself is started, for the time that takes.</param>
    public static IReadOnlyList<BenchmarkCase> All(bool quick, int threads, IReadOnlyList<string> program) =>
    [
        .. TensorCases.All,
        .. SamplerCases.All,
        .. TrainingCases.All(quick, threads),
        .. FlowCases.All(quick),
        .. ComponentCases.All(quick),
        .. CodeCases.All(quick),
        .. PruningCases.All(quick),
        .. CheckpointCases.All,
        new("start-up", "`torchrf info`; the peer: `python3 -c \"import torch\"`", () => StartUp(program))
        {
            Accuracy = "Wall time of a process; ours also multiplies matrices to measure their speed.",
            Goal = new Goal(Seconds: 0.55),
        },
    ];

    /// <summary>Those of some names or topics, separated by commas, in their own order; all where none are named.</summary>
    internal static IReadOnlyList<BenchmarkCase> Only(IReadOnlyList<BenchmarkCase> cases, string? only)
    {
        if (only is null)
            return cases;
        var names = only.Split(',').Select(n => n.Trim()).ToArray();
        if (names.FirstOrDefault(n => !cases.Any(c => c.IsCalled(n))) is string unknown)
            throw new InvalidSettingException("only", unknown.Length > 0 ? unknown : only, "names separated by commas, of " + string.Join(", ", cases.Select(c => c.Name)));
        return [.. cases.Where(c => names.Any(c.IsCalled))];
    }

    // The time from nothing to an answer.
    private static Workload StartUp(IReadOnlyList<string> program)
    {
        var info = PeerProgram.Of(PeerSetting.AsInstalled, [.. program, "info"]);
        return new Workload(cancellation =>
        {
            try
            {
                info.Run(cancellation);
            }
            catch (PeerException e)
            {
                throw new IOException(e.Message, e);
            }
        }) { PeerProgram = ["-c", "import torch"] };
    }
}
