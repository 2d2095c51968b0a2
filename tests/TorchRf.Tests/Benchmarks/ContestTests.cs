using TorchRf.Benchmarks.Contests;

namespace TorchRf.Tests.Benchmarks;

public class ContestTests
{
    private static readonly BenchmarkCase Timed = new("draw-x", "an example", () => throw new NotSupportedException()) { Operations = 10 };

    // A repetition takes longer than a turn is to: each turn is one.
    private static readonly Pace Pace = new(1, 3, 2);

    [Test]
    public void The_sides_take_turns()
    {
        var record = new List<string>();
        Run(record, new ScriptedContender("ours", record, 1, 1, 1, 1), new ScriptedContender("as installed", record, 2, 2, 2, 2), new ScriptedContender("tuned", record, 3, 3, 3, 3));
        Assert.That(record, Is.EqualTo(Enumerable.Repeat(new[] { "ours", "as installed", "tuned" }, 4).SelectMany(r => r)));
    }

    [Test]
    public void A_ratio_is_the_median_over_rounds_of_the_ratio_within_one()
    {
        var record = new List<string>();
        var timing = Run(record, new ScriptedContender("ours", record, 1, 1, 2, 4), new ScriptedContender("as installed", record, 2, 5, 8, 40));
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
        var record = new List<string>();
        var timing = Run(record, new ScriptedContender("ours", record, [.. Enumerable.Repeat((double?)0.25, 20)]), new ScriptedContender("as installed", record, 20, 20, 20, 20));
        Assert.That(timing.Ours.Repetitions, Is.EqualTo(4));
        Assert.That(timing.Peers[0].Repetitions, Is.EqualTo(1));
        Assert.That(timing.Ours.Seconds, Has.Count.EqualTo(2));
    }

    [Test]
    public void Who_fails_is_reported_and_the_others_go_on()
    {
        var record = new List<string>();
        var timing = Run(record, new ScriptedContender("ours", record, 1, 1, 1, 1), new ScriptedContender("as installed", record, 2, 2, null), new ScriptedContender("tuned", record, 3, 3, 3, 3));
        Assert.That(timing.Peers[0].Failure, Is.EqualTo("it has ended"));
        Assert.That(timing.RatioTo("as installed"), Is.Null);
        Assert.That(timing.RatioTo("tuned")!.Value.Median, Is.EqualTo(3).Within(1e-12));
        Assert.That(record.Count(n => n == "as installed"), Is.EqualTo(3), "it is not asked again");
    }

    [Test]
    public void Who_does_other_work_is_not_compared()
    {
        var record = new List<string>();
        var timing = Run(record, new ScriptedContender("ours", record, 1, 1, 1, 1) { Check = [0.5, 2] },
            new ScriptedContender("as installed", record, 2, 2, 2, 2) { Check = [0.5, 2.01] }, new ScriptedContender("tuned", record, 2, 2, 2, 2) { Check = [0.55, 2] });
        Assert.That(timing.RatioTo("as installed"), Is.Not.Null, "half a per cent is within the tolerance");
        Assert.That(timing.RatioTo("tuned"), Is.Null);
        Assert.That(timing.Peers[1].Failure, Is.EqualTo("its work is not ours: it comes to 0.55 and 2 instead of 0.5 and 2"));
    }

    [Test]
    public void A_goal_is_met_missed_or_not_measured()
    {
        var record = new List<string>();
        var timing = Run(record, new ScriptedContender("ours", record, 1, 1, 1, 1), new ScriptedContender("as installed", record, 4, 4, 4, 4));
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
        var record = new List<string>();
        using var stop = new CancellationTokenSource();
        Assert.That(() => Contest.Run(Timed, new ScriptedContender("ours", record, 1, 1, 1, 1), [], Pace, (done, _) => { if (done == 1) stop.Cancel(); }, stop.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(record, Has.Count.EqualTo(2));
    }

    private static CaseTiming Run(List<string> record, ScriptedContender ours, params ScriptedContender[] peers)
    {
        Assert.That(record, Is.Empty);
        return Contest.Run(Timed, ours, peers, Pace, (_, _) => { }, CancellationToken.None);
    }
}
