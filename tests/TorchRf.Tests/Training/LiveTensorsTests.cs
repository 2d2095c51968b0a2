using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Models;
using TorchRf.Runs;
using TorchRf.Tests.Theory;
using TorchRf.Theory;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

/// <summary>However long something runs, it holds as many tensors as before.</summary>
public sealed class LiveTensorsTests : FileFixture
{
    private const int Steps = 40;

    // What is made once, at the first steps: copies of constants, gradients.
    private const int Settled = 5;

    private readonly List<long> counts = [];

    [SetUp]
    public void FinaliseWhatOthersForgot()
    {
        counts.Clear();
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static IEnumerable<TestCaseData> EveryModel() =>
        from model in NetworkModels.All.Names
        from streams in Enum.GetValues<ExampleStreams>()
        select new TestCaseData(model, streams);

    [TestCaseSource(nameof(EveryModel))]
    public void Steps_and_checkpoints_of_a_training_leave_none_behind(string model, ExampleStreams streams)
    {
        var ensemble = Prepared(model, streams);
        using var run = RunFolder.Create(InFolder("run"), "train", ensemble.Settings.ToJson(), []);
        long before = Tensor.TotalCount;
        Comparison.Train(ensemble, [0, Steps], run, progress: new Told<TrainingProgress>(_ => Count())).Weights.Dispose();
        // At the last step a snapshot is kept.
        Assert.That(counts[Settled..^1], Is.All.EqualTo(counts[Settled]));
        Assert.That(counts, Has.Count.EqualTo(Steps));
        long left = Tensor.TotalCount - before;
        // TorchSharp goes on counting the tensor that a parameter was made of, which is the parameter's own by then.
        using var network = ensemble.Model();
        Assert.That(left, Is.Zero.Or.EqualTo(network.parameters().Count()));
    }

    [TestCase("neuron")]
    [TestCase("committee")]
    public void Steps_of_the_theory_leave_none_behind(string model)
    {
        var ensemble = Prepared(model, ExampleStreams.Shared);
        // The first integration makes the copies of the covariances and the amplifier that are kept.
        ensemble.Flow!.Euler(ensemble.Initial, 0.01, [0, Settled]).Dispose();
        long before = Tensor.TotalCount;
        ensemble.Flow!.Euler(ensemble.Initial, 0.01, [0, Steps], new Told<long>(_ => Count())).Dispose();
        Assert.That(counts[Settled..^1], Is.All.EqualTo(counts[Settled]));
        Assert.That(counts, Has.Count.EqualTo(Steps));
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));
    }

    [Test]
    public void Steps_of_adapted_length_leave_none_behind()
    {
        var task = SmallRun.Task();
        var flow = new GradientFlow(new Counted(task.Classes[0].Covariance, Count), task.Classes[1].Covariance, task.Classes[1].Marginal.FullAmplifier());
        using var w = SmallRun.Initial().to(ScalarType.Float64);
        flow.Adaptive(w, [1]).Dispose();
        long before = Tensor.TotalCount;
        counts.Clear();
        flow.Adaptive(w, [200]).Dispose();
        NoMoreLater();
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));

        counts.Clear();
        SteadyState.Of(flow, w).Weights.Dispose();
        NoMoreLater();
        Assert.That(Tensor.TotalCount, Is.EqualTo(before));
    }

    // Within a step there are more and fewer.
    private void NoMoreLater()
    {
        Assert.That(counts, Has.Count.GreaterThan(100));
        int half = counts.Count / 2;
        long most = counts.Take(half).Max();
        Assert.That(counts.Skip(half), Is.All.LessThanOrEqualTo(most));
    }

    private void Count() => counts.Add(Tensor.TotalCount);

    private static Ensemble Prepared(string model, ExampleStreams streams)
    {
        bool predicts = model is "neuron" or "committee";
        var settings = new RunSettings
        {
            Data = new IsingSettings { Sites = SmallRun.Sites },
            Model = new ModelSettings { Model = model, Units = model == "neuron" ? 1 : 3 },
            Training = SmallRun.Settings with { Steps = Steps, CheckpointEvery = 3, Streams = streams },
            Device = "cpu",
            Threads = torch.get_num_threads(),
        };
        return Ensemble.Of(settings, predicts);
    }

    // Tells whenever the flow asks for the covariance, which is at each evaluation of the velocity.
    private sealed class Counted(ICovariance covariance, Action count) : ICovariance
    {
        public int Sites => covariance.Sites;

        public Tensor FirstRow => covariance.FirstRow;

        public Tensor Times(Tensor x)
        {
            count();
            return covariance.Times(x);
        }

        public ICovariance Root() => covariance.Root();
    }
}
