using TorchRf.Benchmarks;
using TorchRf.Benchmarks.Cases;
using TorchRf.Benchmarks.Contests;
using TorchRf.Benchmarks.Peers;

namespace TorchRf.Tests.Benchmarks;

/// <summary>That the peers' scripts do what our side does, for who asks for them.</summary>
public class PeerWorkTests
{
    private static readonly string[] Names = [.. BenchmarkCases.All(quick: true, threads: 1, ["torchrf"]).Select(c => c.Name).Except(["start-up"])];

    private PublicPeers peers = PublicPeers.None;

    [OneTimeSetUp]
    public void StartPeers()
    {
        Numpy.Require();
        peers = PublicPeers.Start(threads: 1);
        Assert.That(peers.Interpreter, Is.Not.Null, BenchmarkReport.Missing);
    }

    [OneTimeTearDown]
    public void EndPeers() => peers.Dispose();

    [TestCaseSource(nameof(Names))]
    public void It_comes_to_the_same(string name)
    {
        Assert.That(peers.Failures, Is.Empty);
        var timed = BenchmarkCases.All(quick: true, threads: 1, ["torchrf"]).Single(c => c.Name == name);
        using var ours = timed.Prepare();
        if (ours.Peer is null)
        {
            Assert.That(timed.Accuracy, Is.Empty, "nothing to compare");
            return;
        }
        var timing = Contest.Run(timed, ours, [new PeerContender(peers.Processes[0], ours.Peer)], new Pace(0.01, 1, 1), (_, _) => { }, CancellationToken.None);
        Assert.That(timing.Peers[0].Failure, Is.Null);
        Assert.That(timing.RatioTo(PeerSetting.AsInstalled.Name), Is.Not.Null);
    }
}
