using TorchRf.Tests.Cli;
using TorchRf.Tests.Sweeps.Engines;

namespace TorchRf.Tests.Benchmarks;

/// <summary>The benchmark program, with whatever peers this machine has, and with one that cannot be believed.</summary>
[Parallelizable(ParallelScope.Self)]
public class BenchCommandTests : FileFixture
{
    private const string Assembly = "TorchRf.Benchmarks.dll";
    private const string Quick = "--quick --rounds 2 --threads 1 ";

    [Test]
    public void It_times_what_it_is_asked_for()
    {
        Numpy.Require();
        var outcome = Run([], Quick + "--only small-op --json --out page.md").CheckDone();
        var cases = outcome.Json["cases"]!.AsArray();
        Assert.That(cases.Select(c => (string?)c!["name"]), Is.EqualTo(new[] { "small-op-add", "small-op-matmul", "small-op-chain" }));
        foreach (var one in cases)
        {
            Assert.That((double)one!["ours"]!["seconds"]!["median"]!, Is.GreaterThan(0).And.LessThan(0.01));
            Assert.That(one["peers"]!.AsArray(), Has.Count.EqualTo(outcome.Json["peers"]!.AsObject().Count));
            foreach (var peer in one["peers"]!.AsArray())
                Assert.That((double)peer!["ratio"]!["median"]!, Is.GreaterThan(0));
        }
        Assert.That(outcome.Json["environment"]!["processor"], Is.Not.Null);
        Assert.That(File.ReadAllText(InFolder("page.md")), Does.Contain("`small-op-matmul`"));
        var table = Run([], Quick + "--only draw-pulse,checkpoint-write").CheckDone().Out;
        Assert.That(table, Does.Contain("draw-pulse").And.Contain("plain").And.Contain("checkpoint-write"));
        Assert.That(table.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(80));
    }

    [TestCase("--only mnist", "--only is mnist; it must be names separated by commas, of small-op-add, ")]
    [TestCase("--only draw-", "--only is draw-; it must be")]
    [TestCase("--only step,", "it must be names separated by commas")]
    [TestCase("--rounds 0", "--rounds is 0; it must be a whole number from 1 to 1000.")]
    [TestCase("--threads x", "--threads is x; it must be a whole number")]
    [TestCase("--out no/such/page.md", "--out is no/such/page.md; it must be a file in a folder that exists.")]
    [TestCase("growth --threads 0", "--threads is 0; it must be")]
    public void Bad_settings_are_refused(string options, string reason) => Run([], options).CheckRefused(reason);

    [TestCase("echo nonsense", "The peer as installed is left out: it answers nonsense")]
    [TestCase("exit 3", "The peer tuned is left out: it has ended (code 3)")]
    [TestCase("echo '{}'; read line; exit 4", "small-op-add, as installed: it has ended (code 4)")]
    [TestCase("echo '{}'; while read line; do echo '{\"seconds\": [1], \"check\": [7]}'; done", "small-op-add, tuned: it")]
    public void A_peer_that_cannot_be_believed_is_left_out(string script, string trouble)
    {
        Directory.CreateDirectory(InFolder("bin"));
        Shell.MakeProgram(InFolder("bin/python3"), "#!/bin/sh\nif [ \"$1\" = -c ]; then exit 0; fi\n" + script + "\n");
        var outcome = Run([$"PATH={InFolder("bin")}:{Environment.GetEnvironmentVariable("PATH")}"], Quick + "--only small-op-add,draw-block --json").CheckDone();
        Assert.That(outcome.Json["troubles"]!.AsArray().Select(t => (string?)t), Has.Some.Contain(trouble));
        Assert.That((double)outcome.Json["cases"]![1]!["ours"]!["seconds"]!["median"]!, Is.GreaterThan(0));
    }

    [Test]
    [Platform("Linux")]
    public void A_signal_ends_it_in_order()
    {
        using var process = Torchrf.Start(Assembly, ["--default-signal"], Folder, ["--only", "small-op-add", "--rounds", "1000"]);
        var output = process.StandardOutput.ReadToEndAsync();
        Assert.That(process.StandardError.ReadLine(), Does.Contain("small-op-add"));
        Torchrf.Send("INT", process);
        Assert.That(process.StandardError.ReadToEnd(), Is.EqualTo("torchrf: Stopped.\n"));
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.EqualTo(130));
        Assert.That(output.Result, Is.Empty);
    }

    private Torchrf.Outcome Run(string[] environment, string line) => Torchrf.End(Torchrf.Start(Assembly, environment, Folder, line.Split(' ')));
}
