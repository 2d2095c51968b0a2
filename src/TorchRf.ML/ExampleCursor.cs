using Microsoft.ML;
using Microsoft.ML.Data;

namespace TorchRf.ML;

/// <summary>Reads the blocks of an <see cref="ExampleDataView"/> that are its share; a block is drawn when Features are first asked for in it.</summary>
internal sealed class ExampleCursor : DataViewRowCursor
{
    private readonly ExampleDataView view;
    private readonly long rows;
    private readonly bool[] active;
    private readonly int step;
    private long position = -1;
    private long block;
    private int rowInBlock = -1;
    private bool ended;
    private long drawn = -1;
    private float[] examples = [];

    /// <param name="view">What is read.</param>
    /// <param name="rows">How many rows it has.</param>
    /// <param name="columns">Those that will be asked for.</param>
    /// <param name="first">The first block to read.</param>
    /// <param name="step">From one block to the next.</param>
    internal ExampleCursor(ExampleDataView view, long rows, IEnumerable<DataViewSchema.Column> columns, int first, int step)
    {
        (this.view, this.rows, block, this.step) = (view, rows, first, step);
        active = new bool[view.Schema.Count];
        foreach (var column in columns)
            active[column.Index] = true;
    }

    public override DataViewSchema Schema => view.Schema;

    public override long Position => position;

    public override long Batch => block;

    private long Row => (block * view.BlockRows) + rowInBlock;

    private int Class => rowInBlock % view.Classes;

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override bool MoveNext()
    {
        if (ended)
            return false;
        if (++rowInBlock == view.BlockRows)
            (block, rowInBlock) = (block + step, 0);
        ended = Row >= rows;
        position = ended ? -1 : position + 1;
        return !ended;
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentOutOfRangeException(nameof(column), column.Name, "this column was not asked for when the cursor was made");
        Delegate getter = column.Index == 0 ? (ValueGetter<VBuffer<float>>)Features : view.Classes == 2 ? (ValueGetter<bool>)IsOne : (ValueGetter<uint>)Key;
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException($"Column {column.Name} is {column.Type}, not {typeof(TValue)}.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => Id;

    protected override void Dispose(bool disposing)
    {
        (ended, position, drawn, examples) = (true, -1, -1, []);
        base.Dispose(disposing);
    }

    private void Features(ref VBuffer<float> value)
    {
        RequireRow();
        if (drawn != block)
            (examples, drawn) = (view.Draw(block), block);
        int place = (Class * view.OfAClass) + (rowInBlock / view.Classes);
        var editor = VBufferEditor.Create(ref value, view.Sites);
        examples.AsSpan(place * view.Sites, view.Sites).CopyTo(editor.Values);
        value = editor.Commit();
    }

    private void IsOne(ref bool value)
    {
        RequireRow();
        value = Class == 1;
    }

    private void Key(ref uint value)
    {
        RequireRow();
        value = (uint)Class + 1;
    }

    private void Id(ref DataViewRowId value)
    {
        RequireRow();
        value = new DataViewRowId((ulong)Row, 0);
    }

    private void RequireRow()
    {
        if (position < 0)
            throw new InvalidOperationException("The cursor is on no row: before its first, after its last, or disposed of.");
    }
}
