using TorchRf.Training;

namespace TorchRf.Tests.Training;

public sealed class SnapshotScheduleTests
{
    [TestCase(1, new long[] { 0, 1 })]
    [TestCase(20, new long[] { 0, 20 })]
    [TestCase(30, new long[] { 0, 20, 30 })]
    [TestCase(100, new long[] { 0, 20, 50, 100 })]
    [TestCase(2000, new long[] { 0, 20, 50, 100, 200, 500, 1000, 2000 })]
    [TestCase(7000, new long[] { 0, 20, 50, 100, 200, 500, 1000, 2000, 5000, 7000 })]
    public void One_two_five(long steps, long[] expected) => Assert.That(SnapshotSchedule.OneTwoFive(steps), Is.EqualTo(expected));

    [TestCase(100, 5, new long[] { 0, 25, 50, 75, 100 })]
    [TestCase(3, 10, new long[] { 0, 1, 2, 3 })]
    [TestCase(10, 2, new long[] { 0, 10 })]
    public void Even(long steps, int count, long[] expected) => Assert.That(SnapshotSchedule.Even(steps, count), Is.EqualTo(expected));

    [Test]
    public void The_longest_run_has_a_schedule_too() =>
        Assert.That(SnapshotSchedule.OneTwoFive(long.MaxValue).TakeLast(2), Is.EqualTo(new[] { 5_000_000_000_000_000_000, long.MaxValue }));
}
