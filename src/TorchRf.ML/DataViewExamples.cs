using Microsoft.ML;
using Microsoft.ML.Data;
using TorchRf.Data;

namespace TorchRf.ML;

/// <summary>ML.NET's rows as examples to analyse and to train on.</summary>
public static class DataViewExamples
{
    // Numbers that are gathered before they become a tensor.
    private const int PieceNumbers = 1 << 20;

    /// <summary>Rows as a data model, as a file's examples are: centred, scaled to unit variance, and drawn with replacement.</summary>
    /// <param name="view">Where they come from; read to its end once, and held.</param>
    /// <param name="description">What they are, in a few words.</param>
    /// <param name="column">The column that holds an example, a vector of floats.</param>
    /// <param name="lattice">How its N sites are arranged; a ring if this is left out.</param>
    /// <exception cref="ArgumentException">There is no such column, or it holds something else.</exception>
    /// <exception cref="InvalidDataException">The rows are no examples (<see cref="FileExamples"/> says what is).</exception>
    public static FileExamples Model(IDataView view, string description, string column = "Features", Lattice? lattice = null)
    {
        using var values = Read(view, column);
        return new FileExamples(values, description, lattice);
    }

    /// <summary>All rows of a column.</summary>
    /// <param name="view">Read to its end once.</param>
    /// <param name="column">One of vectors of floats, all of the same length N.</param>
    /// <returns>Shape (rows, N), Float32 on the CPU.</returns>
    /// <exception cref="ArgumentException">There is no such column, or it holds something else.</exception>
    public static Tensor Read(IDataView view, string column = "Features")
    {
        if (view.Schema.GetColumnOrNull(column) is not DataViewSchema.Column found)
            throw new ArgumentException($"There is no column {column}, only {string.Join(", ", view.Schema.Select(c => c.Name))}.", nameof(column));
        if (found.Type is not VectorDataViewType { IsKnownSize: true } type || type.ItemType != NumberDataViewType.Single)
            throw new ArgumentException($"Column {column} holds {found.Type}; an example is a vector of floats (Single) of a known length.", nameof(column));
        using var scope = torch.NewDisposeScope();
        List<Tensor> pieces = [torch.empty(0, type.Size)];
        var piece = new float[Math.Max(1, PieceNumbers / type.Size) * type.Size];
        int filled = 0;
        using var cursor = view.GetRowCursor([found]);
        var example = cursor.GetGetter<VBuffer<float>>(found);
        var row = default(VBuffer<float>);
        while (cursor.MoveNext())
        {
            example(ref row);
            row.CopyTo(piece.AsSpan(filled));
            filled += type.Size;
            if (filled == piece.Length)
                Keep();
        }
        Keep();
        return torch.cat(pieces).MoveToOuterDisposeScope();

        void Keep()
        {
            pieces.Add(torch.tensor(piece.AsSpan(0, filled).ToArray()).view(-1, type.Size));
            filled = 0;
        }
    }
}
