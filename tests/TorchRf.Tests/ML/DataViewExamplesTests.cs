using Microsoft.ML;
using Microsoft.ML.Data;
using TorchRf.Data;
using TorchRf.ML;

namespace TorchRf.Tests.ML;

public sealed class DataViewExamplesTests : TensorScope
{
    private static readonly ExampleDataView View = ExampleDataView.Of(new IsingRing(16, 0.4), 150_000, 4);

    [Test]
    public void All_rows_are_read()
    {
        var x = DataViewExamples.Read(View);
        Assert.That(x.shape, Is.EqualTo(new long[] { 150_000, 16 }));
        Assert.That(x.ToArray<float>().SequenceEqual(View.GetColumn<float[]>("Features").SelectMany(row => row)));
    }

    [Test]
    public void Sparse_rows_are_read_as_they_are()
    {
        var context = new MLContext();
        var rows = context.Data.LoadFromEnumerable([new Sparse { Values = new VBuffer<float>(5, 2, [1f, 2], [1, 4]) }, new Sparse { Values = new VBuffer<float>(5, [3f, 4, 5, 6, 7]) }]);
        Assert.That(DataViewExamples.Read(rows, "Values").ToArray<float>(), Is.EqualTo(new float[] { 0, 1, 0, 0, 2, 3, 4, 5, 6, 7 }));
    }

    [Test]
    public void A_model_of_the_rows_is_that_of_the_same_examples_from_a_file()
    {
        var context = new MLContext();
        // What ML.NET has made of them, as a user would: each example with its mean removed and at unit length.
        var scaled = context.Transforms.NormalizeGlobalContrast("Features").Fit(View).Transform(context.Data.TakeRows(View, 500));
        var model = DataViewExamples.Model(scaled, "scaled", lattice: Lattice.Torus(4));
        var expected = new FileExamples(torch.tensor(scaled.GetColumn<float[]>("Features").SelectMany(x => x).ToArray()).view(500, 16), "scaled");
        Assert.That(model.Examples().ToArray<double>(), Is.EqualTo(expected.Examples().ToArray<double>()));
        Assert.That((model.Description, model.Lattice), Is.EqualTo(("scaled", Lattice.Torus(4))));
    }

    [Test]
    public void Columns_that_hold_no_examples_are_refused()
    {
        var context = new MLContext();
        var labels = ExampleDataView.Of(new ClassificationTask(new IsingRing(6, 0.3), new IsingRing(6, 0.7)), 10, 1);
        Assert.That(() => DataViewExamples.Read(labels, "Pixels"), Throws.ArgumentException.With.Message.Contains("no column Pixels, only Features, Label"));
        Assert.That(() => DataViewExamples.Read(labels, "Label"), Throws.ArgumentException.With.Message.Contains("Boolean"));
        var unsized = context.Data.LoadFromEnumerable([new Unsized { Values = [1, 2] }]);
        Assert.That(() => DataViewExamples.Read(unsized, "Values"), Throws.ArgumentException.With.Message.Contains("known length"));
        var none = context.Data.SkipRows(View, 150_000);
        Assert.That(DataViewExamples.Read(none).shape, Is.EqualTo(new long[] { 0, 16 }));
        Assert.That(() => DataViewExamples.Model(none, "nothing"), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith("nothing: "));
    }

    private sealed class Sparse
    {
        [VectorType(5)]
        public VBuffer<float> Values { get; set; }
    }

    private sealed class Unsized
    {
        public float[] Values { get; set; } = [];
    }
}
