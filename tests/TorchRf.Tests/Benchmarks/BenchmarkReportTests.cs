using System.Text.Json.Nodes;
using TorchRf.Benchmarks;
using TorchRf.Benchmarks.Contests;

namespace TorchRf.Tests.Benchmarks;

public class BenchmarkReportTests
{
    private static readonly BenchmarkCase Step = new("step-x", "a step", () => throw new NotSupportedException()) { Accuracy = "In Float32.", Goal = new Goal(AsInstalled: 5, Tuned: 3) };

    private static BenchmarkReport Report(double load, params SideTiming[] peers) => new(
        new BenchmarkSettings { Cases = [Step], Threads = 2 },
        [new CaseTiming(Step, new SideTiming("ours", 10, [0.001, 0.001, 0.002], [1], []), peers)],
        peers.ToDictionary(p => p.Side, _ => new JsonObject { ["torch"] = "1.13" }), [], new JsonObject { ["processor"] = "a fast one", ["load_before"] = load });

    [Test]
    public void The_page_has_machine_versions_times_ratios_goals_and_notes()
    {
        var page = Report(0.1, new SideTiming("as installed", 5, [0.006, 0.006, 0.006], [1], []), new SideTiming("tuned", 5, [0.002, 0.002, 0.002], [1], [])).Markdown();
        Assert.That(page, Does.Contain("processor a fast one").And.Contain("Peer, as installed: torch 1.13.").And.Contain("`OPENBLAS_NUM_THREADS=1`"));
        Assert.That(page, Does.Contain("| `step-x` | a step | 1.00 ms | 6.00 ms | 6.00 (4.50-6.00) | 2.00 ms | 2.00 (1.50-2.00) |  |  | ≥ 5, tuned ≥ 3: missed | 1 |"));
        Assert.That(page, Does.Contain("1. In Float32.").And.Not.Contain("**"));
    }

    [Test]
    public void The_document_has_the_same()
    {
        var one = Report(0.1, new SideTiming("as installed", 5, [0.006, 0.006, 0.006], [1], [])).Json()["cases"]![0]!;
        Assert.That((double)one["ours"]!["seconds"]!["median"]!, Is.EqualTo(0.001));
        Assert.That((double)one["peers"]![0]!["ratio"]!["lower_quartile"]!, Is.EqualTo(4.5));
        Assert.That(one["goal_is_met"], Is.Null, "there is no tuned peer");
    }

    [Test]
    public void What_speaks_against_the_numbers_is_said()
    {
        Assert.That(Report(0.1).Troubles, Is.EqualTo(new[] { BenchmarkReport.Missing }));
        var troubles = Report(3.2, new SideTiming("tuned", 1, [], [], [], "it has ended")).Troubles;
        Assert.That(troubles, Has.Count.EqualTo(2));
        Assert.That(troubles[0], Does.Contain("load 3.2"));
        Assert.That(troubles[1], Is.EqualTo("step-x, tuned: it has ended"));
        Assert.That(Report(3.2, new SideTiming("tuned", 1, [], [], [], "it has ended")).Markdown(), Does.Contain("**step-x, tuned: it has ended**").And.Contain("| failed |"));
    }

    [TestCase("reference BLAS", 1)]
    [TestCase("OpenBLAS", 0)]
    public void A_peer_without_a_real_BLAS_is_said(string blas, int troubles) =>
        Assert.That((Report(0.1) with { Peers = new Dictionary<string, JsonObject> { ["tuned"] = new() { ["blas"] = blas } } }).Troubles, Has.Exactly(troubles).EqualTo(BenchmarkReport.Slow));

    [TestCase(2.345e-9, "2.35 ns")]
    [TestCase(1e-6, "1.00 µs")]
    [TestCase(0.0123, "12.3 ms")]
    [TestCase(123.4, "123 s")]
    public void Times_have_three_figures(double seconds, string text) => Assert.That(Measured.Time(seconds), Is.EqualTo(text));
}
