using System.Text.Json.Nodes;
using TorchRf.Benchmarks.Contests;
using TorchRf.Benchmarks.Peers;

namespace TorchRf.Tests.Benchmarks;

/// <summary>Peers that answer what they should not; a shell stands in for Python.</summary>
[Platform(Exclude = "Win")]
public class PeerProcessTests : FileFixture
{
    private const string Hello = "echo '{\"torch\": \"9.9\"}'; ";

    [Test]
    public void What_it_is_asked_is_a_line_and_what_it_answers_the_turn()
    {
        using var peer = Start($"{Hello}read -r line; echo \"$line\" >'{InFolder("asked")}'; echo '{{\"seconds\": [0.5, 0.25], \"check\": [1, 2.5], \"iterations\": 7}}'");
        Assert.That((string?)peer.Versions["torch"], Is.EqualTo("9.9"));
        var turn = peer.Take(["samplers", "nlgp", 3.0], 2, CancellationToken.None);
        Assert.That(turn.Seconds, Is.EqualTo(new[] { 0.5, 0.25 }));
        Assert.That(turn.Check, Is.EqualTo(new[] { 1, 2.5 }));
        Assert.That(turn.Iterations, Is.EqualTo(7));
        Assert.That(File.ReadAllText(InFolder("asked")), Is.EqualTo("{\"work\":[\"samplers\",\"nlgp\",3],\"repetitions\":2}\n"));
    }

    [TestCase("Traceback", "it answers Traceback, which")]
    [TestCase("{}", "it answers {}, which")]
    [TestCase("{\"seconds\": [1], \"check\": []}", "which is not what was asked for", Description = "one repetition of two")]
    [TestCase("{\"seconds\": [1, 0], \"check\": []}", "which is not what was asked for")]
    [TestCase("{\"seconds\": [1, 1e999], \"check\": []}", "which is not what was asked for")]
    [TestCase("{\"seconds\": [1, 2]}", "which is not what was asked for")]
    [TestCase("{\"seconds\": 1, \"seconds\": 2}", "which is not what was asked for")]
    public void Nonsense_is_not_believed(string answer, string reason)
    {
        File.WriteAllText(InFolder("answer"), answer + "\n");
        using var peer = Start($"{Hello}read line; cat '{InFolder("answer")}'; read more");
        var fault = Assert.Throws<PeerException>(() => peer.Take([], 2, CancellationToken.None))!;
        Assert.That(fault.Message, Does.Contain(reason));
        Assert.That(fault.Ended, Is.True);
        Assert.That(peer.Failure, Is.EqualTo(fault.Message));
    }

    [Test]
    public void One_that_dies_is_reported_with_its_last_words()
    {
        using var peer = Start(Hello + "read line; echo 'out of memory' >&2; exit 3");
        Assert.That(() => peer.Take([], 1, CancellationToken.None), Throws.TypeOf<PeerException>().With.Message.EqualTo("it has ended (code 3) out of memory"));
    }

    [Test]
    public void One_that_is_not_there_does_not_start() =>
        Assert.That(() => PeerProcess.Start(PeerSetting.Tuned, [InFolder("python3")], 1), Throws.TypeOf<PeerException>().With.Message.Contains("does not start"));

    [Test]
    public void One_that_cannot_do_something_may_do_something_else()
    {
        using var peer = Start(Hello + "read line; echo '{\"error\": \"No module named sklearn\"}'; read line; echo '{\"seconds\": [1], \"check\": []}'");
        var fault = Assert.Throws<PeerException>(() => peer.Take([], 1, CancellationToken.None))!;
        Assert.That((fault.Message, fault.Ended, peer.Failure), Is.EqualTo(("No module named sklearn", false, (string?)null)));
        Assert.That(peer.Take([], 1, CancellationToken.None).Seconds, Is.EqualTo(new[] { 1.0 }));
    }

    [Test]
    public void It_has_the_environment_of_its_setting()
    {
        using var peer = PeerProcess.Start(PeerSetting.Tuned, ["/bin/sh", "-c", "echo \"{\\\"blas\\\": \\\"$OPENBLAS_NUM_THREADS\\\", \\\"threads\\\": $0}\"; read line"], 2);
        Assert.That(JsonNode.DeepEquals(peer.Versions, new JsonObject { ["blas"] = "1", ["threads"] = 2 }), Is.True, peer.Versions.ToJsonString());
    }

    [Test]
    public void It_does_not_get_what_our_torch_is_told_for_itself()
    {
        const string name = "OMP_WAIT_POLICY";
        var before = Environment.GetEnvironmentVariable(name);
        Assume.That(before is null, "the user has not set it");
        try
        {
            // As .NET sees it where it looks at its environment after torch was loaded.
            Environment.SetEnvironmentVariable(name, "PASSIVE");
            using var peer = Start("echo \"{\\\"blas\\\": \\\"[$OMP_WAIT_POLICY]\\\"}\"; read line");
            Assert.That((string?)peer.Versions["blas"], Is.EqualTo("[]"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, before);
        }
    }

    [Test]
    public void One_that_takes_its_time_ends_when_all_is_cancelled()
    {
        using var peer = Start(Hello + "read line; read more; read forever");
        using var stop = new CancellationTokenSource();
        stop.CancelAfter(100);
        Assert.That(() => peer.Take([], 1, stop.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static PeerProcess Start(string script) => PeerProcess.Start(PeerSetting.AsInstalled, ["/bin/sh", "-c", script], 2);
}
