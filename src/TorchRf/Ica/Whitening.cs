namespace TorchRf.Ica;

/// <summary>
/// Brings examples to mean 0 and unit covariance along their principal axes, largest variance first: z = K (x - mean) with
/// K = D^(-1/2) E^T of the covariance E D E^T (denominator: the number of examples). All of it is Float64 inside; what goes in and out keeps its dtype, and
/// its bits do not depend on the number of threads.
/// </summary>
/// <remarks>
/// How many directions there are is seen where every site has variance 1, so that neither the rank nor the accuracy depends on the sites' units.
/// </remarks>
public sealed class Whitening : IDisposable
{
    // What examples have gone through in their own dtype before they came here leaves several roundings a site.
    private const double Roundings = 30;

    private Whitening(Tensor mean, Tensor matrix, Tensor dewhitening, int rank) =>
        (Mean, Matrix, Dewhitening, Rank) = (mean.DetachFromDisposeScope(), matrix.DetachFromDisposeScope(), dewhitening.DetachFromDisposeScope(), rank);

    /// <summary>The examples' mean, shape (N), Float64.</summary>
    public Tensor Mean { get; }

    /// <summary>K, shape (components, N), Float64.</summary>
    public Tensor Matrix { get; }

    /// <summary>E D^(1/2), shape (N, components), Float64: back from whitened examples to examples, without the mean.</summary>
    public Tensor Dewhitening { get; }

    /// <summary>How many independent directions the examples vary along, beyond rounding.</summary>
    public int Rank { get; }

    /// <summary>How many components are kept.</summary>
    public int Components => (int)Matrix.shape[0];

    /// <summary>Measures the examples' principal axes.</summary>
    /// <param name="x">Examples, shape (examples, N), Float32 or Float64.</param>
    /// <param name="components">How many axes to keep, from 1 to the examples' rank; as many as that without.</param>
    /// <exception cref="ArgumentException">The examples are not a matrix of numbers, are not all finite, or do not vary.</exception>
    /// <exception cref="InvalidSettingException">More components than sites, or than the examples have independent directions.</exception>
    public static Whitening Of(Tensor x, int? components = null)
    {
        if (x.dim() != 2 || x.shape[0] < 2 || x.dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"Examples to whiten are Float32 or Float64 of shape (examples, N), two or more, not {x}.", nameof(x));
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        long examples = x.shape[0];
        int sites = (int)x.shape[1];
        InvalidSettingException.Require(components is null || (components >= 1 && components <= sites), "Components", components, $"from 1 to the {sites} sites");
        var parts = new Parts(x);
        using var one = new OneThread(x.device);

        // By the size of its values first, for their squares may be too large for any number, or too small.
        var sums = parts.Sum(2 * sites, (_, piece) => torch.cat([Exactly(piece).sum([0]), Exactly(piece).abs().sum([0])])) / examples;
        if (!sums.isfinite().all().item<bool>())
            throw new ArgumentException("Examples to whiten must be finite.", nameof(x));
        var (mean, size) = (sums.narrow(0, 0, sites), sums.narrow(0, sites, sites));
        size = torch.where(size.gt(0), size, torch.ones_like(size));
        var covariance = parts.Sum((long)sites * sites, (_, piece) =>
        {
            var centred = (Exactly(piece) - mean) / size;
            return centred.mT.mm(centred);
        }) / examples;

        // Then at variance 1.
        var variance = covariance.diagonal();
        double rounding = Math.Pow(2, x.dtype == ScalarType.Float32 ? -24 : -53);
        // Of a constant, the mean's own rounding is left over.
        var varies = variance.gt(Math.Max(rounding * rounding, 1e-30));
        var deviation = torch.where(varies, variance, torch.ones_like(variance)).sqrt();
        var correlation = covariance / deviation / deviation.unsqueeze(1) * varies * varies.unsqueeze(1);
        var (values, vectors) = torch.linalg.eigh(correlation);
        // Values are rounded in proportion to themselves, and so is a site's offset from 0.
        var square = ((mean / size).square() + variance) / deviation.square() * varies;
        var noise = square.mul(Roundings * rounding * rounding).unsqueeze(0).mm(vectors.square()).squeeze(0);
        var floor = noise.clamp(min: values.max().item<double>() * sites * Math.Pow(2, -50));
        var directions = values.gt(floor).nonzero().flatten().flip(0);
        int rank = (int)directions.shape[0];
        if (rank == 0)
            throw new ArgumentException("Examples to whiten must vary.", nameof(x));
        int kept = components ?? rank;
        InvalidSettingException.Require(kept <= rank, "Components", kept,
            $"at most {rank}: the {examples} examples vary along no more than {rank} of their {sites} directions");

        // x - mean = A y with y of unit covariance; A's singular vectors are the principal axes at the sites' own scales, and turn y alone.
        var (scale, root, axes) = (size * deviation, values.index_select(0, directions).sqrt(), vectors.index_select(1, directions));
        var there = (axes * root) * scale.unsqueeze(1);
        var back = (axes / root).mT / scale;
        var (_, _, turns) = torch.linalg.svd(there, fullMatrices: false);
        turns = turns.narrow(0, 0, kept);
        return new Whitening(mean.clone(), turns.mm(back), there.mm(turns.mT), rank);
    }

    /// <summary>The whitening whose mean and K are known; the way back is that of least squares over examples.</summary>
    /// <param name="mean">Shape (N); copied.</param>
    /// <param name="matrix">K, shape (components, N); copied.</param>
    /// <param name="x">The examples that K was measured on, or others: then y = K (x - mean) need not have unit covariance.</param>
    internal static Whitening With(Tensor mean, Tensor matrix, Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var (k, centre) = (matrix.to(ScalarType.Float64).clone(), mean.to(ScalarType.Float64).clone());
        int components = (int)k.shape[0], sites = (int)k.shape[1];
        var parts = new Parts(x);
        using var one = new OneThread(x.device);
        var moments = parts.Sum((long)(sites + components) * components, (_, piece) =>
        {
            var centred = Exactly(piece) - centre;
            var y = centred.mm(k.mT);
            return torch.cat([centred, y], 1).mT.mm(y);
        });
        var back = torch.linalg.solve(moments.narrow(0, sites, components), moments.narrow(0, 0, sites).mT).mT;
        return new Whitening(centre, k, back.contiguous(), components);
    }

    /// <summary>K (x - mean).</summary>
    /// <param name="x">Shape (examples, N), on the device of the examples that were measured.</param>
    /// <returns>Shape (examples, components), of the same dtype.</returns>
    public Tensor Apply(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var whitened = torch.empty([x.shape[0], Components], x.dtype, x.device);
        var transposed = Matrix.mT.contiguous();
        new Parts(x).Each((first, piece) => whitened.narrow(0, first, piece.shape[0]).copy_((Exactly(piece) - Mean).mm(transposed)));
        return whitened.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mean.Dispose();
        Matrix.Dispose();
        Dewhitening.Dispose();
    }

    private static Tensor Exactly(Tensor piece) => piece.to(ScalarType.Float64);
}
