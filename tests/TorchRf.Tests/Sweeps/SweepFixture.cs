using System.Text.Json.Nodes;
using TorchRf.Experiments.Sweeps;
using TorchRf.Sweeps;
using TorchRf.Training;

namespace TorchRf.Tests.Sweeps;

/// <summary>Small plans and workers for them.</summary>
public abstract class SweepFixture : FileFixture
{
    // Ten checkpoints a run; the second rate diverges at once.
    protected const string Common = """ "common": { "data": "gaussian", "sites": 8, "inits": 3, "steps": 40, "batch": 8, "checkpoint_every": 4 } """;
    protected const string Four = "{" + Common + """, "grid": { "lr": [0.05, 0.1], "init_scale": [0.01, 1] } }""";
    protected const string OneDiverges = "{" + Common + """, "grid": { "lr": [0.05, 1e30, 0.1] } }""";

    private protected static EnsembleRunner Runner { get; } = new();

    private protected List<string> Told { get; } = [];

    private protected int Shown { get; set; }

    private protected SweepPlan Plan(string json, bool quick = false, string name = "plan.json")
    {
        File.WriteAllText(InFolder(name), json);
        var plan = SweepPlan.Read(InFolder(name), Runner, quick);
        plan.Check(plan.Runs, Runner);
        return plan;
    }

    private protected SweepFolder Open(SweepPlan plan, string name = "sweep") => SweepFolder.Make(InFolder(name), plan);

    private protected SweepWorker Worker(SweepFolder folder, Action<TrainingProgress>? each = null) => new(folder, Runner, [], (_, work) =>
    {
        Shown++;
        return work(new Told<TrainingProgress>(p => each?.Invoke(p)));
    }, Told.Add);

    private protected RunState[] Do(SweepFolder folder, IEnumerable<SweepRun> runs)
    {
        var worker = Worker(folder);
        return [.. runs.Select(run => worker.Do(run))];
    }

    /// <summary>The merged table of a plan that one worker did in order.</summary>
    private protected string Undisturbed(SweepPlan plan)
    {
        var folder = Open(plan, "undisturbed");
        Do(folder, plan.Runs);
        return Table(plan, folder);
    }

    private protected static string Table(SweepPlan plan, params SweepFolder[] folders)
    {
        var merged = MergedSweep.Of(plan, folders);
        return merged.ToJson().ToJsonString() + merged.ToCsv();
    }
}
