using TorchRf.Benchmarks.Contests;
using TorchRf.Benchmarks.Peers;

namespace TorchRf.Benchmarks.Cases;

/// <summary>The time from nothing to an answer.</summary>
public static class StartUpCase
{
    /// <summary>The program's own `info`.</summary>
    /// <param name="program">How the program is started.</param>
    public static BenchmarkCase Of(IReadOnlyList<string> program) => new("start-up", "`torchrf info`; the peer: `python3 -c \"import torch\"`", () => Prepare(program))
    {
        Accuracy = "Wall time of a process; ours also multiplies matrices to measure their speed.",
        Goal = new Goal(Seconds: 0.55),
    };

    private static Workload Prepare(IReadOnlyList<string> program)
    {
        var info = new ProgramContender(PeerSetting.AsInstalled, [.. program, "info"]);
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
        })
        {
            PeerProgram = ["-c", "import torch"],
        };
    }
}
