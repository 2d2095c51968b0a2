using TorchRf.Sweeps.Engines;

namespace TorchRf.Tests.Sweeps.Engines;

public class ResourcesTests
{
    [TestCase("5", "00:05:00")]
    [TestCase("1:30", "00:01:30")]
    [TestCase("90:00", "01:30:00")]
    [TestCase("02:03:04", "02:03:04")]
    [TestCase("36:00:00", "1-12:00:00")]
    [TestCase("2-3", "2-03:00:00")]
    [TestCase("2-03:04", "2-03:04:00")]
    [TestCase("365-00:00:00", "365-00:00:00")]
    public void A_time_is_read_as_SLURM_reads_it(string text, string means) => Assert.That(TimeLimit.Text(TimeLimit.Parse("time", text)), Is.EqualTo(means));

    [TestCase("x")]
    [TestCase("-5")]
    [TestCase("1:2:3:4")]
    [TestCase("1.5")]
    [TestCase("5\n")]
    [TestCase("0-00:00:00")]
    [TestCase("366-00")]
    [TestCase("99999999999999")]
    public void What_is_no_time_is_refused(string text) => Refused("time", () => TimeLimit.Parse("time", text));

    [TestCase("4G")]
    [TestCase("500")]
    [TestCase("512m")]
    public void Sizes_of_memory_are_taken(string mem) => Assert.That(() => new Resources { Mem = mem }.Validate(), Throws.Nothing);

    [Test]
    public void What_cannot_be_is_refused()
    {
        foreach (var mem in new[] { "", "0", "0G", "4GB", "1.5G", "G" })
            Refused("mem", new Resources { Mem = mem });
        // What could break a script.
        foreach (var name in new[] { "a b", "", "-x", "a\"b", "a\nb" })
        {
            Refused("partition", new Resources { Partition = name });
            Refused("account", new Resources { Account = name });
        }
        Refused("warning", new Resources { Warning = 0 });
        Refused("cpus", new Resources { Cpus = 0 });
        Refused("gpus", new Resources { Gpus = -1 });
        Refused("throttle", new Resources { Throttle = 0 });
        Refused("runs-per-task", new Resources { RunsPerTask = 0 });
        Refused("time", new Resources { Time = "1", Warning = 60 });
        Assert.That(() => new Resources { Partition = "short,long", Account = "lab_1", Time = "1:01", Warning = 60, Cpus = 4, Gpus = 1, Throttle = 2, RunsPerTask = 3 }.Validate(), Throws.Nothing);
    }

    [Test]
    public void A_task_has_at_least_as_many_processors_as_its_runs_threads()
    {
        Assert.That(new Resources().CpusFor(3), Is.EqualTo(3));
        Assert.That(new Resources { Cpus = 4 }.CpusFor(3), Is.EqualTo(4));
        Refused("cpus", () => new Resources { Cpus = 2 }.CpusFor(3));
    }

    [TestCase(0, 1, 1)]
    [TestCase(6, 1, 6)]
    [TestCase(7, 3, 3)]
    [TestCase(1, 1_000_000, 1)]
    public void Shards_hold_so_many_runs(int runs, int runsPerTask, int shards) => Assert.That(SweepTasks.ShardsOf(runs, runsPerTask), Is.EqualTo(shards));

    private static void Refused(string setting, Resources resources) => Refused(setting, resources.Validate);

    private static void Refused(string setting, Action code) =>
        Assert.That(code, Throws.TypeOf<InvalidSettingException>().With.Property(nameof(InvalidSettingException.Setting)).EqualTo(setting));
}
