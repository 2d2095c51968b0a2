using System.Security.Cryptography;

namespace TorchRf.Data;

/// <summary>Which data a run is about. Settings that the chosen data do not use are ignored; class 0 comes first in every list.</summary>
public sealed record DataSettings
{
    /// <summary>The data model's name, one of <see cref="DataModels.Names"/>.</summary>
    public string Data { get; init; } = "ising";

    /// <summary>N, the number of sites.</summary>
    public int Sites { get; init; } = 40;

    /// <summary>Ising: J of each class.</summary>
    public IReadOnlyList<double> Couplings { get; init; } = [0.3, 0.7];

    /// <summary>NLGP: g.</summary>
    public double Gain { get; init; } = 3;

    /// <summary>Kur: k.</summary>
    public double K { get; init; } = 5;

    /// <summary>NLGP, Kur, Gaussian: xi of each class.</summary>
    public IReadOnlyList<double> Lengthscales { get; init; } = [1, 3];

    /// <summary>Photo: PGM files.</summary>
    public IReadOnlyList<string> Photos { get; init; } = [];

    /// <summary>Photo: pixels from one site to the next, of each class; a larger stride is a shorter lengthscale.</summary>
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
        "photo" => Photos,
        "file" => [Class0 ?? "", Class1 ?? ""],
        _ => [],
    };

    /// <summary>The settings with what the data themselves say filled in: the sites and the digests of the files.</summary>
    /// <param name="task">The task that these settings made.</param>
    /// <exception cref="InvalidDataException">A file is not the one whose digest is in the settings.</exception>
    public DataSettings Resolved(LengthscaleTask task)
    {
        var files = Files.ToArray();
        string[] digests = [.. files.Select(Digest)];
        for (int i = 0; i < digests.Length && Sha256.Count > 0; i++)
            if (i >= Sha256.Count || Sha256[i] != digests[i])
                throw new InvalidDataException($"{files[i]}: its contents are not those that the run was made with");
        return this with { Sites = task.Sites, Sha256 = digests };
    }

    private static string Digest(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
