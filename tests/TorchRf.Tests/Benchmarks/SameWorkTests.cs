using TorchRf.Benchmarks;
using TorchRf.Benchmarks.Cases;
using TorchRf.Benchmarks.Contests;
using TorchRf.Benchmarks.Peers;

namespace TorchRf.Tests.Benchmarks;

/// <summary>That plain TorchSharp does what our side does, and the peers' scripts, for who asks for them.</summary>
public class SameWorkTests
{
    private static readonly string[] InTorchSharp = ["draw", "step", "inits", "flow", "ica", "codes"];

    private PublicPeers peers = PublicPeers.None;

    private static IEnumerable<BenchmarkCase> Cases => BenchmarkCases.All(quick: true, threads: 1, ["torchrf"]).Where(c => c.Name != "start-up");

    private static IEnumerable<string> Names => Cases.Select(c => c.Name);

    private static IEnumerable<string> PlainNames => Cases.Where(c => InTorchSharp.Any(c.IsCalled)).Select(c => c.Name);

    [OneTimeSetUp]
    public void StartPeers() => peers = Numpy.IsWanted ? PublicPeers.Start(threads: 1) : PublicPeers.None;

    [OneTimeTearDown]
    public void EndPeers() => peers.Dispose();

    [TestCaseSource(nameof(Names))]
    public void A_peer_comes_to_the_same(string name)
    {
        Numpy.Require();
        Assert.That(peers.Interpreter, Is.Not.Null, BenchmarkReport.Missing);
        Assert.That(peers.Failures, Is.Empty);
        var timed = Cases.Single(c => c.Name == name);
        using var ours = timed.Prepare();
        if (ours.Peer is null)
            Assert.That(timed.Accuracy, Is.Empty, "nothing to compare");
        else
            CheckSame(timed, ours, new PeerContender(peers.Processes[0], ours.Peer));
    }

    [TestCaseSource(nameof(PlainNames))]
    public void TorchSharp_comes_to_the_same(string name)
    {
        var timed = Cases.Single(c => c.Name == name);
        using var ours = timed.Prepare();
        Assert.That(ours.Plain is null, Is.EqualTo(ours.Peer is null), "what a peer does can be done in TorchSharp");
        if (ours.Plain is not null)
            CheckSame(timed, ours, ours.Plain);
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

    private static void CheckSame(BenchmarkCase timed, IContender ours, IContender other)
    {
        var timing = Contest.Run(timed, ours, [other], new Pace(0.01, 1, 1), (_, _) => { }, CancellationToken.None);
        Assert.That(timing.Peers[0].Failure, Is.Null);
        Assert.That(timing.RatioTo(other.Name), Is.Not.Null);
    }
}
