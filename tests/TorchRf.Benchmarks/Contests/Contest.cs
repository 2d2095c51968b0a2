namespace TorchRf.Benchmarks.Contests;

/// <summary>
/// Times one case: the sides take turns (ours, a peer, another, ours, ...), so that what else the machine does and how warm it is falls on all of them alike.
/// </summary>
public static class Contest
{
    private const double LongRound = 15;
    private const int MostRepetitions = 100_000;

    // Threads that have just worked look out for more work for a while (OpenMP's for milliseconds, OpenBLAS's for up to 100): not into another side's turn.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(120);

    /// <summary>Times it.</summary>
    /// <param name="timed">The case.</param>
    /// <param name="ours">Our side.</param>
    /// <param name="peers">The others.</param>
    /// <param name="pace">How long and how often.</param>
    /// <param name="turn">Told before each turn, with the number of those done and of all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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
