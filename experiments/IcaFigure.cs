using TorchRf.IO;
using static MathNet.Numerics.Generate;

namespace TorchRf.Experiments;

/// <summary>What a search for independent components leaves in its folder. Its words and pictures are made from nothing else, so that they can be made again.</summary>
/// <param name="Settings">What was run, everything filled in.</param>
/// <param name="Results">What results.json holds, as it is read.</param>
/// <param name="Fields">The receptive fields, shape (components, N), Float64, of examples as they were searched: all sites count alike.</param>
public sealed record KeptSearch(IcaSettings Settings, JsonObject Results, Tensor Fields)
{
    /// <summary>How the sites are arranged.</summary>
    // Those of files may be fewer than data that are drawn have.
    public Lattice Lattice => Settings.Run.Data is { Dimensions: 1, Sites: var sites } ? Lattice.Ring(sites) : Settings.Run.Data.ToLattice();

    /// <summary>What the data of each class are.</summary>
    public IReadOnlyList<string> Classes => [.. (Results["classes"] as JsonArray ?? []).Select(c => c is JsonValue text && text.TryGetValue(out string? said) ? said : "")];

    /// <summary>The inverse participation ratio of each receptive field; not a number where a field has none.</summary>
    public IReadOnlyList<double> Ipr => [.. (Results["ipr"] as JsonArray ?? []).Select(v => JsonFile.Number(v))];

    /// <summary>Which receptive fields are localized.</summary>
    public LocalizedFraction Localized => LocalizedFraction.Among([.. Ipr], Settings.Run.Data.Sites);

    /// <summary>Whether the search converged.</summary>
    public bool Converged => Results["converged"] is JsonValue said && said.TryGetValue(out bool converged) && converged;

    /// <summary>Whether no site differs from any other: a peak may then stand anywhere, and in the middle its shape is seen best.</summary>
    internal bool SitesAreAlike
    {
        get
        {
            if (Settings.Run.Data is OwnDataSettings)
                return false;
            using var task = Settings.Run.Data.Task();
            return task.Classes.All(c => c.Covariance is IStationaryCovariance);
        }
    }

    /// <summary>Of a search just made.</summary>
    public static KeptSearch Of(IcaStudy study) => new(study.Settings, JsonNode.Parse(study.Json().ToJsonString())!.AsObject(), Searched(study.Weights()));

    /// <summary>Reads what a search left.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="results">What its results.json holds.</param>
    /// <param name="catalogue">What can be named.</param>
    /// <exception cref="InvalidDataException">The receptive fields are damaged, or do not go with the results.</exception>
    public static KeptSearch Read(string folder, JsonObject results, Catalogue catalogue)
    {
        var file = Path.Combine(folder, RunFolder.WeightsFile);
        if (results["settings"] is not JsonObject settings)
            throw MalformedFile.Because(Path.Combine(folder, RunFolder.ResultsFile), "not a search's results (it has no settings)");
        var kept = SafeTensors.Read(file).Tensors;
        var search = new KeptSearch(IcaSettings.FromRun(settings, catalogue), results, torch.empty(0));
        long[] shape = [search.Ipr.Count, search.Settings.Run.Data.Sites];
        if (shape[0] == 0 || !kept.TryGetValue("receptive_fields", out var fields) || !fields.shape.SequenceEqual(shape) || (kept.TryGetValue("scale", out var scale) && (scale.dim() != 1 || scale.shape[0] != shape[1])))
            throw MalformedFile.Because(file, $"its receptive fields do not go with the search's results, ({string.Join(", ", shape)}) of them");
        return search with { Fields = Searched(kept) };
    }

    // Of a user's file they are kept in its units. A search just made goes the same way, so that its picture is the same.
    private static Tensor Searched(IReadOnlyDictionary<string, Tensor> kept)
    {
        var fields = kept["receptive_fields"].to(ScalarType.Float64);
        return kept.TryGetValue("scale", out var scale) ? fields * scale : fields;
    }
}

/// <summary>The first receptive fields of an ICA, as lines over a ring or as maps of a torus, and how localized all of them are.</summary>
public static class IcaFigure
{
    private const int Columns = 4;
    private const int Shown = 11;

    /// <summary>Three rows: receptive fields, then the IPR of all, the largest first.</summary>
    public static Figure Of(KeptSearch search)
    {
        using var scope = torch.NewDisposeScope();
        var (settings, lattice, localized, centred) = (search.Settings, search.Lattice, search.Localized, search.SitesAreAlike);
        var panels = search.Ipr.Take(Shown).Select((ipr, i) => Field(Invariant($"{i + 1}: IPR {ipr:0.00}"), search.Fields[i].ToArray<double>(), lattice, centred)).ToList<Panel?>();
        double[] sorted = [.. search.Ipr.OrderDescending()];
        panels.Add(new Panel("Localization", new Axis("component, by IPR"), new Axis("IPR") { Minimum = 0, Maximum = Math.Min(1, 1.15 * Math.Max(sorted[0], localized.Threshold)) })
        {
            Series = [new PointSeries(LinearRange(1, sorted.Length), sorted)],
            ReferenceLines = [FieldPanels.Localized(lattice.Sites)],
        });
        string of = string.Join(" and ", search.Classes.Where((_, label) => settings.Class is null || settings.Class == label));
        return new Figure("Independent components: " + of, panels)
        {
            Columns = Math.Min(Columns, panels.Count),
            Caption = Invariant($"N = {lattice}; {(lattice.Dimensions == 1 ? "" : "weights from minus the largest (blue) over 0 (white) to the largest (red); ")}{(centred ? "each field is turned around to have its peak in the middle; " : "")}{search.Ipr.Count} components of {settings.Examples} examples, seed {settings.Run.Training.Seed}; {Way(settings)}; {localized.Count} of {localized.Total} above an IPR of {localized.Threshold:0.000}; {(search.Converged ? "converged" : "not converged")} after {JsonFile.Number(search.Results, "iterations")} iterations. {FieldPanels.IprInWords}"),
        };
    }

    /// <summary>"FastICA, parallel, logcosh".</summary>
    public static string Way(IcaSettings settings) =>
        $"{settings.Method switch { IcaMethod.FixedPoint => "FastICA", IcaMethod.Infomax => "infomax", _ => "autograd" }}, {settings.Algorithm.ToString().ToLowerInvariant()}, {settings.Contrast}";

    // w and -w are one component; the larger side is drawn upwards.
    private static Panel Field(string title, double[] w, Lattice lattice, bool centred)
    {
        double reach = w.MaxBy(Math.Abs);
        double[] scaled = Array.ConvertAll(w, v => v / reach);
        int side = lattice.Side, middle = centred ? side / 2 : 0, peak = centred ? Array.IndexOf(scaled, scaled.Max()) : 0;
        int Around(int i, int at) => (i - middle + at + side) % side;
        if (lattice.Dimensions == 1)
            return FieldPanels.Line(LinearRange(-middle, side - 1 - middle), [.. Enumerable.Range(0, side).Select(i => scaled[Around(i, peak)])], title, centred ? "sites from the peak" : "site");
        return FieldPanels.Map(Enumerable.Range(0, side).Select(i => Enumerable.Range(0, side).Select(j => scaled[(Around(i, peak / side) * side) + Around(j, peak % side)]).ToArray()), title);
    }
}
