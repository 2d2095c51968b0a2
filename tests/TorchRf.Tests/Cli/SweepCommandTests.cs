using System.Diagnostics;
using System.Text.Json.Nodes;

namespace TorchRf.Tests.Cli;

/// <summary>"torchrf sweep" as a person or a batch system runs it.</summary>
public class SweepCommandTests : FileFixture
{
    private const string Six = """
        { "common": { "data": "gaussian", "sites": 8, "inits": 3, "steps": 60, "batch": 8, "checkpoint_every": 10 },
          "grid": { "lr": [0.05, 0.1, 0.2] }, "replicates": 2 }
        """;

    private Torchrf.Outcome Sweep(string line) => Torchrf.RunLine(Folder, "sweep " + line);

    private string Merged(string folder) => File.ReadAllText(InFolder(folder + "/merged.json")) + File.ReadAllText(InFolder(folder + "/merged.csv"));

    [SetUp]
    public void WritePlan() => File.WriteAllText(InFolder("plan.json"), Six);

    [Test]
    public void Four_shards_give_the_table_of_one_and_so_do_three_processes_that_share_all()
    {
        var whole = Sweep("plan.json --out whole");
        Assert.That((whole.Code, whole.Error.Split('\n').Length), Is.EqualTo((0, 7)), whole.Error);
        Assert.That(whole.Out, Does.Contain("3 settings x 2 replicates = 6 runs").And.Contain("6 of 6 runs finished."));

        foreach (int k in new[] { 3, 1, 4, 2 })
            Assert.That(Sweep($"plan.json --out shards --shard {k}/4").Code, Is.Zero);
        Assert.That(Sweep("merge plan.json --out shards").Code, Is.Zero);
        Assert.That(Merged("shards"), Is.EqualTo(Merged("whole")));

        var together = Enumerable.Range(0, 3).Select(_ => Torchrf.Start(Folder, "sweep", "plan.json", "--out", "together")).ToArray();
        foreach (var process in together)
        {
            var error = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            // Whoever ends while another still works on a run says so with a 1.
            Assert.That(process.ExitCode, Is.EqualTo(0).Or.EqualTo(1), error.Result);
            process.Dispose();
        }
        Assert.That(Sweep("merge plan.json --out together").Code, Is.Zero);
        Assert.That(Merged("together"), Is.EqualTo(Merged("whole")));

        // Another order of the same plan has the same runs; so has the plan in another place.
        File.WriteAllText(InFolder("turned.json"), Six.Replace("[0.05, 0.1, 0.2]", "[0.2, 0.05, 0.1]", StringComparison.Ordinal).Insert(1, "\"name\": \"plan\","));
        var again = Sweep("turned.json --out whole --json");
        Assert.That(again.Code, Is.Zero);
        Assert.That(again.Error, Is.Empty, "all were finished");
        string[] Rows(JsonNode table) => [.. table["settings"]!.AsArray().Select(r => r!.ToJsonString()).Order(StringComparer.Ordinal)];
        Assert.That(Rows(again.Json), Is.EqualTo(Rows(JsonNode.Parse(File.ReadAllText(InFolder("together/merged.json")))!)));
    }

    [Test]
    public void A_dry_run_lists_and_counts_and_writes_nothing()
    {
        var listed = Sweep("plan.json --dry-run");
        Assert.That(listed.Code, Is.Zero);
        Assert.That(listed.Out.Split('\n').Count(l => l.Contains("waiting", StringComparison.Ordinal)), Is.EqualTo(6));
        Assert.That(listed.Out, Does.Contain("= 6 runs, 18 initialisations, 360 steps."));
        Assert.That(listed.Out.Split('\n').Max(l => l.Length), Is.LessThanOrEqualTo(80));
        var shard = Sweep("plan.json --dry-run --shard 2/4 --json");
        Assert.That(shard.Json["runs"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That(Directory.GetFileSystemEntries(Folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void Failures_are_told_listed_retried_and_missing_from_the_table()
    {
        File.WriteAllText(InFolder("plan.json"), Six.Replace("0.2]", "1e30]", StringComparison.Ordinal));
        var first = Sweep("plan.json");
        Assert.That(first.Code, Is.EqualTo(1));
        Assert.That(first.Error.Split('\n').Count(l => l.StartsWith("torchrf: run ", StringComparison.Ordinal) && l.Contains("failed: ", StringComparison.Ordinal)), Is.EqualTo(2));
        Assert.That(first.Out, Does.Contain("4 of 6 runs finished, 2 failed"));

        var status = Sweep("status plan.json");
        Assert.That(status.Code, Is.Zero);
        Assert.That(status.Out, Does.Contain("4 finished, 2 failed, 0 running, 0 interrupted, 0 waiting").And.Contain("lr 1E+30"));
        Assert.That(Sweep("status plan.json --json").Json["failed"]!.GetValue<int>(), Is.EqualTo(2));

        var merged = Sweep("merge plan.json --json");
        Assert.That(merged.Code, Is.EqualTo(1));
        Assert.That(merged.Error, Does.Contain("2 of 6 runs are missing: "));
        Assert.That(merged.Json["missing"]!.AsArray(), Has.Count.EqualTo(2));
        Assert.That(merged.Json["settings"]!.AsArray(), Has.Count.EqualTo(3));

        Assert.That(Sweep("plan.json").Error, Does.Not.Contain("failed: "), "what failed is left alone");
        var retried = Sweep("retry plan.json --failed");
        Assert.That(retried.Code, Is.EqualTo(1));
        Assert.That(retried.Error, Does.Contain("2 failed runs again"));
        Assert.That(retried.Error.Split('\n').Count(l => l.Contains(" failed: ", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [TestCase("plan.json --shard 0/3", "--shard is 0/3; it must be k/n")]
    [TestCase("plan.json --shard 4/3", "--shard is 4/3; it must be k/n")]
    [TestCase("plan.json --shard 2", "--shard is 2; it must be k/n")]
    [TestCase("none.json", "none.json: there is no such plan")]
    [TestCase("plan.json --quick", "plan.json: the plan has no \"quick\" variant")]
    [TestCase("plan.json --out plan.json", "--out is plan.json; it must be a folder.")]
    [TestCase("plan.json --out .", "--out is .; it must be a new or empty folder, or that of an earlier sweep; this holds other files.")]
    [TestCase("status plan.json", "it must be the folder of a sweep that was started; this has no sweep.json.")]
    [TestCase("merge plan.json --out nowhere", "--out is nowhere; it must be the folder of a sweep that was started")]
    [TestCase("retry plan.json --out nowhere", "--out is nowhere; it must be the folder of a sweep that was started")]
    public void Bad_input_gets_one_line_and_code_2_and_leaves_nothing(string line, string reason)
    {
        Sweep(line).CheckRefused(reason);
        Assert.That(Directory.GetFileSystemEntries(Folder), Has.Length.EqualTo(1));
    }
}
