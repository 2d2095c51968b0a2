using TorchRf.Data.Marginals;
using TorchRf.Sampling;
using TorchRf.Simd;

namespace TorchRf.Data;

/// <summary>
/// How a data model's examples are made, which is decided here alone: on the CPU in Float32 by vector code where the model has some, otherwise by torch's operations.
/// </summary>
/// <param name="byTorch">So many examples by torch's operations, in the dtype, on the generator's device.</param>
/// <param name="byVectorCode">What makes them by vector code, made when first needed; null, or a null, where nothing does.</param>
internal sealed class ExampleSource(Func<long, Generator, ScalarType, Tensor> byTorch, Func<VectorSampler?>? byVectorCode = null)
{
    // What is left out of a kernel changes a field of unit variance by less than the rounding of a sum in Float32.
    private const double Negligible = 1e-7;

    // Matrices up to here stay in the second-level cache.
    private const int DenseLimit = 512;

    // Beyond this a Fourier transform is faster.
    private const int MostTaps = 160;

    private readonly Lazy<VectorSampler?> vectorCode = new(() => byVectorCode?.Invoke());

    /// <summary>A source that leaves vector code out.</summary>
    internal ExampleSource ByTorch() => new(byTorch);

    /// <summary>The vector code that makes examples on a device in a dtype; null where torch does.</summary>
    internal VectorSampler? VectorCode(Device device, ScalarType dtype = ScalarType.Float32) =>
        dtype == ScalarType.Float32 && device.type == DeviceType.CPU ? vectorCode.Value : null;

    /// <summary>Draws examples, as <see cref="IDataModel.Sample"/> says.</summary>
    internal Tensor Draw(int sites, long examples, Generator generator, ScalarType dtype, Tensor? into)
    {
        if (VectorCode(generator.device, dtype) is VectorSampler vectors)
        {
            var x = into ?? torch.empty(examples, sites);
            if (x.shape[0] != examples)
                throw new ArgumentException($"{examples} examples do not fit into {x}.", nameof(into));
            vectors.Fill(VectorSampler.NextKey(generator), x);
            return x;
        }
        return Given(byTorch(examples, generator, dtype), into);
    }

    /// <summary>Examples where they are wanted: as they are, or moved into memory that is there already.</summary>
    internal static Tensor Given(Tensor drawn, Tensor? into)
    {
        if (into is null)
            return drawn;
        using (drawn)
            return into.dtype == drawn.dtype && into.shape.SequenceEqual(drawn.shape) ? into.copy_(drawn) : throw new ArgumentException($"{drawn} does not fit into {into}.", nameof(into));
    }

    /// <summary>Examples of a sample, drawn with replacement, as they are or as their negatives, equally often: the task's laws are symmetric.</summary>
    internal static Tensor Drawn(IExamples sample, long examples, Generator generator, ScalarType dtype, Tensor? into)
    {
        using var scope = torch.NewDisposeScope();
        var chosen = torch.randint(sample.Count, [examples], device: generator.device, generator: generator);
        var sign = torch.randint(2, [examples, 1], device: generator.device, generator: generator).to(dtype) * 2 - 1;
        var drawn = (sample.Examples(chosen.ToArray<long>()).to(dtype, generator.device) * sign).MoveToOuterDisposeScope();
        return Given(drawn, into);
    }

    /// <summary>The vector code for a Gaussian field.</summary>
    /// <param name="root">The root R of its covariance, R R.</param>
    /// <param name="warp">What is done to each site afterwards; nothing without.</param>
    internal static VectorSampler Field(ICovariance root, OddFunction? warp = null) =>
        Filter(root) is FieldFilter filter ? new FieldSampler(filter, root.Sites, warp) : new WideFieldSampler(root.Times, warp);

    /// <summary>The vector code for a Gaussian field that is warped to a law; null where the law is too steep for it.</summary>
    internal static VectorSampler? Field(ICovariance root, TransformedNormal law)
    {
        if (law is NormalMarginal)
            return Field(root);
        return FittedTransform.Of(Transform) is OddFunction warp ? Field(root, warp) : null;

        double[] Transform(double[] z)
        {
            using var scope = torch.NewDisposeScope();
            return law.Transform(torch.tensor(z)).ToArray<double>();
        }
    }

    /// <summary>What multiplies noise by a root fastest; null where Fourier transforms do.</summary>
    internal static FieldFilter? Filter(ICovariance root)
    {
        if (root is SeparableTorusCovariance torus)
            return Taps(torus.Axis) is { Length: <= MostTaps / 2 } along ? new TorusFilter(new NarrowKernel(along), torus.Axis.Sites) : null;
        var taps = root is Circulant ring ? Taps(ring) : null;
        if (root.Sites <= DenseLimit)
            return taps is not null && IsFasterThanDense(taps.Length, root.Sites) ? new RingFilter(new NarrowKernel(taps), root.Sites) : Dense(root);
        return taps is { Length: <= MostTaps / 2 } ? new RingFilter(new NarrowKernel(taps), root.Sites) : null;
    }

    private static DenseFilter Dense(ICovariance root)
    {
        using var scope = torch.NewDisposeScope();
        return new DenseFilter(root.Times(torch.eye(root.Sites, dtype: ScalarType.Float64)).ToArray<float>(), root.Sites);
    }

    // As measured: a matrix costs 0.017 ns a number and site, a kernel 0.02 ns a number and site within its reach, and 0.28 ns for the ring's ends.
    private static bool IsFasterThanDense(int taps, int sites) => (2 * taps) + 13 < 0.85 * sites;

    // A root's entries up to the distance beyond which they are negligible.
    private static float[] Taps(Circulant root)
    {
        using var scope = torch.NewDisposeScope();
        var row = root.FirstRow.ToArray<double>();
        double left = 0;
        int reach = row.Length / 2;
        // On both sides of the ring. The opposite site of an even ring is met from both, and so is counted half.
        if (row.Length % 2 == 0)
            row[reach] /= 2;
        while (reach > 0 && left + (2 * row[reach] * row[reach]) < Negligible * Negligible)
        {
            left += 2 * row[reach] * row[reach];
            reach--;
        }
        return [.. row.Take(reach + 1).Select(r => (float)r)];
    }
}

/// <summary>A data model whose source of examples the library knows.</summary>
internal interface ISampledModel : IDataModel
{
    /// <summary>How its examples are made.</summary>
    ExampleSource Source { get; }
}

/// <summary>A data model whose examples torch's operations make everywhere.</summary>
internal sealed class SampledByTorch(ISampledModel model) : ISampledModel, IDisposable
{
    /// <summary>The model itself.</summary>
    internal ISampledModel Model => model;

    public string Description => model.Description;

    public int Sites => model.Sites;

    public Lattice Lattice => model.Lattice;

    public ICovariance Covariance => model.Covariance;

    public Marginal Marginal => model.Marginal;

    public double? RawVariance => model.RawVariance;

    public double? CorrelationLength => model.CorrelationLength;

    public string? OutsideTheLemma => model.OutsideTheLemma;

    public IReadOnlyList<string> Notes => model.Notes;

    public void Dispose() => (model as IDisposable)?.Dispose();

    public ExampleSource Source { get; } = model.Source.ByTorch();

    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) => Source.Draw(Sites, examples, generator, dtype, into);
}
