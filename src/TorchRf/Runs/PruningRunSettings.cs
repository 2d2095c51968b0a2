using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Pruning;

namespace TorchRf.Runs;

/// <summary>All that determines a run of pruning: what its run.json holds.</summary>
public sealed record PruningRunSettings
{
    /// <summary>Which data, and with which seed, device and threads.</summary>
    public RunSettings Run { get; init; } = new();

    /// <summary>How the network is trained and pruned.</summary>
    public PruningSettings Pruning { get; init; } = new();

    /// <summary>Makes the examples ready, and fills in what data and device say themselves.</summary>
    /// <exception cref="InvalidSettingException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public (PruningRunSettings Settings, PruningExamples Examples) Prepare()
    {
        Setting.Check(Run);
        Setting.Check(Pruning);
        Setting.Check(Run.Data);
        var device = ComputeDevice.Resolve(Run.Device);
        torch.set_num_threads(Run.Threads);
        var data = Run.Data.WithFilesFound();
        var examples = PruningExamples.Of(data, Pruning, Run.Training.Seed, device);
        try
        {
            Pruning.Validate(examples.Sites, examples.Classes);
            var filled = data.WithDigests();
            if (!data.HasSitesByChoice)
                filled = filled with { Sites = examples.Sites, Dimensions = examples.Dimensions };
            // Of the same contents, whatever they are called.
            var judged = new FileSettings { Class0 = Pruning.Validation, Class1 = Pruning.ValidationLabels, Sha256 = Pruning.ValidationSha256 }.WithDigests().Sha256;
            return (this with { Run = Run with { Data = filled, Device = device.ToString() }, Pruning = Pruning with { ValidationSha256 = judged } }, examples);
        }
        catch
        {
            examples.Dispose();
            throw;
        }
    }

    /// <summary>The settings as one flat JSON object with names in snake_case.</summary>
    public JsonObject ToJson() => Run.FollowedBy(Pruning, Run.DataToJson());

    /// <inheritdoc cref="RunSettings.Used"/>
    public JsonObject Used() => Run.FollowedBy(Pruning, Run.UsedOfData());

    /// <summary>Settings from JSON as <see cref="ToJson"/> writes it; what is left out keeps its default.</summary>
    /// <param name="json">The settings.</param>
    /// <param name="catalogue">What can be named; what the program knows without.</param>
    /// <exception cref="InvalidDataException">A name is unknown or of other data, or a value of the wrong kind.</exception>
    public static PruningRunSettings FromJson(JsonObject json, Catalogue? catalogue = null)
    {
        var (own, run) = RunSettings.Split<PruningSettings>(json);
        return new PruningRunSettings { Run = RunSettings.FromJson(run, catalogue), Pruning = own };
    }

    /// <inheritdoc cref="RunSettings.FromRun"/>
    public static PruningRunSettings FromRun(JsonObject json, Catalogue? catalogue = null, JsonObject? changes = null) =>
        FromJson(RunSettings.Changed(json, changes, catalogue), catalogue);

    /// <inheritdoc cref="RunSettings.Here"/>
    public JsonObject Here(JsonObject written)
    {
        var read = FromRun(written, Run.Catalogue);
        if (read.Run.Data.Sha256.SequenceEqual(Run.Data.Sha256))
            read = read with { Run = read.Run with { Data = read.Run.Data.WithFiles([.. Run.Data.Files().Select(f => f.File)]) } };
        if (read.Pruning.ValidationSha256.SequenceEqual(Pruning.ValidationSha256))
            read = read with { Pruning = read.Pruning with { Validation = Pruning.Validation, ValidationLabels = Pruning.ValidationLabels } };
        return read.ToJson();
    }
}
