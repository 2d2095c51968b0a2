using System.Text.Json.Nodes;
using TorchRf.Measures;
using TorchRf.Sweeps;

namespace TorchRf.Tests.Sweeps;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class MergedSweepTests : SweepFixture
{
    private const string Replicated = "{" + Common + """, "grid": { "lr": [0.05, 0.1] }, "replicates": 4 }""";

    private SweepPlan plan = null!;

    private static SweepResult Result(SweepRun run, params double[] ipr)
    {
        using var values = torch.tensor(ipr);
        return new SweepResult(run.Id, -0.5, new Dictionary<string, RunningMoments> { ["ipr"] = RunningMoments.Of(values) });
    }

    private static double[] Iprs(int i) => [.. Enumerable.Range(0, 3).Select(j => Math.Sin((7 * i) + (3 * j)))];

    private void Keep(SweepFolder folder, params int[] runs)
    {
        foreach (int i in runs)
        {
            Directory.CreateDirectory(folder.Of(plan.Runs[i]));
            folder.Finish(plan.Runs[i], Result(plan.Runs[i], Iprs(i)));
        }
    }

    [SetUp]
    public void Read() => plan = Plan(Replicated);

    [Test]
    public void Moments_of_replicates_are_those_of_all_their_numbers()
    {
        var folder = Open(plan);
        Keep(folder, 0, 1, 2, 3, 4, 5, 6, 7);
        var merged = MergedSweep.Of(plan, [folder]);
        Assert.That(merged.Settings, Has.Count.EqualTo(2));
        for (int setting = 0; setting < 2; setting++)
        {
            double[] all = [.. Enumerable.Range(4 * setting, 4).SelectMany(Iprs)];
            double mean = all.Average(), variance = all.Sum(v => (v - mean) * (v - mean));
            var row = merged.ToJson()["settings"]![setting]!["measures"]!["ipr"]!;
            Assert.That((double)row["mean"]!, Is.EqualTo(mean).Within(1e-14));
            Assert.That((double)row["std"]!, Is.EqualTo(Math.Sqrt(variance / 11)).Within(1e-14));
            Assert.That((long)row["count"]!, Is.EqualTo(12));
            // Initialisations that share their examples count as one: the error is that of four replicates.
            double[] means = [.. Enumerable.Range(4 * setting, 4).Select(i => Iprs(i).Average())];
            double error = Math.Sqrt(means.Sum(m => (m - mean) * (m - mean)) / 3 / 4);
            Assert.That((double)row["standard_error"]!, Is.EqualTo(error).Within(1e-14));
        }
    }

    [Test]
    public void With_examples_of_their_own_all_initialisations_count()
    {
        var folder = Open(plan);
        Keep(folder, 0);
        Assert.That(MergedSweep.Of(plan, [folder]).Settings[0].StandardError("ipr"), Is.Null, "that share their examples, and are one");
        plan = Plan(Replicated.Replace("\"sites\": 8", "\"sites\": 8, \"streams\": \"own\"", StringComparison.Ordinal));
        Keep(folder, 0, 1);
        double[] all = [.. Iprs(0), .. Iprs(1)];
        double error = Math.Sqrt(all.Sum(v => Math.Pow(v - all.Average(), 2)) / 5 / 6);
        Assert.That(MergedSweep.Of(plan, [folder]).Settings[0].StandardError("ipr"), Is.EqualTo(error).Within(1e-14));
    }

    // Units of one network learn from the same examples, and from each other.
    [Test]
    public void Units_of_one_network_do_not_count_as_independent()
    {
        plan = Plan(Replicated.Replace("\"sites\": 8", "\"sites\": 8, \"streams\": \"own\", \"units\": 3, \"model\": \"committee\"", StringComparison.Ordinal));
        var folder = Open(plan);
        Keep(folder, 0);
        Assert.That(MergedSweep.Of(plan, [folder]).Settings[0].StandardError("ipr"), Is.Null);
        Keep(folder, 1);
        double error = Math.Abs(Iprs(0).Average() - Iprs(1).Average()) / 2;
        Assert.That(MergedSweep.Of(plan, [folder]).Settings[0].StandardError("ipr"), Is.EqualTo(error).Within(1e-14));
    }

    [Test]
    public void The_table_does_not_depend_on_the_order_or_on_the_folders()
    {
        var (one, other, all, backwards) = (Open(plan, "one"), Open(plan, "other"), Open(plan, "all"), Open(plan, "backwards"));
        Keep(all, 0, 1, 2, 3, 4, 5, 6, 7);
        Keep(backwards, 7, 6, 5, 4, 3, 2, 1, 0);
        Keep(one, 6, 1, 3);
        Keep(other, 0, 7, 5, 4, 2);
        var table = Table(plan, all);
        Assert.That(Table(plan, backwards), Is.EqualTo(table));
        Assert.That(Table(plan, one, other), Is.EqualTo(table));
        Assert.That(Table(plan, other, one), Is.EqualTo(table));
    }

    [Test]
    public void The_table_does_not_depend_on_where_files_lie()
    {
        const string json = """{ "common": { "data": "photo", "sites": 4, "strides": [2, 1], "batch": 20 }, "grid": { "photos": [["a.pgm"], ["b.pgm"]] } }""";
        Directory.CreateDirectory(InFolder("moved"));
        foreach (var (name, factor) in new[] { ("a.pgm", 37), ("b.pgm", 41), ("moved/a.pgm", 37), ("moved/b.pgm", 41) })
            Save(name, [.. "P5 9 9 255\n"u8, .. Enumerable.Range(0, 81).Select(i => (byte)(i * factor))]);
        plan = Plan(json);
        var folder = Open(plan);
        Keep(folder, 0, 1);
        var table = Table(plan, folder);
        Assert.That(table, Does.Contain("a.pgm").And.Contain("b.pgm"));
        Assert.That(Table(Plan(json, name: "moved/plan.json"), folder), Is.EqualTo(table));
    }

    [Test]
    public void What_is_missing_is_named_and_the_rest_stands()
    {
        var folder = Open(plan);
        Keep(folder, 0, 1, 3);
        var merged = MergedSweep.Of(plan, [folder]);
        Assert.That(merged.Missing, Is.EqualTo(plan.Runs.Where((_, i) => i is not (0 or 1 or 3))));
        Assert.That(merged.Settings[0].Of("ipr").Count, Is.EqualTo(9));
        Assert.That(merged.Settings[1].Of("ipr").Count, Is.Zero);
        Assert.That(merged.ToCsv().Split('\n')[2], Does.EndWith(",,,,0"));
        Assert.That(merged.ToJson()["missing"]!.AsArray().Select(r => (string)r!), Is.EqualTo(merged.Missing.Select(r => r.Id)));
    }

    [Test]
    public void What_is_double_counts_once_and_is_named_and_what_differs_is_refused()
    {
        var (one, other) = (Open(plan, "one"), Open(plan, "other"));
        Keep(one, 0, 1, 2, 3, 4, 5, 6, 7);
        var table = Table(plan, one);
        Keep(other, 2, 5);
        Assert.That(Table(plan, one, other), Is.EqualTo(table));
        Assert.That(MergedSweep.Of(plan, [one, other]).Doubles, Is.EqualTo(new[] { plan.Runs[2], plan.Runs[5] }));
        other.Finish(plan.Runs[5], Result(plan.Runs[5], 0.1, 0.2, 0.3));
        Assert.That(() => MergedSweep.Of(plan, [one, other]), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(plan.Runs[5].Id).And.Message.Contains("differs"));
    }

    [Test]
    public void A_result_survives_its_file_to_the_bit()
    {
        var folder = Open(plan);
        var result = new SweepResult(plan.Runs[0].Id, null, new Dictionary<string, RunningMoments> { ["a"] = new(3, 0.1 + 0.2, 1e-300, -1.0 / 3, double.MaxValue), ["b"] = default });
        Directory.CreateDirectory(folder.Of(plan.Runs[0]));
        folder.Finish(plan.Runs[0], result);
        var back = folder.Result(plan.Runs[0])!;
        Assert.That(back.Measures, Is.EquivalentTo(result.Measures));
        Assert.That((back.Run, back.ExcessKurtosis), Is.EqualTo((result.Run, (double?)null)));
    }

    [Test]
    public void A_result_that_was_tampered_with_or_is_anothers_does_not_count()
    {
        var folder = Open(plan);
        Keep(folder, 0, 1);
        var file = Path.Combine(folder.Of(plan.Runs[0]), "result.json");
        var told = new List<string>();
        foreach (var change in (Action<JsonObject>[])[d => d["run"] = "x", d => d["measures"]!["ipr"]!["mean"] = 0.5, d => d.Remove("sha256"), d => d["sha256"] = "0", d => d["more"] = 1])
        {
            Keep(folder, 0);
            var document = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
            change(document);
            File.WriteAllText(file, document.ToJsonString());
            Assert.That(folder.Result(plan.Runs[0], told.Add), Is.Null, document.ToJsonString());
        }
        File.Copy(Path.Combine(folder.Of(plan.Runs[1]), "result.json"), file, overwrite: true);
        Assert.That(folder.Result(plan.Runs[0], told.Add), Is.Null);
        Assert.That(told, Has.Count.EqualTo(6).And.All.StartsWith(file));
        Assert.That(told[^1], Does.Contain($"the result of run {plan.Runs[1].Id}"));
    }

    [Test]
    public void Numbers_that_are_not_finite_are_left_out() =>
        Assert.That(new SweepResult("r", double.NaN, new Dictionary<string, RunningMoments>()).ToJson, Throws.InstanceOf<ArgumentException>(), "JSON has no such number; who measures leaves it out");
}
