namespace TorchRf.Benchmarks.Contests;

/// <summary>Times one case: the sides take turns (ours, a peer, another, ours, ...), so that what else the machine does and how warm it is falls on all of them alike.</summary>
public static class Contest
{
    private const double LongRound = 15;
    private const int MostRepetitions = 100_000;

    // Threads that have just worked look out for more work for a while (OpenMP's for milliseconds, OpenBLAS's for up to 100): not into another side's turn.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(120);

    /// <summary>Times it; <paramref name="turn"/> is told before each turn, with the number of those done and of all.</summary>
    public static CaseTiming Run(BenchmarkCase timed, IContender ours, IReadOnlyList<IContender> peers, Pace pace, Action<int, int> turn, CancellationToken cancellation)
    {
        Side[] sides = [new(ours, timed), .. peers.Select(p => new Side(p, timed))];
        foreach (var side in sides)
            side.WarmUp(pace, cancellation);
        int rounds = sides.Sum(s => s.TurnSeconds) > LongRound ? Math.Min(pace.Rounds, pace.LongRounds) : pace.Rounds;
        for (int round = 0; round < rounds; round++)
        {
            foreach (var (i, side) in sides.Index())
            {
                turn((round * sides.Length) + i, rounds * sides.Length);
                side.Take(cancellation);
            }
        }
        foreach (var peer in sides.Skip(1))
            peer.HoldAgainst(sides[0]);
        return new CaseTiming(timed, sides[0].Timing(), [.. sides.Skip(1).Select(s => s.Timing())]);
    }

    private sealed class Side(IContender contender, BenchmarkCase timed)
    {
        private readonly List<double> seconds = [];
        private readonly List<int> iterations = [];
        private IReadOnlyList<double> check = [];
        private string? failure;
        private int repetitions = 1;

        internal double TurnSeconds { get; private set; }

        // Once for what is made in the first repetition only, then for about the time of two turns: the runtime compiles anew what runs often.
        internal void WarmUp(Pace pace, CancellationToken cancellation) => Try(() =>
        {
            double one = Quartiles.Of(contender.Take(1, cancellation).Seconds).Median;
            for (int i = 0; i < 4 && one < pace.TurnSeconds; i++)
                one = Quartiles.Of(contender.Take(Repetitions(pace.TurnSeconds / 2, one), cancellation).Seconds).Median;
            repetitions = Repetitions(pace.TurnSeconds, one);
            TurnSeconds = repetitions * one;
        });

        internal void Take(CancellationToken cancellation) => Try(() =>
        {
            cancellation.WaitHandle.WaitOne(Rest);
            cancellation.ThrowIfCancellationRequested();
            var turn = contender.Take(repetitions, cancellation);
            seconds.Add(Quartiles.Of(turn.Seconds).Median / timed.Operations);
            check = turn.Check;
            if (turn.Iterations is int count)
                iterations.Add(count);
        });

        // Who does not do the same is not compared.
        internal void HoldAgainst(Side ours)
        {
            bool same = check.Count == ours.check.Count && check.Zip(ours.check).All(c => Math.Abs(c.First - c.Second) <= timed.Tolerance * Math.Abs(c.Second));
            if (!same)
                failure ??= FormattableString.Invariant($"its work is not ours: it comes to {string.Join(" and ", check.Select(c => c.ToString("G4", System.Globalization.CultureInfo.InvariantCulture)))} instead of {string.Join(" and ", ours.check.Select(c => c.ToString("G4", System.Globalization.CultureInfo.InvariantCulture)))}");
        }

        internal SideTiming Timing() => new(contender.Name, repetitions, seconds, check, iterations, failure);

        private static int Repetitions(double wanted, double one) => (int)Math.Clamp(Math.Ceiling(wanted / Math.Max(one, 1e-9)), 1, MostRepetitions);

        private void Try(Action action)
        {
            if (failure is not null)
                return;
            try
            {
                action();
            }
            catch (PeerException e)
            {
                failure = e.Message;
            }
        }
    }
}

/// <summary>How long and how often sides take their turns.</summary>
/// <param name="TurnSeconds">How long a turn is to take at least; a repetition that takes longer is a turn.</param>
/// <param name="LongRounds">How many where a round takes longer than 15 s.</param>
public sealed record Pace(double TurnSeconds, int Rounds, int LongRounds)
{
    /// <summary>To see in a minute whether anything is amiss.</summary>
    public static Pace Quick { get; } = new(0.05, 3, 2);

    /// <summary>For numbers that are kept.</summary>
    public static Pace Full { get; } = new(0.4, 9, 3);
}

/// <summary>One side of a case, ready to take its turns.</summary>
public interface IContender
{
    /// <summary>What it is called in reports.</summary>
    string Name { get; }

    /// <summary>Does the work over and over.</summary>
    /// <param name="cancellation">Ends it after a repetition, or at once where the work heeds it.</param>
    Turn Take(int repetitions, CancellationToken cancellation);
}

/// <summary>What one side's turn took.</summary>
/// <param name="Check">Numbers by which it shows that both sides do the same work; empty where there is nothing to compare.</param>
/// <param name="Iterations">How many iterations its last repetition took, where that is what it searched for.</param>
public sealed record Turn(IReadOnlyList<double> Seconds, IReadOnlyList<double> Check, int? Iterations = null);

/// <summary>A peer that cannot do some work, or is not to be believed any more.</summary>
public sealed class PeerException(string message, bool ended) : Exception(message.ReplaceLineEndings(" "))
{
    /// <summary>Whether it is of no use for other work either.</summary>
    public bool Ended { get; } = ended;
}

/// <summary>Where a run of benchmarks is.</summary>
/// <param name="Part">How much of this case is done, from 0 to 1.</param>
public readonly record struct BenchmarkProgress(string Case, int Done, int Cases, double Part);
