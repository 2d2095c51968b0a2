using TorchRf.Benchmarks.Plain;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.Models;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Benchmarks.Cases;

/// <summary>A step of training one ReLU neuron, of one initialisation and of thirty side by side.</summary>
public static class TrainingCases
{
    private const int Batch = 10_000;
    private const int Many = 30;

    private static readonly (string Data, string Law)[] Laws = [("nlgp", "NLGP(3)"), ("kur", "Kur(5)"), ("ising", "Ising(0.3, 0.7)")];

    public static IReadOnlyList<BenchmarkCase> All(bool quick, int threads) =>
    [
        .. Laws.Select(l => new BenchmarkCase("step-" + l.Data, $"a step of training one neuron, {l.Law}, N = 40, batch {Batch}", () => Prepare(l.Data, 1, threads))
        {
            Tolerance = 0.4,
            Accuracy = "All draw a fresh batch in Float32 and take a step of plain gradient descent on the mean square error; their losses fall alike. Ours looks after divergence beside.",
            Goal = l.Data switch { "nlgp" => new Goal(5, 3), "kur" => new Goal(8, 5), _ => null },
        }),
        .. Laws.Take(quick ? 1 : Laws.Length).Select(l => new BenchmarkCase("inits-" + l.Data, $"a step of each of {Many} initialisations, {l.Law}, N = 40, batch {Batch}", () => Prepare(l.Data, Many, threads))
        {
            Tolerance = 0.4,
            Accuracy = $"Ours trains {Many} initialisations of one setting side by side on one stream of examples, as in the paper's figures; plain TorchSharp the same with autograd on one product; the peer one after another, each on its own.",
            Goal = new Goal(AsInstalled: 40),
        }),
    ];

    public static Workload Prepare(string data, int inits, int threads, int sites = 40)
    {
        var ensemble = Ensemble.Of(new RunSettings
        {
            Data = DataModels.All[data] with { Sites = sites },
            Training = new TrainingSettings { Inits = inits, Batch = Batch, Steps = 1_000_000_000 },
            Device = "cpu",
            Threads = threads,
        }, predicts: false);
        var model = ensemble.Model();
        var trainer = new TaskTrainer<UnitNetwork>(model, ensemble.Task, ensemble.Settings.Training, [], Objectives.Of(model, ensemble.Settings.Model.Loss, ensemble.Task.Classes.Count));
        return new Workload(_ => trainer.Advance(), trainer, model, ensemble.Initial)
        {
            Peer = ["training", data, inits],
            Plain = sites == 40 ? PlainTraining.Prepare(data, inits, Batch) : null,
            Check = () => [trainer.Evaluate().Loss],
        };
    }
}
