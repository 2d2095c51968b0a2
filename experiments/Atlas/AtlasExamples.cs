using TorchRf.Experiments.Measuring;

namespace TorchRf.Experiments.Atlas;

/// <summary>
/// The examples that all methods see: drawn once for each seed, as many of each class, and whitened by one matrix, (S + 0.01 s I)^(-1/2) of the mean covariance S of the classes and its mean variance s.
/// It is symmetric, so that a site stays a site; and fields are measured there, over whitened sites, whoever they are from.
/// </summary>
public sealed class AtlasExamples : IDisposable
{
    private readonly Tensor whitening;
    private readonly Device device;
    private readonly long examples;

    /// <summary>Reads the data and makes the matrix.</summary>
    /// <exception cref="InvalidSettingException">A setting is not allowed, or the sites cannot be measured.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public AtlasExamples(AtlasSettings settings)
    {
        Setting.Check(settings);
        Setting.Check(settings.Run);
        device = ComputeDevice.Resolve(settings.Run.Device);
        torch.set_num_threads(settings.Run.Threads);
        var data = SamplePhotographs.Where(settings.Run.Data);
        if (data is PatchesSettings { Whiten: not PatchWhitening.None } whitened)
            throw new InvalidSettingException(nameof(whitened.Whiten), $"{whitened.Whiten}".ToLowerInvariant(), "left out, for an atlas whitens the examples of all classes by one matrix");
        Task = data.Task();
        Lattice = Task.Lattice;
        InvalidSettingException.Require(Lattice is { Dimensions: 1, Side: >= 8 and <= 2048 } or { Dimensions: 2, Side: >= 4 and <= 64 }, nameof(data.Sites), Lattice, "from 8 to 2048 on a ring, or from 4x4 to 64x64, so that fields can be measured");
        Settings = settings with { Run = settings.Run with { Data = data.Resolved(Task), Device = device.ToString() } };
        GoesAround = data.GoesAround;
        examples = settings.Examples;
        using var scope = torch.NewDisposeScope();
        var eye = torch.eye(Task.Sites, dtype: ScalarType.Float64);
        var mean = Task.Classes.Select(c => c.Covariance.Times(eye)).Aggregate((sum, next) => sum + next) / (double)Task.Classes.Count;
        var (variances, axes) = torch.linalg.eigh((mean + mean.mT) * 0.5);
        double average = variances.mean().item<double>();
        var gains = (variances.clamp(min: 0.0) + (PhotoPatches.Regularisation * average)).rsqrt();
        double again = 1 / Math.Sqrt((variances * gains.square()).mean().item<double>());
        whitening = ((axes * gains).matmul(axes.mT) * again).to(ScalarType.Float32).to(device).DetachFromDisposeScope();
    }

    /// <summary>What was asked for, with what data and device say themselves filled in.</summary>
    public AtlasSettings Settings { get; }

    /// <summary>The classes as they are.</summary>
    public ClassificationTask Task { get; }

    /// <summary>How the sites are arranged.</summary>
    public Lattice Lattice { get; }

    /// <summary>Whether the last site of a row is beside its first.</summary>
    public bool GoesAround { get; }

    /// <summary>A seed's whitened examples of each class, shape (examples, N), Float32 on the device; the caller's.</summary>
    public IReadOnlyList<Tensor> Draw(ulong seed)
    {
        using var generator = new Generator(Seeds.Derive(seed, "atlas"), device);
        long each = Math.Max(1, examples / Task.Classes.Count);
        return [.. Enumerable.Range(0, Task.Classes.Count).Select(c =>
        {
            using var scope = torch.NewDisposeScope();
            return Task.Sample(c, each, generator).matmul(whitening).DetachFromDisposeScope();
        })];
    }

    /// <summary>Lets go of files and of the matrix.</summary>
    public void Dispose()
    {
        whitening.Dispose();
        Task.Dispose();
    }
}
