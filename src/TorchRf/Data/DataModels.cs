using System.Collections.Immutable;
using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>The data models by the names that users give them. A new one takes its own file and one line here.</summary>
public sealed class DataModels
{
    private readonly ImmutableList<(string Name, Func<DataSettings, IReadOnlyList<IDataModel>> Classes)> registered;

    private DataModels(ImmutableList<(string Name, Func<DataSettings, IReadOnlyList<IDataModel>> Classes)> registered) => this.registered = registered;

    /// <summary>Those that the program knows.</summary>
    public static DataModels All { get; } = new DataModels([])
        .With("ising", IsingRing.Classes)
        .With("nlgp", s => PerClass.Kernel(s, (kernel, words) => new NonlinearGaussianProcess(kernel, InvalidSettingException.RequireAbove("gain", s.Gain, 0), words)))
        .With("kur", s => PerClass.Kernel(s, (kernel, words) => new AlgebraicQuantileProcess(kernel, InvalidSettingException.RequireAbove("k", s.K, 2), words)))
        .With("gaussian", s => PerClass.Kernel(s, (kernel, words) => new Gaussian(kernel, words)))
        .With("norta", s => PerClass.Kernel(s, (kernel, words) => QuantileProcess.Of(s, kernel, words)))
        .With("student-t", s => PerClass.Kernel(s, (kernel, words) => new StudentT(kernel, InvalidSettingException.RequireAbove("nu", s.Nu, 2), words)))
        .With("elliptical", s => PerClass.Kernel(s, (kernel, words) => new Elliptical(kernel, RadialLaw.Named(s.Radial), words)))
        .With("pulse", SinglePulse.Classes)
        .With("block", BlockPulse.Classes)
        .With("patches", PhotoPatches.Classes)
        .With("photo", s => PhotoScanlines.Classes(s.Photos, s.Strides, PerClass.Ring(s, "rows of photographs have one dimension")))
        .With("file", FileExamples.Classes);

    /// <summary>What data there are.</summary>
    public IEnumerable<string> Names => registered.Select(r => r.Name);

    /// <summary>These and one more.</summary>
    /// <param name="name">What users are to call it; new here, in lower case.</param>
    /// <param name="classes">From the settings to the models of all classes, class 0 first; it throws <see cref="InvalidSettingException"/> where a
    /// setting is not allowed. See <see cref="PerClass"/>.</param>
    /// <exception cref="ArgumentException">The name is taken, empty or not in lower case.</exception>
    public DataModels With(string name, Func<DataSettings, IReadOnlyList<IDataModel>> classes)
    {
        if (name.Length == 0 || name.Any(char.IsUpper) || Names.Contains(name))
            throw new ArgumentException($"A data model needs a name in lower case that no other has, not '{name}'.", nameof(name));
        return new DataModels(registered.Add((name, classes)));
    }

    /// <summary>The task that the settings describe.</summary>
    /// <exception cref="InvalidSettingException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public LengthscaleTask Task(DataSettings settings)
    {
        var (name, classes) = registered.Find(r => r.Name == settings.Data);
        if (name is null)
            throw new InvalidSettingException("data", settings.Data, string.Join(", ", Names.SkipLast(1)) + " or " + Names.Last());
        settings.ToLattice();
        InvalidSettingException.Require(Enum.IsDefined(settings.Sampler), "sampler", settings.Sampler, "auto or torch");
        var models = classes(settings);
        if (settings.GaussianClone)
            models = [.. models.Select(m => new GaussianClone(m))];
        if (settings.Sampler == Sampler.Torch)
            models = [.. models.Select(m => m is ISampledModel sampled ? new SampledByTorch(sampled) : m)];
        return new LengthscaleTask(models);
    }
}
