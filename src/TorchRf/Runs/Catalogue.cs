using TorchRf.Data;
using TorchRf.Ica;
using TorchRf.Models;

namespace TorchRf.Runs;

/// <summary>What users can name: whoever adds something of their own to it gets the whole program with it, from the command line to the picture.</summary>
/// <param name="Data">What data there are.</param>
/// <param name="Networks">What models there are.</param>
/// <param name="Contrasts">What contrasts of ICA there are.</param>
public sealed record Catalogue(DataModels Data, NetworkModels Networks, IReadOnlyList<Contrast> Contrasts)
{
    /// <summary>What the program knows.</summary>
    public static Catalogue Own { get; } = new(DataModels.All, NetworkModels.All, Contrast.All);
}
