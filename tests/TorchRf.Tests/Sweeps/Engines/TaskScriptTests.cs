using System.Diagnostics;
using TorchRf.Sweeps.Engines;

namespace TorchRf.Tests.Sweeps.Engines;

[Platform(Exclude = "Win")]
public class TaskScriptTests : FileFixture
{
    private FakeProgram program = null!;

    [SetUp]
    public void MakeProgram() => program = new FakeProgram(Folder, "it's a \"sweep\" 100% #1 $HOME `id`");

    [Test]
    public void Every_resource_is_in_the_script()
    {
        var resources = new Resources { Partition = "short", Account = "lab", Time = "90", Warning = 120, Mem = "4g", Cpus = 3, Gpus = 2, Throttle = 5 };
        var lines = TaskScript.Array(Tasks() with { Threads = 2 }, resources, new ArrayChunk(5, [6, 9, 10])).Split('\n');
        Assert.That(lines[0], Is.EqualTo("#!/bin/bash"));
        Assert.That(lines, Is.SupersetOf(new[]
        {
            "#SBATCH --job-name=fig5", "#SBATCH --output=\"/data/fig5/slurm/%A_%a.out\"", "#SBATCH --open-mode=append", "#SBATCH --partition=short", "#SBATCH --account=lab",
            "#SBATCH --time=01:30:00", "#SBATCH --mem=4G", "#SBATCH --nodes=1", "#SBATCH --ntasks=1", "#SBATCH --cpus-per-task=3", "#SBATCH --array=1,4-5%5", "#SBATCH --requeue",
            "#SBATCH --signal=B:USR1@120", "#SBATCH --gres=gpu:2", "export OMP_NUM_THREADS=2 MKL_NUM_THREADS=2", "shard=$((SLURM_ARRAY_TASK_ID + 5))",
            "dotnet /opt/TorchRf.Cli.dll sweep /plans/fig5.json --quick --out /data/fig5 --shard \"$shard/12\" &",
        }));
    }

    [Test]
    public void What_is_not_asked_for_is_left_to_the_site()
    {
        var script = TaskScript.Array(Tasks(), new Resources(), new ArrayChunk(0, [1]));
        Assert.That(script, Does.Not.Contain("--partition").And.Not.Contain("--account").And.Not.Contain("--time").And.Not.Contain("--mem").And.Not.Contain("gpu").And.Contain("--array=1\n"));
    }

    [Test]
    public void The_merge_runs_on_one_processor_and_is_never_an_array()
    {
        var script = TaskScript.Merge(Tasks(), new Resources { Cpus = 4, Gpus = 1, Time = "90" });
        Assert.That(script, Does.Contain("#SBATCH --cpus-per-task=1\n").And.Contain("exec dotnet /opt/TorchRf.Cli.dll sweep merge /plans/fig5.json --quick --out /data/fig5\n"));
        Assert.That(script, Does.Not.Contain("--array").And.Not.Contain("gpu").And.Not.Contain("--signal"));
    }

    [TestCase("plain/path-1.json", "plain/path-1.json")]
    [TestCase("it's", @"'it'\''s'")]
    [TestCase("", "''")]
    [TestCase("a b", "'a b'")]
    [TestCase("$x", "'$x'")]
    public void A_word_is_quoted_where_it_must_be(string word, string quoted) => Assert.That(ShellWords.Quote(word), Is.EqualTo(quoted));

    [Test]
    public void A_directive_keeps_percent_signs_and_quotes() => Assert.That(ShellWords.Directive("/a \"b\" 5%A/", "%A.out"), Is.EqualTo("\"/a \\\"b\\\" 5%%A/%A.out\""));

    [TestCase("a\\b")]
    [TestCase("a\nb")]
    public void A_folder_that_no_directive_can_hold_is_refused(string folder) =>
        Assert.That((Tasks() with { Folder = "/data/" + folder }).Validate, Throws.TypeOf<InvalidSettingException>().With.Message.StartsWith("out is"));

    [Test]
    public void The_script_of_the_merge_runs_it()
    {
        File.WriteAllText(InFolder("script.sh"), TaskScript.Merge(program.Tasks(12, 6), new Resources()));
        Shell.Output("bash", InFolder("script.sh"));
        Assert.That(program.Record, Is.EqualTo(new[] { "merge start", "merge done" }));
    }

    [TestCase("", "", 0, "done")]
    [TestCase("fail", "", 3, null)]
    [TestCase("hold", "USR1", 138, "warned", Description = "it goes back to the queue")]
    [TestCase("hold deaf", "USR1", 0, "done", Description = "it finishes in spite of the warning and does not")]
    [TestCase("hold", "TERM", 143, "stopped", Description = "that is no warning")]
    public void A_task_runs_its_shard_whatever_the_paths_are_and_passes_its_end_on(string marks, string signal, int code, string? end)
    {
        foreach (var mark in marks.Split(' '))
            program.Mark(mark, 6);
        using var task = Start();
        program.WaitFor("6 start");
        for (int i = 0; signal.Length > 0 && i < (marks == "hold deaf" ? 5 : 1); i++)
            Shell.Output("kill", "-" + signal, $"{task.Id}");
        if (marks == "hold deaf")
            program.Unmark("hold", 6);
        task.WaitForExit();
        Assert.That(task.ExitCode, Is.EqualTo(code));
        Assert.That(program.Record.Skip(1), Is.EqualTo(end is null ? [] : new[] { "6 " + end }));
        Assert.That(Requeues, Is.EqualTo(end == "warned" ? ["requeue 70_1", "update JobId=70_1 StartTime=now+10seconds"] : Array.Empty<string>()));
    }

    private static SweepTasks Tasks() => new() { Program = ["dotnet", "/opt/TorchRf.Cli.dll"], Plan = "/plans/fig5.json", Quick = true, Folder = "/data/fig5", Shards = [1], ShardCount = 12 };

    private string[] Requeues => File.Exists(InFolder("scontrol.record")) ? File.ReadAllLines(InFolder("scontrol.record")) : [];

    // As slurmd would, with a scontrol that only writes down what it is asked.
    private Process Start()
    {
        Shell.MakeProgram(InFolder("scontrol"), $"#!/bin/sh\necho \"$@\" >>{ShellWords.Quote(InFolder("scontrol.record"))}\n");
        File.WriteAllText(InFolder("script.sh"), TaskScript.Array(program.Tasks(12, 6), new Resources(), new ArrayChunk(5, [6])));
        var start = new ProcessStartInfo("bash", [InFolder("script.sh")]);
        start.Environment["PATH"] = Folder + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment["SLURM_ARRAY_JOB_ID"] = "70";
        start.Environment["SLURM_ARRAY_TASK_ID"] = "1";
        return Process.Start(start)!;
    }
}
