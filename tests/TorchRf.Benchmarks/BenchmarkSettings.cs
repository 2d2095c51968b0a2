using TorchRf.Benchmarks.Contests;

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

    /// <summary>How long and how often.</summary>
    public Pace Pace
    {
        get
        {
            var pace = Quick ? Pace.Quick : Pace.Full;
            return Rounds is int rounds ? pace with { Rounds = rounds, LongRounds = rounds } : pace;
        }
    }

    /// <summary>Checks them.</summary>
    /// <exception cref="InvalidSettingException">One is out of its range.</exception>
    public void Validate()
    {
        InvalidSettingException.Require(Threads is >= 1 and <= 4096, "threads", Threads, "from 1 to 4096");
        InvalidSettingException.Require(Rounds is null or (>= 1 and <= 1000), "rounds", Rounds, "from 1 to 1000");
    }
}
