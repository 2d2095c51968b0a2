namespace TorchRf.Ica;

/// <summary>
/// Brings examples to mean 0 and unit covariance along their principal axes, largest variance first: z = K (x - mean) with
/// K = D^(-1/2) E^T of the covariance E D E^T (denominator: the number of examples). All of it is Float64 inside; what goes in and out keeps its dtype.
/// </summary>
public sealed class Whitening : IDisposable
{
    // Elements that are converted to Float64 at a time: 2 MiB, which stay in a cache and in memory that is at hand.
    private const long PieceSize = 1 << 18;

    private Whitening(Tensor mean, Tensor matrix, Tensor dewhitening) =>
        (Mean, Matrix, Dewhitening) = (mean.DetachFromDisposeScope(), matrix.DetachFromDisposeScope(), dewhitening.DetachFromDisposeScope());

    /// <summary>The examples' mean, shape (N), Float64.</summary>
    public Tensor Mean { get; }

    /// <summary>K, shape (components, N), Float64.</summary>
    public Tensor Matrix { get; }

    /// <summary>E D^(1/2), shape (N, components), Float64: back from whitened examples to examples, without the mean.</summary>
    public Tensor Dewhitening { get; }

    /// <summary>How many components are kept.</summary>
    public int Components => (int)Matrix.shape[0];

    /// <summary>Measures the examples' principal axes.</summary>
    /// <param name="x">Examples, shape (examples, N), Float32 or Float64.</param>
    /// <param name="components">How many axes to keep, from 1 to the rank of the examples' covariance; all N without.</param>
    /// <exception cref="ArgumentException">The examples are not a matrix of numbers, or are not all finite.</exception>
    /// <exception cref="InvalidSettingException">More components than sites, or than the examples have independent directions.</exception>
    public static Whitening Of(Tensor x, int? components = null)
    {
        if (x.dim() != 2 || x.shape[0] < 2 || x.dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"Examples to whiten are Float32 or Float64 of shape (examples, N), two or more, not {x}.", nameof(x));
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        long examples = x.shape[0];
        int sites = (int)x.shape[1], kept = components ?? sites;
        InvalidSettingException.Require(kept >= 1 && kept <= sites, "Components", kept, $"from 1 to the {sites} sites");

        var mean = Total(x, piece => piece.sum([0])) / examples;
        if (!mean.isfinite().all().item<bool>())
            throw new ArgumentException("Examples to whiten must be finite.", nameof(x));
        var covariance = Total(x, piece =>
        {
            var centred = piece - mean;
            return centred.mT.mm(centred);
        }) / examples;
        var (values, vectors) = torch.linalg.eigh(covariance);
        int rank = Rank(values, x.dtype);
        InvalidSettingException.Require(kept <= rank, "Components", kept,
            $"at most {rank}: the {examples} examples vary along no more than {rank} of their {sites} directions");
        values = values.flip(0).narrow(0, 0, kept).sqrt();
        vectors = vectors.flip(1).narrow(1, 0, kept);
        return new Whitening(mean, (vectors / values).mT.contiguous(), vectors * values);
    }

    /// <summary>The whitening whose mean and K are known.</summary>
    /// <param name="mean">Shape (N); copied.</param>
    /// <param name="matrix">K, shape (components, N), with orthogonal rows; copied.</param>
    internal static Whitening With(Tensor mean, Tensor matrix)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        // K^T (K K^T)^(-1), where K K^T is D^(-1).
        var k = matrix.to(ScalarType.Float64).clone();
        return new Whitening(mean.to(ScalarType.Float64).clone(), k, k.mT / k.square().sum([1]));
    }

    /// <summary>K (x - mean).</summary>
    /// <param name="x">Shape (examples, N), on the device of the examples that were measured.</param>
    /// <returns>Shape (examples, components), of the same dtype.</returns>
    public Tensor Apply(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var whitened = torch.empty([x.shape[0], Components], x.dtype, x.device);
        var transposed = Matrix.mT.contiguous();
        foreach (var (first, rows) in Pieces(x))
        {
            using var inner = torch.NewDisposeScope();
            var piece = x.narrow(0, first, rows).to(ScalarType.Float64);
            whitened.narrow(0, first, rows).copy_((piece - Mean).mm(transposed));
        }
        return whitened.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Matrix.Dispose();
        Dewhitening.Dispose();
    }

    // Rounding of the examples themselves leaves variances of the square of the dtype's resolution, that of the eigenvalues of Float64's resolution, all relative to the largest.
    private static int Rank(Tensor ascending, ScalarType dtype)
    {
        var values = ascending.ToArray<double>();
        double n = values.Length, rounding = n * (dtype == ScalarType.Float32 ? Math.Pow(2, -23) : Math.Pow(2, -52));
        double floor = Math.Max(0, values[^1]) * Math.Max(rounding * rounding, n * Math.Pow(2, -52));
        return values.Count(v => v > floor);
    }

    private static Tensor Total(Tensor x, Func<Tensor, Tensor> of)
    {
        Tensor? total = null;
        foreach (var (first, rows) in Pieces(x))
        {
            using var inner = torch.NewDisposeScope();
            var part = of(x.narrow(0, first, rows).to(ScalarType.Float64));
            if (total is null)
                total = part.MoveToOuterDisposeScope();
            else
                total.add_(part);
        }
        return total!;
    }

    private static IEnumerable<(long First, long Rows)> Pieces(Tensor x)
    {
        long count = x.shape[0], rows = Math.Max(1024, PieceSize / x.shape[1]);
        for (long first = 0; first < count; first += rows)
            yield return (first, Math.Min(rows, count - first));
    }
}
