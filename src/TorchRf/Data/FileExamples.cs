using TorchRf.Data.Marginals;
using TorchRf.IO;

namespace TorchRf.Data;

/// <summary>Settings of <see cref="FileExamples"/>: two classes, a .npy file each, which say how many sites a ring has.</summary>
public sealed record FileSettings() : DataSettings("file")
{
    /// <summary>Examples of class 0, shape (examples, N).</summary>
    [Setting("a.npy", "File: examples of class 0, shape (examples, sites)", Default = "none", IsFile = true)]
    public string? Class0 { get; init; }

    /// <summary>The same of class 1.</summary>
    [Setting("b.npy", "File: examples of class 1", Default = "none", IsFile = true)]
    public string? Class1 { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Setting, string? File)> Files() => [(nameof(Class0), Class0), (nameof(Class1), Class1)];

    /// <inheritdoc/>
    public override bool HasSitesByChoice => false;

    /// <inheritdoc/>
    public override DataSettings WithFiles(IReadOnlyList<string?> files) => this with { Class0 = files.ElementAtOrDefault(0), Class1 = files.ElementAtOrDefault(1) };

    /// <inheritdoc/>
    public override IReadOnlyList<IDataModel> Classes()
    {
        var torus = Dimensions == 2 ? ToLattice() : null;
        var (first, second) = (Read(nameof(Class0), Class0, torus), Read(nameof(Class1), Class1, torus));
        InvalidSettingException.Require(first.Sites == second.Sites, nameof(Class1), Class1, $"examples of as many sites as class 0 has, {first.Sites}; it has {second.Sites}");
        return [first, second];
    }

    private static FileExamples Read(string setting, string? file, Lattice? lattice)
    {
        InvalidSettingException.Require(!string.IsNullOrEmpty(file), setting, file, "a .npy file of examples, shape (examples, sites)");
        InvalidSettingException.RequireFile(setting, file!);
        try
        {
            using var values = NpyFile.Read(file!);
            return new FileExamples(values, file!, lattice);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{setting}: {e.Message}");
        }
    }
}

/// <summary>
/// A user's own examples, drawn with replacement. The mean of each site is removed, all are scaled together to unit variance, and each is shown as
/// it is or as its negative, equally often, because the task's laws are symmetric.
/// </summary>
public sealed class FileExamples : IDataModel, IExamples
{
    private readonly TensorCopies held;
    private readonly TensorCopies mean;
    private readonly TensorCopies scale;

    /// <param name="values">Shape (examples, N), at least two examples of at least four sites, finite and not all equal.</param>
    /// <param name="description">Where they come from.</param>
    /// <param name="lattice">How the N sites are arranged; a ring if this is left out.</param>
    /// <exception cref="InvalidDataException">They are not of that kind.</exception>
    public FileExamples(Tensor values, string description, Lattice? lattice = null)
    {
        Description = description;
        if (values.dim() != 2 || values.shape[0] < 2 || values.shape[1] < 4)
            throw new InvalidDataException($"{description}: examples have shape (examples, sites) with at least 2 examples of at least 4 sites, not ({string.Join(", ", values.shape)})");
        if (values.shape[1] > MeasuredStatistics.MostSites)
            throw new InvalidDataException($"{description}: its examples have {values.shape[1]} sites; at most {MeasuredStatistics.MostSites} are taken, for their covariance is kept whole");
        using var scope = torch.NewDisposeScope();
        var x = values.cpu().to(ScalarType.Float64);
        if (!x.isfinite().all().item<bool>())
            throw new InvalidDataException($"{description}: holds numbers that are not finite");
        double square = x.square().mean().item<double>();
        mean = new TensorCopies(x.mean([0]));
        x = x - mean.Original;
        double variance = x.square().mean().item<double>();
        // Relative to the values themselves: less is rounding.
        if (!(variance > 1e-20 * square) || !double.IsFinite(variance))
            throw new InvalidDataException($"{description}: its examples do not vary");
        x = x / Math.Sqrt(variance);
        scale = new TensorCopies(torch.full_like(mean.Original, Math.Sqrt(variance)));
        Lattice = lattice ?? Lattice.Ring((int)x.shape[1]);
        if (Lattice.Sites != x.shape[1])
            throw new InvalidDataException($"{description}: its examples have {x.shape[1]} sites, not the {Lattice.Sites} of {Lattice}");
        (Covariance, Marginal) = MeasuredStatistics.Of(x);
        held = new TensorCopies(x);
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public int Sites => Lattice.Sites;

    /// <inheritdoc/>
    public Lattice Lattice { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public long Count => held.Original.shape[0];

    /// <inheritdoc/>
    public (Tensor Mean, Tensor Scale)? Origin => (mean.Original, scale.Original);

    /// <inheritdoc/>
    public Tensor Examples(long most = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        return held.Original.slice(0, 0, Count, ((Count - 1) / most) + 1).clone();
    }

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) =>
        ExampleSource.Given(ByTorch(examples, generator, dtype), into);

    private Tensor ByTorch(long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        using var like = torch.empty([0], dtype, generator.device);
        var chosen = torch.randint(held.Original.shape[0], [examples], device: generator.device, generator: generator);
        var sign = torch.randint(2, [examples, 1], device: generator.device, generator: generator).to(dtype) * 2 - 1;
        return (held.Like(like).index_select(0, chosen) * sign).MoveToOuterDisposeScope();
    }
}

/// <summary>The statistics of examples that were measured rather than generated.</summary>
internal static class MeasuredStatistics
{
    /// <summary>Sites of which a covariance is still kept whole: it takes 800 MB, and its root as much again.</summary>
    internal const int MostSites = 10_000;

    private const int MarginalValues = 1_000_000;

    /// <summary>What pixels between 0 and 1, less their means, are multiplied by for unit variance on average.</summary>
    /// <exception cref="InvalidDataException">They do not vary.</exception>
    internal static double ScaleOfPixels(Tensor centred)
    {
        using var scope = torch.NewDisposeScope();
        double variance = centred.square().mean().item<double>();
        // Less than this is rounding.
        return variance > 1e-12
            ? 1 / Math.Sqrt(variance)
            : throw new InvalidDataException("The photographs are blank: their rows do not vary.");
    }

    /// <summary>Second moments and marginal of examples with mean square 1.</summary>
    /// <param name="examples">Shape (examples, N), Float64 on the CPU.</param>
    internal static (ICovariance Covariance, Marginal Marginal) Of(Tensor examples)
    {
        using var scope = torch.NewDisposeScope();
        long count = examples.shape[0], sites = examples.shape[1];
        var second = examples.mT.matmul(examples) / (double)count;
        // A regular thinning over rows keeps the marginal's size bounded.
        long every = Math.Max(1, count * sites / MarginalValues);
        var values = examples.slice(0, 0, count, every).ToArray<double>();
        double scale = 1 / Math.Sqrt(values.Sum(v => v * v) / values.Length);
        return (new DenseCovariance((second + second.mT) * 0.5), new EmpiricalMarginal(Array.ConvertAll(values, v => v * scale)));
    }
}
