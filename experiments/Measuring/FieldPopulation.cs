using TorchRf.Experiments.Comparing;
using TorchRf.IO;

namespace TorchRf.Experiments.Measuring;

/// <summary>Receptive fields of one kind, from wherever they are: a run's trained ones, its theory's, a search's components, an array of one's own.</summary>
/// <param name="Name">What they are ("trained").</param>
/// <param name="Fields">Shape (fields, N), Float64 on the CPU.</param>
/// <param name="Lattice">How the sites are arranged.</param>
/// <param name="GoesAround">Whether the last site of a row is beside its first: rings and toruses do, patches do not.</param>
public sealed record FieldPopulation(string Name, Tensor Fields, Lattice Lattice, bool GoesAround)
{
    private const long MostWeights = 100_000_000;

    /// <summary>How many fields, one after the other, are of one network: networks that were trained side by side do not know of each other. All of them where it is not said.</summary>
    public int PerNetwork { get; init; } = (int)Fields.shape[0];

    /// <summary>Reads all populations that there are under a name: the folder of a run (its fields at the end, or as far as it is), a safetensors file, or an array of fields in any form that <see cref="ArrayFile"/> reads.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="catalogue">What can be named.</param>
    /// <param name="sites">How the sites are arranged, where that is known better than a file can say it; a run says it itself.</param>
    /// <param name="told">Told of what was passed over.</param>
    /// <exception cref="InvalidDataException">There is nothing of that name, or no receptive fields are in it.</exception>
    public static IReadOnlyList<FieldPopulation> Read(string path, Catalogue catalogue, Lattice? sites = null, Action<string>? told = null)
    {
        if (Directory.Exists(path))
        {
            var run = Path.Combine(path, RunFolder.RunFile);
            return File.Exists(run) ? OfRun(path, RunDocument.Read(run), catalogue, told) : throw MalformedFile.Because(path, "not the folder of a run (it has no run.json); torchrf runs lists those there are");
        }
        if (!File.Exists(path))
            throw MalformedFile.Because(path, "there is no file or folder of that name");
        // What is in a run's folder stands for it: the run says how its sites are arranged.
        if (Path.GetFileName(path) is RunFolder.WeightsFile or RunFolder.RunFile && Path.GetDirectoryName(Path.GetFullPath(path)) is string folder && File.Exists(Path.Combine(folder, RunFolder.RunFile)))
            return Read(folder, catalogue, sites, told);
        if (Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase))
            return OfTensors(path, sites);
        using var array = ArrayFile.Open(path);
        RequireRoom(path, array.Rows, array.Width);
        double[] values = new double[array.Rows * array.Width];
        array.Read(0, (int)array.Rows, values);
        return [Of(path, "fields", torch.tensor(values, [.. array.Shape.Count == 1 ? [1, array.Rows] : array.Shape]), sites)];
    }

    // Of fewer sites there is nothing to fit, and of more a fit takes too much memory.
    private FieldPopulation Measurable(string file) => Lattice is { Dimensions: 1, Sites: < 8 or > 2048 } or { Dimensions: 2, Side: < 4 or > 128 }
        ? throw MalformedFile.Because(file, $"{Name} has fields of {Lattice} sites; those of 8 to 2048 on a ring and of 4x4 to 128x128 can be measured") : this;

    /// <summary>Some of them, evenly spread.</summary>
    /// <param name="most">No more than this.</param>
    public FieldPopulation Spread(int most)
    {
        long every = (Fields.shape[0] + most - 1) / most;
        // Whose those are that are left is not followed.
        return every <= 1 ? this : this with { Fields = Fields.slice(0, 0, Fields.shape[0], every), PerNetwork = 1 };
    }

    private static IReadOnlyList<FieldPopulation> OfRun(string folder, RunDocument run, Catalogue catalogue, Action<string>? told)
    {
        var results = Path.Combine(folder, RunFolder.ResultsFile);
        if (run.Command == "ica")
        {
            if (!File.Exists(results))
                throw MalformedFile.Because(folder, "a search that is not finished, which has no receptive fields yet");
            var search = KeptSearch.Read(folder, JsonFile.ReadObject(results), catalogue);
            return [new FieldPopulation("components", search.Fields.cpu(), search.Lattice, search.Settings.Run.Data.GoesAround).Measurable(folder)];
        }
        if (run.Command == "prune")
        {
            told?.Invoke("pruned fields have few weights, for which IPR and surrogates rise alone: this run's own table has what tells, whether weights lie together");
            return [OfPruning(folder, results, catalogue).Measurable(folder)];
        }
        if (run.Command is not ("train" or "compare" or "predict"))
            throw MalformedFile.Because(folder, $"a run of {MalformedFile.Quote(run.Command)}, which keeps no receptive fields; runs of train, compare, predict, ica and prune do");
        var settings = RunSettings.FromRun(run.Settings, catalogue);
        // Those of files may be fewer than data that are drawn have.
        var lattice = settings.Data is { Dimensions: 1, Sites: var sites } ? Lattice.Ring(sites) : settings.Data.ToLattice();
        FieldPopulation Last(string name, Tensor snapshots) =>
            new FieldPopulation(name, snapshots[-1].reshape(-1, snapshots.shape[^1]).to(torch.CPU).to(ScalarType.Float64), lattice, settings.Data.GoesAround) { PerNetwork = (int)snapshots.shape[2] }.Measurable(folder);
        if (File.Exists(results))
            return [.. KeptRun.Read(folder, JsonFile.ReadObject(results), catalogue).Weights.Where(w => w.Key is "trained" or "theory").OrderByDescending(w => w.Key).Select(w => Last(w.Key, w.Value))];
        var newest = new KeptCheckpoints(folder).Latest(damaged => told?.Invoke($"damaged, using the one before: {damaged}"))
            ?? throw MalformedFile.Because(folder, "not finished, and without a checkpoint: there are no receptive fields yet");
        told?.Invoke(Invariant($"not finished: as of step {newest.Step}"));
        return newest.Tensors.TryGetValue("snapshots", out var kept) && kept.dim() == 4 && kept.shape[0] > 0 && kept.shape[3] == settings.Data.Sites
            ? [Last("trained", kept)] : throw MalformedFile.Because(folder, "its newest checkpoint holds no receptive fields");
    }

    // What is left of the first layer's connected units after the last round.
    private static FieldPopulation OfPruning(string folder, string results, Catalogue catalogue)
    {
        if (!File.Exists(results))
            throw MalformedFile.Because(folder, "pruning that is not finished, whose last round's fields are not there yet");
        var kept = KeptPruning.Read(folder, JsonFile.ReadObject(results), catalogue);
        var weights = SafeTensors.Read(Path.Combine(folder, RunFolder.WeightsFile)).Tensors.GetValueOrDefault("trained");
        if (weights is not { dtype: ScalarType.Float32 } || weights.dim() != 2)
            throw MalformedFile.Because(folder, "its weights are not those of a first layer");
        var fields = weights[weights.ne(0).any(1, keepdim: false)].to(ScalarType.Float64);
        var lattice = kept.Picture is (1, int side) && (long)side * side == fields.shape[1] ? Lattice.Torus(side) : Lattice.Ring((int)fields.shape[1]);
        return new FieldPopulation("pruned", fields, lattice, kept.Settings.Run.Data.GoesAround);
    }

    private static IReadOnlyList<FieldPopulation> OfTensors(string file, Lattice? sites)
    {
        var all = SafeTensors.Read(file).Tensors;
        string[] known = ["trained", "theory", "receptive_fields", "snapshots", "simulated", "predicted"];
        var names = known.Where(all.ContainsKey).ToArray();
        if (names.Length == 0)
            names = [.. all.Where(t => t.Value.dim() == 2 && t.Value.is_floating_point()).Select(t => t.Key).Order(StringComparer.Ordinal)];
        if (names.Length == 0)
            throw MalformedFile.Because(file, "no receptive fields are in it: no tensor called trained, theory or receptive_fields, and no matrix");
        // A run's, (snapshots, inits, units, N), as they are at the end.
        return [.. names.Select(name => all[name].dim() == 4 ? Of(file, name, all[name][-1].flatten(0, 1), sites) with { PerNetwork = (int)all[name].shape[2] } : Of(file, name, all[name], sites))];
    }

    private static FieldPopulation Of(string file, string name, Tensor w, Lattice? sites)
    {
        var shape = w.shape;
        bool arePictures = shape.Length == 3 && shape[1] == shape[2];
        if (shape.Length is < 2 or > 3 || (shape.Length == 3 && !arePictures))
            throw MalformedFile.Because(file, $"{name} has the shape ({string.Join(", ", shape)}); receptive fields are (fields, sites) or (fields, L, L)");
        RequireRoom(file, shape[0], shape[1..].Aggregate(1L, (a, b) => a * b));
        var fields = w.reshape(shape[0], -1).to(torch.CPU).to(ScalarType.Float64);
        long n = fields.shape[1];
        var lattice = sites ?? (arePictures && n >= 16 ? Lattice.Torus((int)shape[1]) : Lattice.Ring((int)n));
        if (lattice.Sites != n)
            throw MalformedFile.Because(file, $"{name} has fields of {n} sites, which are not {lattice}");
        return new FieldPopulation(name, fields, lattice, lattice.Dimensions == 1).Measurable(file);
    }

    private static void RequireRoom(string file, long fields, long width)
    {
        if (fields < 1 || width < 1 || fields > MostWeights / width)
            throw MalformedFile.Because(file, $"{fields} fields of {width} sites; up to {MostWeights} weights can be measured");
    }
}
