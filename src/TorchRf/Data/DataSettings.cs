using System.Globalization;
using System.Security.Cryptography;

namespace TorchRf.Data;

/// <summary>Which data a run is about. Settings that the chosen data do not use are ignored (<see cref="DataModels.Use"/>), and the program refuses options for them; class 0 comes first in every list.</summary>
public sealed record DataSettings
{
    /// <summary>The data model's name, one of <see cref="DataModels.Names"/>.</summary>
    public string Data { get; init; } = "ising";

    /// <summary>Whether each class's model gives way to its Gaussian clone.</summary>
    public bool GaussianClone { get; init; }

    /// <summary>What makes the examples.</summary>
    public Sampler Sampler { get; init; } = Sampler.Auto;

    /// <summary>N, the number of sites, in all.</summary>
    public int Sites { get; init; } = 40;

    /// <summary>1 for a ring, 2 for a torus of sqrt(N) x sqrt(N).</summary>
    public int Dimensions { get; init; } = 1;

    /// <summary>Ising: J of each class.</summary>
    public IReadOnlyList<double> Couplings { get; init; } = [0.3, 0.7];

    /// <summary>NLGP: g.</summary>
    public double Gain { get; init; } = 3;

    /// <summary>Kur: k.</summary>
    public double K { get; init; } = 5;

    /// <summary>NORTA: the marginal, "uniform", "laplace", "bernoulli", "normal" or "kur".</summary>
    public string Quantile { get; init; } = "uniform";

    /// <summary>NORTA, Bernoulli: how steep the smoothed step is; LSG's 100.</summary>
    public double Steepness { get; init; } = 100;

    /// <summary>Student t: nu.</summary>
    public double Nu { get; init; } = 3;

    /// <summary>Elliptical: the law of the radius, "surface" or "shell".</summary>
    public string Radial { get; init; } = "surface";

    /// <summary>Single pulse: the shortest length of each class, where lengths vary up to the class's lengthscale; empty where they do not.</summary>
    public IReadOnlyList<double> Shortest { get; init; } = [];

    /// <summary>Patches: whether they are whitened.</summary>
    public bool Whiten { get; init; }

    /// <summary>xi of each class, in sites, in models that have a kernel; the length of pulses and blocks.</summary>
    public IReadOnlyList<double> Lengthscales { get; init; } = [1, 3];

    /// <summary>The kernel's name, "gaussian", "exponential", "cosine", "sine" or "gap".</summary>
    public string Kernel { get; init; } = "gaussian";

    /// <summary>Cosine and sine kernels: psi, radians a turn around the ring; LSG's 2.</summary>
    public double Frequency { get; init; } = 2;

    /// <summary>Photo, patches: PGM files.</summary>
    public IReadOnlyList<string> Photos { get; init; } = [];

    /// <summary>Photo, patches: pixels from one site to the next, of each class; a larger stride is a shorter lengthscale.</summary>
    public IReadOnlyList<int> Strides { get; init; } = [4, 1];

    /// <summary>File: a .npy file of examples (examples, N) for class 0.</summary>
    public string? Class0 { get; init; }

    /// <summary>File: the same for class 1.</summary>
    public string? Class1 { get; init; }

    /// <summary>The SHA-256 of each file of data, filled in by a run, so that it is not repeated on other contents unawares.</summary>
    public IReadOnlyList<string> Sha256 { get; init; } = [];

    /// <summary>The files of data that these settings use.</summary>
    internal IEnumerable<string> Files => Data switch
    {
        "photo" or "patches" => Photos,
        "file" => [Class0 ?? "", Class1 ?? ""],
        _ => [],
    };

    /// <summary>The settings with what the data themselves say filled in: the sites and the digests of the files.</summary>
    /// <param name="task">The task that these settings made.</param>
    /// <exception cref="InvalidDataException">A file is not the one whose digest is in the settings.</exception>
    public DataSettings Resolved(ClassificationTask task) => WithDigests() with { Sites = task.Sites, Dimensions = task.Lattice.Dimensions };

    /// <summary>The settings with the digests of the files filled in.</summary>
    /// <exception cref="InvalidSettingException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A file is not the one whose digest is in the settings.</exception>
    public DataSettings WithDigests()
    {
        var files = Files.ToArray();
        string[] digests = [.. files.Select((file, i) => Digest(Data == "file" ? $"class{i}" : "photos", file))];
        for (int i = 0; i < digests.Length && Sha256.Count > 0; i++)
            if (i >= Sha256.Count || Sha256[i] != digests[i])
                throw new InvalidDataException($"{files[i]}: its contents are not those that the run was made with");
        return this with { Sha256 = digests };
    }

    /// <summary>How the sites are arranged.</summary>
    /// <exception cref="InvalidSettingException">The sites are too few or too many, or do not fill a square.</exception>
    public Lattice ToLattice()
    {
        InvalidSettingException.Require(Dimensions is 1 or 2, "dimensions", Dimensions, "1 for a ring or 2 for a torus");
        if (Dimensions == 1)
        {
            InvalidSettingException.Require(Sites is >= 4 and <= 1_000_000, "sites", Sites, "from 4 to 1000000");
            return Lattice.Ring(Sites);
        }
        int side = (int)Math.Round(Math.Sqrt(Math.Max(0, Sites)));
        InvalidSettingException.Require(Sites is >= 16 and <= 1_000_000 && side * side == Sites, "sites", Sites,
            "LxL with L from 4 to 1000, for a torus has as many sites along each axis");
        return Lattice.Torus(side);
    }

    /// <summary>The kernel that is named.</summary>
    /// <exception cref="InvalidSettingException">There is none of that name, or its frequency is not allowed.</exception>
    public Kernel ToKernel()
    {
        if (Kernel is "cosine" or "sine")
        {
            double highest = Math.PI / 2 * ToLattice().Side;
            InvalidSettingException.Require(Frequency > 0 && Frequency <= highest, "frequency", Frequency,
                string.Create(CultureInfo.InvariantCulture, $"a number above 0 and at most {highest:0.##}, a quarter of a turn from site to site"));
        }
        return Kernel switch
        {
            "gaussian" => TorchRf.Data.Kernel.Gaussian,
            "exponential" => TorchRf.Data.Kernel.Exponential,
            "cosine" => TorchRf.Data.Kernel.Cosine(Frequency),
            "sine" => TorchRf.Data.Kernel.Sine(Frequency),
            "gap" => TorchRf.Data.Kernel.Gap,
            _ => throw new InvalidSettingException("kernel", Kernel, "gaussian, exponential, cosine, sine or gap"),
        };
    }

    private static string Digest(string setting, string file)
    {
        InvalidSettingException.RequireFile(setting, file);
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
