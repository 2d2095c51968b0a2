using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TorchRf.Data;

/// <summary>What makes examples. Both give the same laws, and different numbers from the same seed.</summary>
public enum Sampler
{
    /// <summary>By the device: vector code on the CPU in Float32 where a data model has it, torch's operations otherwise. Training a single ReLU neuron goes with it.</summary>
    Auto,

    /// <summary>torch's operations make all examples, and autograd takes all gradients.</summary>
    Torch,
}

/// <summary>Which data a run is about: each data model has a record of its own, which makes the models of all classes. Class 0 comes first in every list.</summary>
/// <param name="Name">What users call the data, in lower case.</param>
public abstract record DataSettings(string Name)
{
    /// <summary>How many classes there may be: each has a covariance of its own.</summary>
    private protected const int MostClasses = 1000;

    /// <summary>What users call the data, in lower case.</summary>
    public string Name { get; } = Name;

    /// <summary>N, the number of sites, in all.</summary>
    [Setting("N|LxL", "Sites on the ring, or along the axes of a torus")]
    public int Sites { get; init; } = 40;

    /// <summary>1 for a ring, 2 for a torus of sqrt(N) x sqrt(N).</summary>
    public int Dimensions { get; init; } = 1;

    /// <summary>Whether each class's model gives way to its Gaussian clone.</summary>
    [Setting("Gaussian data of the same covariances instead", Option = "clone")]
    public bool GaussianClone { get; init; }

    /// <summary>What makes the examples.</summary>
    [Setting("What makes examples: vector code on the CPU, or torch alone, with autograd for every model")]
    public Sampler Sampler { get; init; } = Sampler.Auto;

    /// <summary>The SHA-256 of each file of data, filled in by a run, so that it is not repeated on other contents unawares.</summary>
    public IReadOnlyList<string> Sha256 { get; init; } = [];

    /// <summary>What runs of versions that had no such settings had in their place, by the names in run.json: there it differs from the default, or a run is known without it.</summary>
    public virtual JsonObject Earlier => new() { ["sampler"] = "torch" };

    /// <summary>The models of all classes, class 0 first.</summary>
    /// <exception cref="InvalidSettingException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public abstract IReadOnlyList<IDataModel> Classes();

    /// <summary>The property that lists a value for each class, and its values; nothing where no property does.</summary>
    public virtual (string Setting, IEnumerable<object> Values) OneAClass => ("", []);

    /// <summary>The files of data that the settings name, each with the property that does.</summary>
    public virtual IReadOnlyList<(string Setting, string? File)> Files() => [];

    /// <summary>Whether the user says how many sites there are, and not the data.</summary>
    public virtual bool HasSitesByChoice => true;

    /// <summary>Whether the last site of a row is beside its first, as those of laws on rings and toruses are, and not those of a user's pictures.</summary>
    public virtual bool GoesAround => true;

    /// <summary>The settings with other files in the place of <see cref="Files"/>; without files, the settings that name none.</summary>
    public virtual DataSettings WithFiles(IReadOnlyList<string?> files) => this;

    /// <summary>The task that the settings describe.</summary>
    /// <exception cref="InvalidSettingException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public ClassificationTask Task()
    {
        if (HasSitesByChoice)
            ToLattice();
        Setting.Check(this);
        var (models, found, notes) = Read();
        if (GaussianClone)
            models = [.. models.Select(m => new GaussianClone(m))];
        if (Sampler == Sampler.Torch)
            models = [.. models.Select(m => m is ISampledModel sampled ? new SampledByTorch(sampled) : m)];
        return new ClassificationTask(models) { Found = found, Said = notes };
    }

    /// <summary>The settings with what the data themselves say filled in: the sites and the digests of the files.</summary>
    /// <param name="task">The task that these settings made.</param>
    /// <exception cref="InvalidDataException">A file is not the one whose digest is in the settings.</exception>
    public DataSettings Resolved(ClassificationTask task) => (task.Found ?? this).WithDigests() with { Sites = task.Sites, Dimensions = task.Lattice.Dimensions };

    /// <summary>The settings with folders and patterns of names replaced by the files that they stand for and that can be read.</summary>
    /// <exception cref="InvalidSettingException">There are none.</exception>
    public virtual DataSettings WithFilesFound() => this;

    /// <summary>The models of all classes, and what else reading the data finds.</summary>
    internal virtual DataReading Read() => new(Classes(), this, []);

    /// <summary>The settings with the digests of the files filled in.</summary>
    /// <exception cref="InvalidSettingException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file is not the one whose digest is in the settings.</exception>
    public DataSettings WithDigests()
    {
        var files = Files().Where(f => f.File is not null).ToArray();
        string[] digests = [.. files.Select(f => Digest(f.Setting, f.File!))];
        for (int i = 0; i < digests.Length && Sha256.Count > 0; i++)
            if (i >= Sha256.Count || Sha256[i] != digests[i])
                throw new InvalidDataException($"{files[i].File}: its contents are not those that the run was made with");
        return this with { Sha256 = digests };
    }

    /// <summary>How the sites are arranged.</summary>
    /// <exception cref="InvalidSettingException">The sites are too few or too many, or do not fill a square.</exception>
    public Lattice ToLattice()
    {
        InvalidSettingException.Require(Dimensions is 1 or 2, nameof(Dimensions), Dimensions, "1 for a ring or 2 for a torus");
        if (Dimensions == 1)
        {
            InvalidSettingException.Require(Sites is >= 4 and <= 1_000_000, nameof(Sites), Sites, "from 4 to 1000000");
            return Lattice.Ring(Sites);
        }
        int side = (int)Math.Round(Math.Sqrt(Math.Max(0, Sites)));
        InvalidSettingException.Require(Sites is >= 16 and <= 1_000_000 && side * side == Sites, nameof(Sites), Sites,
            "LxL with L from 4 to 1000, for a torus has as many sites along each axis");
        return Lattice.Torus(side);
    }

    /// <summary>The number of sites on the ring, for models that there are on a ring only.</summary>
    /// <param name="why">Why there is no torus, to follow "for".</param>
    /// <exception cref="InvalidSettingException">The settings ask for a torus.</exception>
    protected int Ring(string why)
    {
        var lattice = ToLattice();
        InvalidSettingException.Require(lattice.Dimensions == 1, nameof(Sites), lattice, $"a number of sites on a ring, for {why}");
        return lattice.Sites;
    }

    /// <summary>One model a value of a setting.</summary>
    /// <param name="setting">The property's name.</param>
    /// <param name="values">At least two.</param>
    /// <param name="allowed">Whether a value is.</param>
    /// <param name="range">What is allowed, in words, to follow "two or more".</param>
    /// <param name="model">From a value to its class's model.</param>
    /// <exception cref="InvalidSettingException">Fewer than two values, or one that is not allowed.</exception>
    protected static IReadOnlyList<IDataModel> PerClass<T>(string setting, IReadOnlyList<T> values, Func<T, bool> allowed, string range, Func<T, IDataModel> model)
    {
        InvalidSettingException.Require(values.Count >= 2 && values.All(allowed), setting, values, $"two or more {range}");
        // Each has a covariance of its own, made before anything is trained.
        InvalidSettingException.Require(values.Count <= MostClasses, setting, $"{values.Count} values", $"at most {MostClasses}, one a class");
        return [.. values.Select(model)];
    }

    private static string Digest(string setting, string file)
    {
        InvalidSettingException.RequireFile(setting, file);
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

/// <summary>What reading data found.</summary>
/// <param name="Models">The models of all classes, class 0 first.</param>
/// <param name="Settings">The settings with the files that were read.</param>
/// <param name="Notes">What there is to say, in sentences.</param>
internal sealed record DataReading(IReadOnlyList<IDataModel> Models, DataSettings Settings, IReadOnlyList<string> Notes);

/// <summary>Settings of data whose classes differ in their lengthscale.</summary>
public abstract record LengthscaleSettings(string Name) : DataSettings(Name)
{
    /// <summary>xi of each class, in sites; the length of pulses and blocks.</summary>
    [Setting("xi0,xi1,...", "Lengthscale of each class, short one first, where the data have a kernel; length of pulses and blocks")]
    public IReadOnlyList<double> Lengthscales { get; init; } = [1, 3];

    /// <inheritdoc/>
    public override (string Setting, IEnumerable<object> Values) OneAClass => (nameof(Lengthscales), Lengthscales.Cast<object>());

    /// <summary>One model a lengthscale.</summary>
    /// <exception cref="InvalidSettingException">Fewer than two lengthscales, or one is not a finite number above 0.</exception>
    protected IReadOnlyList<IDataModel> PerLengthscale(Func<double, IDataModel> model) =>
        PerClass(nameof(Lengthscales), Lengthscales, xi => xi > 0 && double.IsFinite(xi), "finite numbers above 0, one a class", model);
}

/// <summary>Settings of data that have a kernel.</summary>
public abstract record KernelSettings(string Name) : LengthscaleSettings(Name)
{
    /// <summary>Which kernel, "gaussian", "exponential", "cosine", "sine" or "gap".</summary>
    [JsonPropertyName("kernel")]
    [Setting("gaussian|exponential|cosine|sine|gap", "Correlation by distance", Option = "kernel")]
    public string KernelName { get; init; } = "gaussian";

    /// <summary>Cosine and sine kernels: psi, radians a turn around the ring; LSG's 2.</summary>
    [Setting("psi", "Cosine and sine kernels: radians a turn around the ring")]
    public double Frequency { get; init; } = 2;

    /// <summary>The kernel that is named.</summary>
    /// <exception cref="InvalidSettingException">Its frequency is not allowed.</exception>
    public Kernel ToKernel()
    {
        if (KernelName is "cosine" or "sine")
        {
            double highest = Math.PI / 2 * ToLattice().Side;
            InvalidSettingException.Require(Frequency > 0 && Frequency <= highest, nameof(Frequency), Frequency,
                string.Create(CultureInfo.InvariantCulture, $"a number above 0 and at most {highest:0.##}, a quarter of a turn from site to site"));
        }
        return KernelName switch
        {
            "exponential" => Kernel.Exponential,
            "cosine" => Kernel.Cosine(Frequency),
            "sine" => Kernel.Sine(Frequency),
            "gap" => Kernel.Gap,
            _ => Kernel.Gaussian,
        };
    }

    /// <summary>The model of a class.</summary>
    /// <param name="kernel">Its lengthscale's covariance.</param>
    /// <param name="words">The same in words ("ξ = 3").</param>
    protected abstract IDataModel Model(IStationaryCovariance kernel, string words);

    /// <inheritdoc/>
    public override IReadOnlyList<IDataModel> Classes()
    {
        var (lattice, kernel) = (ToLattice(), ToKernel());
        InvalidSettingException.Require(Lengthscales.All(xi => !(xi > 0) || xi >= kernel.Shortest), nameof(Lengthscales), Lengthscales,
            FormattableString.Invariant($"from {kernel.Shortest} on, for at a shorter lengthscale nothing is left of the {kernel.Name} kernel"));
        return PerLengthscale(xi => Model(kernel.On(lattice, xi), kernel.Describe(xi)));
    }
}

/// <summary>Settings of data whose sites have the algebraic quantile function.</summary>
public abstract record AlgebraicSettings(string Name) : KernelSettings(Name)
{
    /// <summary>k.</summary>
    [Setting("k", "Kur, also as NORTA's marginal: k", Above = 2)]
    public double K { get; init; } = 5;
}
