using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TorchRf.Experiments.Sweeps;
using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Sweeps;

namespace TorchRf.Tests.Sweeps;

/// <summary>Plans and results that are not what they claim to be.</summary>
public class DamagedSweepTests : FileFixture
{
    private const string Plan = """
        { "name": "a", "command": "train", "common": { "sites": 8, "inits": 2, "steps": 4, "batch": 8 }, "rows": [{ "data": "gaussian", "lengthscales": [1, 2], "quick": { "steps": 2 } }],
          "grid": { "lr": [0.1, 0.2] }, "replicates": 2, "quick": { "inits": 1, "replicates": 1 } }
        """;

    private int threads;

    [SetUp]
    public void KeepThreads() => threads = torch.get_num_threads();

    [TearDown]
    public void RestoreThreads() => torch.set_num_threads(threads);

    [Test]
    public void A_damaged_plan_is_refused_or_is_the_plan_it_says()
    {
        // Not by CheckMutants: a plan's settings are tried, and what their data models hold is freed when it is collected.
        var runner = new EnsembleRunner();
        int refused = 0, accepted = 0;
        foreach (var mutant in Mutants.Of(Encoding.UTF8.GetBytes(Plan), 300, seed: 1).Concat(TokenMutants.Of(Plan, 900, seed: 2)).Where(Small))
        {
            var file = Save("plan.json", mutant);
            try
            {
                var plan = SweepPlan.Read(file, runner);
                plan.Check(plan.Runs, runner);
                var said = JsonNode.Parse(mutant)!;
                int points = (said["rows"]?.AsArray().Count ?? 1) * (said["grid"]?.AsObject().Aggregate(1, (n, values) => n * values.Value!.AsArray().Count) ?? 1);
                Assert.That(plan.Runs, Has.Count.EqualTo(points * ((int?)said["replicates"] ?? 1)));
                Assert.That(plan.Runs.Select(r => r.Id), Is.Unique);
                Assert.That(plan.Name, Is.EqualTo((string?)said["name"] ?? "plan"));
                accepted++;
            }
            catch (InvalidDataException refusal)
            {
                CheckRefusal(refusal, file);
                refused++;
            }
        }
        Assert.That(Math.Min(refused, accepted), Is.GreaterThan(50));
    }

    [Test]
    public void A_damaged_result_is_refused_whatever_was_damaged()
    {
        using var values = torch.tensor(new[] { 0.1, 0.2, 0.4 });
        var whole = new SweepResult("0123456789abcdef-0", -1.5, new Dictionary<string, RunningMoments> { ["ipr"] = RunningMoments.Of(values), ["loss"] = default }).ToJson();
        var canonical = CanonicalJson.Text(JsonNode.Parse(whole));
        var mutants = Mutants.Of(Encoding.UTF8.GetBytes(whole), 900, seed: 3).Concat(TokenMutants.Of(whole, 900, seed: 4))
            // The checks of the fuzz want some that are well: spaces do not matter.
            .Concat(Enumerable.Range(0, 60).Select(i => Encoding.UTF8.GetBytes(new string(' ', i) + whole)));
        CheckMutants(mutants, SweepResult.Read, (result, bytes) =>
        {
            Assert.That(CanonicalJson.Text(JsonNode.Parse(bytes)), Is.EqualTo(canonical));
            Assert.That(result.ToJson(), Is.EqualTo(whole));
        }, "result.json", accepts: 60);
    }

    // Plans of many or large runs take their time and room, and are not tried.
    private static bool Small(byte[] bytes) => Regex.Count(Encoding.UTF8.GetString(bytes), "[0-9]{3,}|[0-9][eE]") == 0;
}
