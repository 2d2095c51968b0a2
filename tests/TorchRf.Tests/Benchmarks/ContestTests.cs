using TorchRf.Benchmarks.Contests;

namespace TorchRf.Tests.Benchmarks;

public class ContestTests
{
    private static readonly BenchmarkCase Timed = new("draw-x", "an example", () => throw new NotSupportedException()) { Operations = 10 };

    // A repetition takes longer than a turn is to: each turn is one.
    private static readonly Pace Pace = new(1, 3, 2);

    private readonly List<string> record = [];

    [SetUp]
    public void ClearRecord() => record.Clear();

    [Test]
    public void The_sides_take_turns()
    {
        Run(Side("ours", 1, 1, 1, 1), Side("as installed", 2, 2, 2, 2), Side("tuned", 3, 3, 3, 3));
        Assert.That(record, Is.EqualTo(Enumerable.Repeat(new[] { "ours", "as installed", "tuned" }, 4).SelectMany(r => r)));
    }

    [Test]
    public void A_ratio_is_the_median_over_rounds_of_the_ratio_within_one()
    {
        var timing = Run(Side("ours", 1, 1, 2, 4), Side("as installed", 2, 5, 8, 40));
        // 5, 4 and 10 in the rounds.
        var ratio = timing.RatioTo("as installed")!.Value;
        Assert.That(new[] { ratio.Lower, ratio.Median, ratio.Upper }, Is.EqualTo(new[] { 4.5, 5, 7.5 }).Within(1e-12));
        Assert.That(timing.RatioTo("tuned"), Is.Null);
        var time = timing.Ours.Time;
        Assert.That(new[] { time.Lower, time.Median, time.Upper }, Is.EqualTo(new[] { 0.15, 0.2, 0.3 }).Within(1e-12), "of one of the ten operations of a repetition");
    }

    [Test]
    public void Short_work_is_repeated_for_a_turn_and_long_rounds_are_fewer()
    {
        var timing = Run(Side("ours", [.. Enumerable.Repeat((double?)0.25, 20)]), Side("as installed", 20, 20, 20, 20));
        Assert.That(timing.Ours.Repetitions, Is.EqualTo(4));
        Assert.That(timing.Peers[0].Repetitions, Is.EqualTo(1));
        Assert.That(timing.Ours.Seconds, Has.Count.EqualTo(2));
    }

    [Test]
    public void Who_fails_is_reported_and_the_others_go_on()
    {
        var timing = Run(Side("ours", 1, 1, 1, 1), Side("as installed", 2, 2, null), Side("tuned", 3, 3, 3, 3));
        Assert.That(timing.Peers[0].Failure, Is.EqualTo("it has ended"));
        Assert.That(timing.RatioTo("as installed"), Is.Null);
        Assert.That(timing.RatioTo("tuned")!.Value.Median, Is.EqualTo(3).Within(1e-12));
        Assert.That(record.Count(n => n == "as installed"), Is.EqualTo(3), "it is not asked again");
    }

    [Test]
    public void Who_does_other_work_is_not_compared()
    {
        var timing = Run(Side("ours", [0.5, 2], 1, 1, 1, 1),
            Side("as installed", [0.5, 2.01], 2, 2, 2, 2), Side("tuned", [0.55, 2], 2, 2, 2, 2));
        Assert.That(timing.RatioTo("as installed"), Is.Not.Null, "half a per cent is within the tolerance");
        Assert.That(timing.RatioTo("tuned"), Is.Null);
        Assert.That(timing.Peers[1].Failure, Is.EqualTo("its work is not ours: it comes to 0.55 and 2 instead of 0.5 and 2"));
    }

    [Test]
    public void A_goal_is_met_missed_or_not_measured()
    {
        var timing = Run(Side("ours", 1, 1, 1, 1), Side("as installed", 4, 4, 4, 4));
        Assert.That(new Goal(AsInstalled: 3.9).IsMetBy(timing), Is.True);
        Assert.That(new Goal(AsInstalled: 4.1).IsMetBy(timing), Is.False);
        Assert.That(new Goal(AsInstalled: 3.9, Tuned: 1).IsMetBy(timing), Is.Null);
        Assert.That(new Goal(AsInstalled: 5, Tuned: 1).IsMetBy(timing), Is.False);
        Assert.That(new Goal(Seconds: 0.11).IsMetBy(timing), Is.True);
        Assert.That(new Goal(Seconds: 0.09).IsMetBy(timing), Is.False);
    }

    [Test]
    public void A_cancelled_contest_ends()
    {
        using var stop = new CancellationTokenSource();
        Assert.That(() => Contest.Run(Timed, Side("ours", 1, 1, 1, 1), [], Pace, (done, _) => { if (done == 1) stop.Cancel(); }, stop.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(record, Has.Count.EqualTo(2));
    }

    [TestCase(new[] { 4.0, 1, 3, 2 }, new[] { 1.75, 2.5, 3.25 })]
    [TestCase(new[] { 5.0, 1, 9 }, new[] { 3.0, 5, 7 })]
    [TestCase(new[] { 7.0 }, new[] { 7.0, 7, 7 })]
    public void Quartiles_are_those_of_numpy(double[] numbers, double[] quartiles) =>
        Assert.That(Quartiles.Of(numbers), Is.EqualTo(new Quartiles(quartiles[0], quartiles[1], quartiles[2])));

    private static CaseTiming Run(Scripted ours, params Scripted[] peers) => Contest.Run(Timed, ours, peers, Pace, (_, _) => { }, CancellationToken.None);

    // The time of a repetition, turn by turn; the first is the warm-up. None is a failure.
    private Scripted Side(string name, params double?[] seconds) => Side(name, [1.0], seconds);

    private Scripted Side(string name, double[] check, params double?[] seconds) => new(name, record, check, seconds);

    // A side whose turns take what a list says, with no clock, and that writes down when it has them.
    private sealed class Scripted(string name, List<string> record, double[] check, double?[] seconds) : IContender
    {
        private int turn;

        public string Name => name;

        public Turn Take(int repetitions, CancellationToken cancellation)
        {
            record.Add(name);
            double one = seconds[turn++] ?? throw new PeerException("it has ended", ended: true);
            return new Turn([.. Enumerable.Repeat(one, repetitions)], check);
        }
    }
}
