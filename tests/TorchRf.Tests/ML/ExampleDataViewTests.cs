using Microsoft.ML;
using Microsoft.ML.Data;
using TorchRf.Data;
using TorchRf.Data.Marginals;
using TorchRf.ML;
using TorchRf.Training;

namespace TorchRf.Tests.ML;

/// <summary>Rows that are drawn while they are read: which they are, and what is drawn for whom.</summary>
public sealed class ExampleDataViewTests : TensorScope
{
    private static readonly ClassificationTask Two = new(new NonlinearGaussianProcess(40, 1, 3), new NonlinearGaussianProcess(40, 3, 3));

    // Those that need no files.
    private static IEnumerable<string> Names => DataModels.All.Names.Except(["photo", "patches", "file"]);

    [TestCaseSource(nameof(Names))]
    public void Rows_of_any_model_are_those_that_it_draws(string name)
    {
        var model = (DataModels.All[name] is BlockSettings block ? block with { Lengthscales = [2, 4] } : DataModels.All[name]).Task().Classes[1];
        var view = ExampleDataView.Of(model, 1500, 5);
        Assert.That(view.Schema.Select(c => c.Name), Is.EqualTo(new[] { "Features" }));
        float[] expected = [.. Drawn(0), .. Drawn(1)];
        Assert.That(view.GetColumn<float[]>("Features").SelectMany(x => x), Is.EqualTo(expected.Take(1500 * model.Sites)));

        float[] Drawn(int block)
        {
            using var generator = new Generator(Seeds.Derive(5, "view", block));
            return model.Sample(1024, generator).ToArray<float>();
        }
    }

    [TestCase(2)]
    [TestCase(3)]
    public void Rows_of_a_task_are_its_batches_with_the_classes_in_turn(int classes)
    {
        var task = new ClassificationTask([.. Enumerable.Range(1, classes).Select(xi => new Gaussian(8, xi))]);
        var view = ExampleDataView.Of(task, 5000, 7);
        Assert.That(view.GetRowCount(), Is.EqualTo(5000));
        var rows = view.GetColumn<float[]>("Features").ToArray();
        Assert.That(rows, Has.Length.EqualTo(5000));
        for (int block = 0; block * view.BlockRows < 5000; block++)
        {
            using var generator = new Generator(Seeds.Derive(7, "view", block));
            var x = task.Draw(view.BlockRows, generator).X.view(classes, -1, 8).transpose(0, 1).reshape(-1, 8).ToArray<float>().Chunk(8).ToArray();
            int first = block * view.BlockRows;
            Assert.That(rows.Skip(first).Take(view.BlockRows), Is.EqualTo(x.Take(5000 - first)));
        }
    }

    [Test]
    public void Two_classes_have_a_truth_for_a_label_and_more_have_a_key_that_says_which_law()
    {
        Assert.That(ExampleDataView.Of(Two, 5, 1).GetColumn<bool>("Label"), Is.EqualTo(new[] { false, true, false, true, false }));

        var three = new ClassificationTask(new Gaussian(8, 1), new Gaussian(8, 2), new Gaussian(8, 3));
        var view = ExampleDataView.Of(three, 5, 1);
        Assert.That(view.GetColumn<uint>("Label"), Is.EqualTo(new uint[] { 1, 2, 3, 1, 2 }));
        Assert.That(((KeyDataViewType)view.Schema["Label"].Type).Count, Is.EqualTo(3));
        var laws = new MLContext().Transforms.Conversion.MapKeyToValue("Law", "Label").Fit(view).Transform(view).GetColumn<string>("Law");
        Assert.That(laws, Is.EqualTo(new[] { 0, 1, 2, 0, 1 }.Select(c => three.Classes[c].Description)));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(100)]
    [TestCase(0)]
    public void However_many_cursors_read_at_the_same_time_all_rows_are_read_once(int asked)
    {
        const int rows = 9000;
        var view = ExampleDataView.Of(Two, rows, 3);
        var cursors = view.GetRowCursorSet(view.Schema, asked);
        Assert.That(cursors, Has.Length.EqualTo(asked > 0 ? Math.Min(asked, 5) : Math.Min(Environment.ProcessorCount, 5)), "five blocks, and no cursor without one");
        var read = new List<(ulong Row, long Batch, bool Label, float[] X)>[cursors.Length];
        var threads = cursors.Select((cursor, i) => new Thread(() => read[i] = [.. Rows(cursor)])).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());

        var serial = Rows(view.GetRowCursor(view.Schema)).ToArray();
        Assert.That(serial.Select(r => r.Row), Is.EqualTo(Enumerable.Range(0, rows).Select(r => (ulong)r)));
        var merged = read.SelectMany(r => r).OrderBy(r => r.Batch).ToArray();
        Assert.That(merged.Select(r => r.Row), Is.EqualTo(serial.Select(r => r.Row)), "batches bring the rows back into their order");
        Assert.That(merged.Select(r => r.Label), Is.EqualTo(serial.Select(r => r.Label)));
        Assert.That(merged.SelectMany(r => r.X), Is.EqualTo(serial.SelectMany(r => r.X)));
        Assert.That(read.Select(r => r.Select(row => row.Batch)), Is.All.Ordered);
        Assert.That(read.SelectMany(r => r.Select(row => row.Batch).Distinct()), Is.Unique, "a batch is one cursor's");
    }

    [Test]
    public void Rows_are_the_same_each_time_others_for_another_seed_and_a_longer_view_begins_with_a_shorter_one()
    {
        static float[] Read(long rows, ulong seed) => [.. ExampleDataView.Of(Two, rows, seed).GetColumn<float[]>("Features").SelectMany(x => x)];
        var first = Read(3000, 1);
        Assert.That(Read(3000, 1), Is.EqualTo(first));
        Assert.That(Read(7000, 1).Take(first.Length), Is.EqualTo(first));
        var rows = first.Concat(Read(3000, 2)).Chunk(40).Select(x => string.Join(' ', x));
        Assert.That(rows.Distinct().Count(), Is.EqualTo(6000), "neither seeds nor blocks repeat each other");
    }

    [Test]
    public void What_is_not_asked_for_is_not_drawn_and_what_is_is_drawn_a_block_at_a_time()
    {
        var counted = new Counted();
        var view = ExampleDataView.Of(new ClassificationTask(counted, counted), 2 * 2048 + 1, 1);
        Assert.That(view.GetColumn<bool>("Label").Count(label => label), Is.EqualTo(2048));
        Assert.That(counted.Draws, Is.Zero);

        using var cursor = view.GetRowCursor([view.Schema["Features"]]);
        Assert.That(() => cursor.GetGetter<bool>(view.Schema["Label"]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Label"));
        var getter = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        var value = default(VBuffer<float>);
        List<int> draws = [];
        while (cursor.MoveNext())
        {
            getter(ref value);
            draws.Add(counted.Draws);
        }
        // Two draws a block, one for each class.
        Assert.That(draws, Is.EqualTo(Enumerable.Range(0, 4097).Select(row => 2 * (row / 2048 + 1))));
        Assert.That(counted.Largest, Is.EqualTo(1024));
    }

    [Test]
    public void Wide_examples_make_small_blocks()
    {
        Assert.That(ExampleDataView.Of(new Gaussian(Circulant.Gaussian(2000, 3), "wide"), 10, 1).BlockRows, Is.EqualTo((1 << 18) / 2000));
        Assert.That(ExampleDataView.Of(Two, 10, 1).BlockRows, Is.EqualTo(2048));
    }

    [Test]
    public void A_cursor_says_where_it_is()
    {
        var view = ExampleDataView.Of(Two, 2, 1);
        Assert.That(view.CanShuffle, Is.False);
        var cursor = view.GetRowCursor(view.Schema);
        var label = cursor.GetGetter<bool>(view.Schema["Label"]);
        bool value = false;
        Assert.That(cursor.Schema, Is.SameAs(view.Schema));
        Assert.That(cursor.Position, Is.EqualTo(-1));
        Assert.That(() => label(ref value), Throws.InvalidOperationException);
        Assert.That((cursor.MoveNext(), cursor.Position), Is.EqualTo((true, 0L)));
        Assert.That((cursor.MoveNext(), cursor.Position), Is.EqualTo((true, 1L)));
        label(ref value);
        Assert.That(value, Is.True);
        Assert.That((cursor.MoveNext(), cursor.Position), Is.EqualTo((false, -1L)));
        Assert.That((cursor.MoveNext(), cursor.Position), Is.EqualTo((false, -1L)));
        Assert.That(() => label(ref value), Throws.InvalidOperationException);
        Assert.That(() => cursor.GetGetter<float>(view.Schema["Label"]), Throws.InvalidOperationException.With.Message.Contains("Label"));

        using var disposed = view.GetRowCursor(view.Schema);
        disposed.MoveNext();
        disposed.Dispose();
        Assert.That((disposed.MoveNext(), disposed.Position), Is.EqualTo((false, -1L)));
    }

    [Test]
    public void A_view_without_rows_is_refused([Values(0, -1)] long rows) =>
        Assert.That(() => ExampleDataView.Of(Two, rows, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static IEnumerable<(ulong Row, long Batch, bool Label, float[] X)> Rows(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            var (id, label, x) = (cursor.GetIdGetter(), cursor.GetGetter<bool>(cursor.Schema["Label"]), cursor.GetGetter<VBuffer<float>>(cursor.Schema["Features"]));
            var (row, isOne, example) = (default(DataViewRowId), false, default(VBuffer<float>));
            while (cursor.MoveNext())
            {
                id(ref row);
                label(ref isOne);
                x(ref example);
                yield return (row.Low, cursor.Batch, isOne, example.GetValues().ToArray());
            }
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A test's model ends with it.")]
    private sealed class Counted : IDataModel
    {
        private readonly Gaussian model = new(8, 2);

        internal int Draws { get; private set; }

        internal long Largest { get; private set; }

        public string Description => "counted";

        public int Sites => 8;

        public ICovariance Covariance => model.Covariance;

        public Marginal Marginal => model.Marginal;

        public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null)
        {
            (Draws, Largest) = (Draws + 1, Math.Max(Largest, examples));
            return model.Sample(examples, generator, dtype, into);
        }
    }
}
