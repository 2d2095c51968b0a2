using System.Collections.Immutable;
using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>The data models by the names that users give them. A new one takes its own file and one line here.</summary>
public sealed class DataModels
{
    private static readonly string[] OfKernel = ["sites", "lengthscales", "kernel", "frequency"];

    private readonly ImmutableList<(string Name, Func<DataSettings, IReadOnlyList<IDataModel>> Classes, IReadOnlyList<string> Uses)> registered;

    private DataModels(ImmutableList<(string Name, Func<DataSettings, IReadOnlyList<IDataModel>> Classes, IReadOnlyList<string> Uses)> registered) => this.registered = registered;

    /// <summary>Those that the program knows.</summary>
    public static DataModels All { get; } = new DataModels([])
        .With("ising", IsingRing.Classes, "sites", "couplings")
        .With("nlgp", s => PerClass.Kernel(s, (kernel, words) => new NonlinearGaussianProcess(kernel, InvalidSettingException.RequireAbove("gain", s.Gain, 0), words)), [.. OfKernel, "gain"])
        .With("kur", s => PerClass.Kernel(s, (kernel, words) => new AlgebraicQuantileProcess(kernel, InvalidSettingException.RequireAbove("k", s.K, 2), words)), [.. OfKernel, "k"])
        .With("gaussian", s => PerClass.Kernel(s, (kernel, words) => new Gaussian(kernel, words)), OfKernel)
        .With("norta", s => PerClass.Kernel(s, (kernel, words) => QuantileProcess.Of(s, kernel, words)), [.. OfKernel, "quantile", "steepness", "k"])
        .With("student-t", s => PerClass.Kernel(s, (kernel, words) => new StudentT(kernel, InvalidSettingException.RequireAbove("nu", s.Nu, 2), words)), [.. OfKernel, "nu"])
        .With("elliptical", s => PerClass.Kernel(s, (kernel, words) => new Elliptical(kernel, RadialLaw.Named(s.Radial), words)), [.. OfKernel, "radial"])
        .With("pulse", SinglePulse.Classes, "sites", "lengthscales", "shortest")
        .With("block", BlockPulse.Classes, "sites", "lengthscales")
        .With("patches", PhotoPatches.Classes, "sites", "photos", "strides", "whiten")
        .With("photo", s => PhotoScanlines.Classes(s.Photos, s.Strides, PerClass.Ring(s, "rows of photographs have one dimension")), "sites", "photos", "strides")
        .With("file", FileExamples.Classes, "class0", "class1");

    /// <summary>What data there are.</summary>
    public IEnumerable<string> Names => registered.Select(r => r.Name);

    /// <summary>These and one more.</summary>
    /// <param name="name">What users are to call it; new here, in lower case.</param>
    /// <param name="classes">From the settings to the models of all classes, class 0 first; it throws <see cref="InvalidSettingException"/> where a
    /// setting is not allowed. See <see cref="PerClass"/>.</param>
    /// <param name="uses">The settings that the data go by and not all data do, as options have them ("gain").</param>
    /// <exception cref="ArgumentException">The name is taken, empty or not in lower case.</exception>
    public DataModels With(string name, Func<DataSettings, IReadOnlyList<IDataModel>> classes, params IReadOnlyList<string> uses)
    {
        if (name.Length == 0 || name.Any(char.IsUpper) || Names.Contains(name))
            throw new ArgumentException($"A data model needs a name in lower case that no other has, not '{name}'.", nameof(name));
        return new DataModels(registered.Add((name, classes, uses)));
    }

    /// <summary>Whether data go by a setting; of data or a setting that is unknown here, nothing is known against it.</summary>
    /// <param name="name">The data's name.</param>
    /// <param name="setting">The setting's, as an option has it.</param>
    public bool Use(string name, string setting) =>
        registered.Find(r => r.Name == name).Uses is not { } uses || uses.Contains(setting) || !registered.Any(r => r.Uses.Contains(setting));

    /// <summary>The task that the settings describe.</summary>
    /// <exception cref="InvalidSettingException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public ClassificationTask Task(DataSettings settings)
    {
        var (name, classes, _) = registered.Find(r => r.Name == settings.Data);
        if (name is null)
            throw new InvalidSettingException("data", settings.Data, string.Join(", ", Names.SkipLast(1)) + " or " + Names.Last());
        settings.ToLattice();
        InvalidSettingException.Require(Enum.IsDefined(settings.Sampler), "sampler", settings.Sampler, "auto or torch");
        var models = classes(settings);
        if (settings.GaussianClone)
            models = [.. models.Select(m => new GaussianClone(m))];
        if (settings.Sampler == Sampler.Torch)
            models = [.. models.Select(m => m is ISampledModel sampled ? new SampledByTorch(sampled) : m)];
        return new ClassificationTask(models);
    }
}
