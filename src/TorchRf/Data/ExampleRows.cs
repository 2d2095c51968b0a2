using System.Runtime.InteropServices;
using TorchRf.IO;

namespace TorchRf.Data;

/// <summary>Examples where they lie, as they are.</summary>
internal abstract class ExampleRows : IDisposable
{
    internal abstract long Count { get; }

    internal abstract int Width { get; }

    /// <summary>The rows of the given numbers, shape (numbers, N), Float64 on the CPU.</summary>
    internal abstract Tensor Read(ReadOnlySpan<long> numbers);

    /// <summary>So many rows from one on.</summary>
    internal abstract Tensor Read(long first, int count);

    public abstract void Dispose();
}

/// <summary>Examples of a file, or those of some numbers.</summary>
/// <param name="file">Where they are; closed by this.</param>
/// <param name="numbers">Which of them; all without.</param>
internal sealed class RowsOfFile(ArrayFile file, long[]? numbers = null) : ExampleRows
{
    internal override long Count => numbers?.Length ?? file.Rows;

    internal override int Width => file.Width;

    internal override Tensor Read(ReadOnlySpan<long> asked)
    {
        // A span holds 2^31 bytes.
        if ((long)asked.Length * Width > int.MaxValue / sizeof(double))
        {
            using var halves = torch.NewDisposeScope();
            return torch.cat([Read(asked[..(asked.Length / 2)]), Read(asked[(asked.Length / 2)..])]).MoveToOuterDisposeScope();
        }
        var x = torch.empty([asked.Length, Width], ScalarType.Float64);
        var into = MemoryMarshal.Cast<byte, double>(x.bytes);
        if (numbers is null)
            file.Read(asked, into);
        else
        {
            var mapped = new long[asked.Length];
            for (int i = 0; i < mapped.Length; i++)
                mapped[i] = numbers[asked[i]];
            file.Read(mapped, into);
        }
        return x;
    }

    internal override Tensor Read(long first, int count)
    {
        var x = torch.empty([count, Width], ScalarType.Float64);
        var into = MemoryMarshal.Cast<byte, double>(x.bytes);
        if (numbers is null)
            file.Read(first, count, into);
        else
            file.Read(numbers.AsSpan((int)first, count), into);
        return x;
    }

    public override void Dispose() => file.Dispose();
}

/// <summary>Examples in memory.</summary>
internal sealed class RowsOfTensor : ExampleRows
{
    private readonly Tensor values;

    private RowsOfTensor(Tensor values) => this.values = values;

    /// <exception cref="InvalidDataException">They are no matrix.</exception>
    internal static RowsOfTensor Of(Tensor values, string description)
    {
        if (values.dim() != 2)
            throw new InvalidDataException($"{description}: examples have shape (examples, sites), not ({string.Join(", ", values.shape)})");
        using var scope = torch.NewDisposeScope();
        return new RowsOfTensor(values.detach().cpu().clone().DetachFromDisposeScope());
    }

    internal override long Count => values.shape[0];

    internal override int Width => (int)Math.Min(values.shape[1], int.MaxValue);

    internal override Tensor Read(ReadOnlySpan<long> numbers)
    {
        using var which = torch.tensor(numbers.ToArray());
        using var picked = values.index_select(0, which);
        return picked.to(ScalarType.Float64, copy: true);
    }

    internal override Tensor Read(long first, int count)
    {
        using var picked = values.narrow(0, first, count);
        return picked.to(ScalarType.Float64, copy: true);
    }

    public override void Dispose() => values.Dispose();
}
