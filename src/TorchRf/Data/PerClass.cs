namespace TorchRf.Data;

/// <summary>The models of all classes out of the settings, one a value that the user listed; what a line of <see cref="DataModels"/> is made of.</summary>
public static class PerClass
{
    private const int MostClasses = 1000;

    /// <summary>One model a lengthscale, given the kernel as a covariance and in words ("ξ = 3").</summary>
    /// <exception cref="InvalidSettingException">Fewer than two lengthscales, or a setting of the kernel is not allowed.</exception>
    public static IReadOnlyList<IDataModel> Kernel(DataSettings settings, Func<IStationaryCovariance, string, IDataModel> model)
    {
        var (lattice, kernel) = (settings.ToLattice(), settings.ToKernel());
        InvalidSettingException.Require(settings.Lengthscales.All(xi => !(xi > 0) || xi >= kernel.Shortest), "lengthscales", settings.Lengthscales,
            FormattableString.Invariant($"from {kernel.Shortest} on, for at a shorter lengthscale nothing is left of the {kernel.Name} kernel"));
        return Lengthscale(settings, xi => model(kernel.On(lattice, xi), kernel.Describe(xi)));
    }

    /// <summary>One model a lengthscale.</summary>
    /// <exception cref="InvalidSettingException">Fewer than two lengthscales, or one is not a finite number above 0.</exception>
    public static IReadOnlyList<IDataModel> Lengthscale(DataSettings settings, Func<double, IDataModel> model) =>
        Value("lengthscales", settings.Lengthscales, xi => xi > 0 && double.IsFinite(xi), "finite numbers above 0", model);

    /// <summary>One model a value of any setting.</summary>
    /// <param name="setting">The setting's name as an option has it.</param>
    /// <param name="values">At least two.</param>
    /// <param name="allowed">Whether a value is.</param>
    /// <param name="range">What is allowed, in words, to follow "two or more".</param>
    /// <param name="model">From a value to its class's model.</param>
    /// <exception cref="InvalidSettingException">Fewer than two values, or one that is not allowed.</exception>
    public static IReadOnlyList<IDataModel> Value(
        string setting, IReadOnlyList<double> values, Func<double, bool> allowed, string range, Func<double, IDataModel> model)
    {
        InvalidSettingException.Require(values.Count >= 2 && values.All(allowed), setting, values, $"two or more {range}, one a class");
        RequireFew(setting, values.Count);
        return [.. values.Select(model)];
    }

    /// <summary>Throws where there are more classes than anybody has tried: each has a covariance of its own, made before anything is trained.</summary>
    internal static void RequireFew(string setting, int classes) =>
        InvalidSettingException.Require(classes <= MostClasses, setting, $"{classes} values", $"at most {MostClasses}, one a class");

    /// <summary>The number of sites on the ring, for models that there are on a ring only.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="why">Why there is no torus, to follow "for".</param>
    /// <exception cref="InvalidSettingException">The settings ask for a torus.</exception>
    public static int Ring(DataSettings settings, string why)
    {
        var lattice = settings.ToLattice();
        InvalidSettingException.Require(lattice.Dimensions == 1, "sites", lattice, $"a number of sites on a ring, for {why}");
        return lattice.Sites;
    }
}
