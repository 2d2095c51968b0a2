using Microsoft.ML;
using Microsoft.ML.Data;
using TorchRf.Data;
using TorchRf.IO;
using TorchRf.ML;
using TorchRf.Models;
using TorchRf.Tests.Models;
using TorchRf.Training;

namespace TorchRf.Tests.ML;

public sealed class RunDataViewTests : TensorScope
{
    private static TrainingRun Run()
    {
        var task = new ClassificationTask(new IsingRing(8, 0.3), new IsingRing(8, 0.7));
        var settings = new TrainingSettings { Inits = 3, Steps = 20, Batch = 100, Lr = 0.1 };
        using var generator = new Generator(1);
        using var committee = Started.Committee(Glorot.Normal(3, 8, 1, generator, units: 2));
        using var trainer = new TaskTrainer<SoftCommittee>(committee, task, settings, [0, 10, 20]);
        return trainer.Run();
    }

    [Test]
    public void Metrics_are_those_of_the_run()
    {
        var run = Run();
        var view = RunDataView.Metrics(run);
        Assert.That(view.Schema.Select(c => c.Name), Is.EqualTo(new[] { "Step", "Loss", "Accuracy" }));
        Assert.That(view.GetRowCount(), Is.EqualTo(3));
        Assert.That(view.GetColumn<long>("Step"), Is.EqualTo(new long[] { 0, 10, 20 }));
        Assert.That(view.GetColumn<double>("Loss"), Is.EqualTo(run.Metrics.Select(m => m.Loss)));
        Assert.That(view.GetColumn<double>("Accuracy"), Is.EqualTo(run.Metrics.Select(m => m.Accuracy)));

        var unlabelled = run with { Metrics = [new SnapshotMetrics(0, 0.5, null)] };
        Assert.That(RunDataView.Metrics(unlabelled).GetColumn<double>("Accuracy"), Is.EqualTo(new[] { double.NaN }));
    }

    [Test]
    public void Receptive_fields_are_those_of_the_run_each_with_its_place()
    {
        var run = Run();
        var view = RunDataView.ReceptiveFields(run);
        Assert.That(view.Schema["ReceptiveField"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 8)));
        var rows = new MLContext().Data.CreateEnumerable<Field>(view, reuseRowObject: false).ToArray();
        Assert.That(rows.Select(r => (r.Step, r.Init, r.Unit)), Is.EqualTo(
            from step in new long[] { 0, 10, 20 } from init in Enumerable.Range(0, 3) from unit in Enumerable.Range(0, 2) select (step, init, unit)));
        for (int i = 0; i < rows.Length; i++)
            Assert.That(rows[i].ReceptiveField, Is.EqualTo(run.Weights[i / 6, i / 2 % 3, i % 2].ToArray<float>()), $"row {i}");

        // The rows are a copy.
        run.Weights.zero_();
        Assert.That(view.GetColumn<float[]>("ReceptiveField").SelectMany(w => w), Has.Some.Not.Zero);
    }

    [Test]
    public void Weights_of_another_shape_are_refused() =>
        Assert.That(() => RunDataView.ReceptiveFields([0, 1], torch.zeros(3, 1, 1, 8)), Throws.ArgumentException.With.Message.Contains("(2, inits, units, N)").And.Message.Contains("(3, 1, 1, 8)"));

    private sealed class Field
    {
        public long Step { get; set; }

        public int Init { get; set; }

        public int Unit { get; set; }

        public float[] ReceptiveField { get; set; } = [];
    }
}
