namespace TorchRf.Benchmarks.Contests;

/// <summary>How long and how often sides take their turns.</summary>
/// <param name="TurnSeconds">How long a turn is to take at least; a repetition that takes longer is a turn.</param>
/// <param name="Rounds">How many turns each side takes.</param>
/// <param name="LongRounds">How many where a round takes longer than 15 s.</param>
public sealed record Pace(double TurnSeconds, int Rounds, int LongRounds)
{
    /// <summary>To see in a minute whether anything is amiss.</summary>
    public static Pace Quick { get; } = new(0.05, 3, 2);

    /// <summary>For numbers that are kept.</summary>
    public static Pace Full { get; } = new(0.4, 9, 3);
}
