using Microsoft.ML;
using Microsoft.ML.Data;
using TorchRf.Data;
using TorchRf.Training;

namespace TorchRf.ML;

/// <summary>
/// Examples of a data model or of a task, drawn while they are read: ML.NET sees as many as one likes, and no more than a block of them, some
/// 1 MB, is in memory at a time for each reader.
/// </summary>
/// <remarks>
/// <para>Column Features is the example, a vector of N floats. Column Label, which only a task has, is its class as ML.NET's trainers take it:
/// of two classes a Boolean, true for class 1, for binary trainers; of more a key for multiclass trainers, which counts from 1 (class 0 is key 1, as
/// 0 stands for a missing one) and whose values are the classes' descriptions. Row r is of class r mod C, so that a trainer that reads rows in their
/// order sees balanced classes.</para>
/// <para>Rows are a function of the law and the seed: every reading gives the same, by however many cursors, and a longer view begins with the rows
/// of a shorter one. They are independent, so that shuffling them would change nothing, and it is not offered.</para>
/// </remarks>
/// <example>
/// <code>
/// var task = new ClassificationTask(new IsingRing(40, 0.3), new IsingRing(40, 0.7));
/// var model = new MLContext().BinaryClassification.Trainers.LbfgsLogisticRegression().Fit(ExampleDataView.Of(task, rows: 10_000, seed: 1));
/// </code>
/// </example>
public sealed class ExampleDataView : IDataView
{
    // Numbers of a block, if that is one example a class at least.
    private const int BlockNumbers = 1 << 18;
    private const int MostOfAClass = 1024;

    private readonly Func<Generator, Tensor> draw;
    private readonly long rows;
    private readonly ulong seed;

    private ExampleDataView(IReadOnlyList<IDataModel> classes, Func<int, Generator, Tensor> draw, long rows, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        (Sites, Classes) = (classes[0].Sites, classes.Count);
        OfAClass = Math.Clamp(BlockNumbers / Sites / Classes, 1, MostOfAClass);
        (this.rows, this.seed, this.draw) = (rows, seed, generator => draw(OfAClass, generator));
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, Sites));
        if (Classes == 2)
            schema.AddColumn("Label", BooleanDataViewType.Instance);
        else if (Classes > 2)
            schema.AddColumn("Label", new KeyDataViewType(typeof(uint), Classes), KeyValues(classes));
        Schema = schema.ToSchema();
    }

    /// <summary>Labelled examples of a task: columns Features and Label.</summary>
    /// <param name="task">Where they come from.</param>
    /// <param name="rows">How many, at least 1.</param>
    /// <param name="seed">Which.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows.</exception>
    public static ExampleDataView Of(ClassificationTask task, long rows, ulong seed) =>
        new(task.Classes, (ofAClass, generator) => task.Draw((long)ofAClass * task.Classes.Count, generator).X, rows, seed);

    /// <summary>Examples of one law, which have no label: column Features.</summary>
    /// <param name="model">Where they come from.</param>
    /// <param name="rows">How many, at least 1.</param>
    /// <param name="seed">Which.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows.</exception>
    public static ExampleDataView Of(IDataModel model, long rows, ulong seed) => new([model], (ofAClass, generator) => model.Sample(ofAClass, generator), rows, seed);

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public bool CanShuffle => false;

    /// <summary>N.</summary>
    internal int Sites { get; }

    /// <summary>How many classes take turns.</summary>
    internal int Classes { get; }

    /// <summary>Examples of each class in a block.</summary>
    internal int OfAClass { get; }

    /// <summary>Rows in a block; the last block may not be read to its end.</summary>
    internal int BlockRows => OfAClass * Classes;

    /// <inheritdoc/>
    public long? GetRowCount() => rows;

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new ExampleCursor(this, rows, columnsNeeded, 0, 1);

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        long blocks = (rows + BlockRows - 1) / BlockRows;
        int cursors = (int)Math.Min(n > 0 ? n : Environment.ProcessorCount, blocks);
        return [.. Enumerable.Range(0, cursors).Select(first => new ExampleCursor(this, rows, columnsNeeded, first, cursors))];
    }

    /// <summary>Draws a block.</summary>
    /// <param name="block">Its number.</param>
    /// <returns>Its examples class by class, as <see cref="ClassificationTask.Draw(long, Generator, ScalarType)"/> gives them.</returns>
    internal float[] Draw(long block)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(Seeds.Derive(seed, "view", block));
        return draw(generator).ToArray<float>();
    }

    private static DataViewSchema.Annotations KeyValues(IReadOnlyList<IDataModel> classes)
    {
        ReadOnlyMemory<char>[] descriptions = [.. classes.Select(c => c.Description.AsMemory())];
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, descriptions.Length),
            (ref VBuffer<ReadOnlyMemory<char>> values) => values = new VBuffer<ReadOnlyMemory<char>>(descriptions.Length, [.. descriptions]));
        return annotations.ToAnnotations();
    }
}
