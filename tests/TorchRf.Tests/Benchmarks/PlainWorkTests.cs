using TorchRf.Benchmarks.Cases;
using TorchRf.Benchmarks.Contests;

namespace TorchRf.Tests.Benchmarks;

/// <summary>That plain TorchSharp does what our side does.</summary>
public class PlainWorkTests
{
    private static readonly string[] Topics = ["draw", "step", "inits", "flow", "ica"];

    private static IEnumerable<BenchmarkCase> Cases => BenchmarkCases.All(quick: true, threads: 1, ["torchrf"]);

    private static IEnumerable<string> Names => Cases.Where(c => Topics.Any(c.IsCalled)).Select(c => c.Name);

    [TestCaseSource(nameof(Names))]
    public void It_comes_to_the_same(string name)
    {
        var timed = Cases.Single(c => c.Name == name);
        using var ours = timed.Prepare();
        Assert.That(ours.Plain is null, Is.EqualTo(ours.Peer is null), "what a peer does can be done in TorchSharp");
        if (ours.Plain is null)
            return;
        var timing = Contest.Run(timed, ours, [ours.Plain], new Pace(0.01, 1, 1), (_, _) => { }, CancellationToken.None);
        Assert.That(timing.Peers[0].Failure, Is.Null);
        Assert.That(timing.RatioTo(PeerSetting.Plain.Name), Is.Not.Null);
    }

    [Test]
    public void A_step_leaves_no_tensor_behind()
    {
        using var scope = torch.NewDisposeScope();
        using var ours = Cases.Single(c => c.Name == "step-ising").Prepare();
        ours.Plain!.Take(2, CancellationToken.None);
        int before = scope.DisposablesCount;
        ours.Plain.Take(5, CancellationToken.None);
        Assert.That(scope.DisposablesCount, Is.EqualTo(before));
    }
}
