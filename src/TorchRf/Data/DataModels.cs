namespace TorchRf.Data;

/// <summary>The data models by the names that users give them. A new one takes its own file and one line here.</summary>
public static class DataModels
{
    private static readonly Dictionary<string, Func<DataSettings, IReadOnlyList<IDataModel>>> Registered = new(StringComparer.Ordinal)
    {
        ["ising"] = s => PerClass("couplings", s.Couplings, j => j is >= 0 and <= 10, "numbers between 0 and 10", j => new IsingRing(s.Sites, j)),
        ["nlgp"] = s => Lengthscales(s, xi => new NonlinearGaussianProcess(s.Sites, xi, Above("gain", s.Gain, 0))),
        ["kur"] = s => Lengthscales(s, xi => new AlgebraicQuantileProcess(s.Sites, xi, Above("k", s.K, 2))),
        ["gaussian"] = s => Lengthscales(s, xi => new Gaussian(s.Sites, xi)),
        ["photo"] = s => PhotoScanlines.Classes(s.Photos, s.Strides, s.Sites),
        ["file"] = s => [FileExamples.Read("class0", s.Class0), FileExamples.Read("class1", s.Class1)],
    };

    /// <summary>What data there are.</summary>
    public static IReadOnlyCollection<string> Names => Registered.Keys;

    /// <summary>The task that the settings describe.</summary>
    /// <exception cref="InvalidSettingException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public static LengthscaleTask Task(DataSettings settings)
    {
        if (!Registered.TryGetValue(settings.Data, out var classes))
            throw new InvalidSettingException("data", settings.Data, string.Join(", ", Names.SkipLast(1)) + " or " + Names.Last());
        InvalidSettingException.Require(settings.Sites is >= 4 and <= 1_000_000, "sites", settings.Sites, "from 4 to 1000000");
        IReadOnlyList<IDataModel> models;
        try
        {
            models = classes(settings);
        }
        catch (InvalidDataException e) when (settings.Data == "photo")
        {
            throw new InvalidDataException("--photos: " + e.Message);
        }
        return models.All(m => m.Sites == models[0].Sites)
            ? new LengthscaleTask(models)
            : throw new InvalidSettingException("class1", settings.Class1, $"examples of as many sites as class 0 has, {models[0].Sites}; it has {models[1].Sites}");
    }

    private static IReadOnlyList<IDataModel> Lengthscales(DataSettings settings, Func<double, IDataModel> model) =>
        PerClass("lengthscales", settings.Lengthscales, xi => xi > 0 && double.IsFinite(xi), "finite numbers above 0", model);

    private static IReadOnlyList<IDataModel> PerClass(
        string setting, IReadOnlyList<double> values, Func<double, bool> allowed, string range, Func<double, IDataModel> model)
    {
        InvalidSettingException.Require(values.Count >= 2 && values.All(allowed), setting, values, $"two or more {range}, one a class");
        return [.. values.Select(model)];
    }

    private static double Above(string setting, double value, double bound)
    {
        InvalidSettingException.Require(value > bound && double.IsFinite(value), setting, value,
            FormattableString.Invariant($"a finite number above {bound}"));
        return value;
    }
}
