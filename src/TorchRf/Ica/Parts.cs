using TorchRf.Simd;

namespace TorchRf.Ica;

/// <summary>
/// Examples cut into parts by their number and size alone. One thread works on a part, in pieces that stay in a processor's cache, and sums of parts are added up in order: they have the
/// same bits on any number of threads. (Torch's own products and sums are cut by the number of threads.)
/// </summary>
internal sealed class Parts
{
    // Elements of examples in a piece: 1 MiB in Float32, 2 in Float64.
    private const long PieceSize = 1 << 18;
    private const long FewestRows = 1024;

    private const long Most = 32;

    // Numbers that the sums of all parts may take: 64 MiB in Float64.
    private const long MostSums = 1 << 23;

    private readonly Tensor examples;

    // As many as torch computes with when this is made: what goes around the sums may be done on one.
    private readonly int threads = torch.get_num_threads();
    private readonly long pieceRows;
    private readonly long pieces;

    /// <param name="examples">Shape (examples, width); they stay the caller's.</param>
    internal Parts(Tensor examples)
    {
        this.examples = examples;
        pieceRows = Math.Max(FewestRows, PieceSize / examples.shape[1]);
        pieces = (examples.shape[0] + pieceRows - 1) / pieceRows;
    }

    /// <summary>The sum over all pieces, in Float64.</summary>
    /// <param name="numbers">How many numbers a sum has.</param>
    /// <param name="of">A piece's: from its first row and the piece itself, shape (rows, width), to a tensor of one shape.</param>
    internal Tensor Sum(long numbers, Func<long, Tensor, Tensor> of)
    {
        int count = (int)Math.Min(pieces, Math.Clamp(MostSums / numbers, 1, Most));
        var sums = new Tensor?[count];
        try
        {
            Each(count, part => sums[part] = Total(part, count, of));
            var total = sums[0]!.clone();
            foreach (var sum in sums.AsSpan(1))
                total.add_(sum!);
            return total;
        }
        finally
        {
            foreach (var sum in sums)
                sum?.Dispose();
        }
    }

    /// <summary>Works on every piece, each apart from the others.</summary>
    /// <param name="body">Told a piece's first row and the piece itself, shape (rows, width).</param>
    internal void Each(Action<long, Tensor> body) => Each((int)pieces, piece =>
    {
        using var rows = Piece(piece);
        body(piece * pieceRows, rows);
    });

    private Tensor Total(int part, int count, Func<long, Tensor, Tensor> of)
    {
        Tensor? total = null;
        for (long piece = part * pieces / count; piece < (part + 1) * pieces / count; piece++)
        {
            using var inner = torch.NewDisposeScope();
            var sum = of(piece * pieceRows, Piece(piece)).to(ScalarType.Float64);
            if (total is null)
                total = sum.DetachFromDisposeScope();
            else
                total.add_(sum);
        }
        return total!;
    }

    private Tensor Piece(long piece) => examples.narrow(0, piece * pieceRows, Math.Min(pieceRows, examples.shape[0] - (piece * pieceRows)));

    private void Each(int count, Action<int> body)
    {
        void Apart(int i)
        {
            using var scope = torch.NewDisposeScope();
            using var noGrad = torch.no_grad();
            body(i);
        }
        if (examples.device_type != DeviceType.CPU)
        {
            for (int i = 0; i < count; i++)
                Apart(i);
            return;
        }
        int before = torch.get_num_threads(), caller = Environment.CurrentManagedThreadId;
        Chunks.Each(count, i =>
        {
            torch.set_num_threads(1);
            try
            {
                Apart(i);
            }
            finally
            {
                // A thread of the pool that took its number just now, while others compute on one thread each, is to have all of them for what it does next.
                torch.set_num_threads(Environment.CurrentManagedThreadId == caller ? before : threads);
            }
        }, threads);
    }
}
