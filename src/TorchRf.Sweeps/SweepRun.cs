using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Sweeps;

/// <summary>
/// One run of a sweep. What it is called and its seed follow from its settings and its replicate alone, so that neither depends on the other runs (but see <see cref="Apart"/>),
/// on their order, on how they are shared out, or on the machine.
/// </summary>
/// <param name="Setting">A digest of the settings as the plan gives them, 16 hexadecimal digits; the same for every replicate.</param>
/// <param name="Replicate">Which repetition it is, from 0.</param>
/// <param name="Command">What it does.</param>
/// <param name="Settings">All settings, with the run's own seed.</param>
/// <param name="Named">Which of them the plan names for this run; the others stand at their defaults.</param>
public sealed record SweepRun(string Setting, int Replicate, RunCommand Command, RunSettings Settings, IReadOnlySet<string> Named)
{
    /// <summary>How independent components are searched for, where they are; the data, the seed and the machine are those of <see cref="Settings"/>.</summary>
    public IcaSettings? Search { get; init; }

    /// <summary>All settings as one flat JSON object, as run.json has them.</summary>
    public JsonObject ToJson() => Search is null ? Settings.ToJson() : (Search with { Run = Settings }).ToJson();

    /// <summary>Of what a run's settings mean; raised when a change to the program makes earlier results wrong, so that every run is done anew.</summary>
    public const int Schema = 1;

    private const int DigitsOfSetting = 16;

    // What a double, and so every reader of JSON, holds exactly.
    private const int BitsOfSeed = 53;

    /// <summary>What it is called, also its folder's name.</summary>
    public string Id => FormattableString.Invariant($"{Setting}-{Replicate}");

    /// <summary>The run of given settings.</summary>
    /// <param name="given">The settings as the plan gives them; files of data by full paths, with their digests filled in.</param>
    /// <param name="command">What it does.</param>
    /// <param name="replicate">Which repetition it is, from 0.</param>
    /// <param name="named">Which settings the plan names.</param>
    /// <param name="search">How independent components are searched for; null for another command.</param>
    public static SweepRun Of(RunSettings given, RunCommand command, int replicate, IReadOnlySet<string> named, IcaSettings? search = null)
    {
        // Files count by their contents: where they lie differs from machine to machine.
        var identity = new JsonObject
        {
            ["schema"] = Schema,
            ["command"] = Name(command),
            ["settings"] = given with { Data = given.Data.WithFiles([]) } is var anywhere && search is null ? anywhere.Identity() : (search with { Run = anywhere }).ToJson(),
        };
        var digest = CanonicalJson.Digest(identity);
        ulong seed = Seeds.Derive(Convert.ToUInt64(digest[..16], 16), "replicate", replicate) >> (64 - BitsOfSeed);
        return new SweepRun(digest[..DigitsOfSetting], replicate, command, given, named) { Search = search }.WithSeed(seed);
    }

    /// <summary>
    /// Runs of which no two draw the same numbers, as two do whose seeds agree in the 32 bits that a generator on the CPU keeps: of those, all but the first by name get another seed.
    /// One pair is to be expected in some 50 000 runs; without one, all keep their seeds.
    /// </summary>
    /// <param name="runs">Runs of different names, in any order.</param>
    public static SweepRun[] Apart(IReadOnlyList<SweepRun> runs)
    {
        var taken = new HashSet<(string, uint)>();
        var apart = new Dictionary<string, SweepRun>();
        foreach (var run in runs.OrderBy(r => r.Id, StringComparer.Ordinal))
        {
            ulong seed = run.Settings.Training.Seed;
            while (Seeds.Starts(seed).Any(taken.Contains))
                seed = Seeds.Derive(seed, "apart") >> (64 - BitsOfSeed);
            taken.UnionWith(Seeds.Starts(seed));
            apart.Add(run.Id, seed == run.Settings.Training.Seed ? run : run.WithSeed(seed));
        }
        return [.. runs.Select(run => apart[run.Id])];
    }

    /// <summary>The command as plans and run.json have it.</summary>
    public static string Name(RunCommand command) => command.ToString().ToLowerInvariant();

    private SweepRun WithSeed(ulong seed) => this with { Settings = Settings with { Training = Settings.Training with { Seed = seed } } };
}

/// <summary>What a sweep does with each of its settings.</summary>
public enum RunCommand
{
    /// <summary>Trains.</summary>
    Train,

    /// <summary>Trains, integrates the theory from the same start, and compares the two.</summary>
    Compare,

    /// <summary>Searches for independent components.</summary>
    Ica,
}
