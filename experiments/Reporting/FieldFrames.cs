using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using TorchRf.IO;
using TorchRf.Pruning;

namespace TorchRf.Experiments.Reporting;

/// <summary>A run's receptive fields as a page shows them, snapshot by snapshot: of many snapshots and fields as many as there is room for.</summary>
/// <param name="Json">What the page draws: labels of the snapshots, and whole numbers of 16 bits in parts of each field's largest weight.</param>
/// <param name="Caption">Which they are, and what was left out.</param>
public sealed record FieldFrames(JsonObject Json, string Caption)
{
    private const int MostFields = 12;
    private const int MostSnapshots = 40;
    private const int MostSites = 40_000;

    /// <summary>The fields of a finished run; null for one whose folder has none, or larger ones than a page has room for.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="command">What was run.</param>
    /// <param name="results">What its results.json holds.</param>
    /// <param name="catalogue">What can be named.</param>
    /// <param name="room">How many numbers there is room for.</param>
    /// <exception cref="InvalidDataException">The fields are damaged, or do not go with the results.</exception>
    public static FieldFrames? Of(string folder, string command, JsonObject results, Catalogue catalogue, int room)
    {
        using var scope = torch.NewDisposeScope();
        if (!File.Exists(Path.Combine(folder, RunFolder.WeightsFile)))
            return null;
        switch (command)
        {
            case "train" or "compare" or "predict":
                var run = KeptRun.Read(folder, results, catalogue);
                bool alone = run.Settings.Model.Units == 1;
                // Of many initialisations of one unit, or of the first network's units.
                int inits = run.Settings.Training.Inits;
                var shown = Of([.. run.Steps.Select(step => Invariant($"step {step}"))], alone ? "initialisation" : "unit", run.Lattice, room,
                    [.. new[] { "trained", "theory" }.Where(run.Weights.ContainsKey).Select(name => (name, alone ? run.Weights[name].select(2, 0) : run.Weights[name].select(1, 0)))]);
                return alone || inits == 1 || shown is null ? shown : shown with { Caption = Invariant($"{shown.Caption} Of initialisation 1 of {inits}.") };
            case "ica":
                var search = KeptSearch.Read(folder, results, catalogue);
                return Of(["found"], "component", search.Settings.Run.Data.ToLattice(), room, ("field", search.Fields.unsqueeze(0)));
            case "prune":
                var pruning = KeptPruning.Read(folder, results, catalogue);
                int[] rounds = [.. pruning.Rounds.Select(r => r.Round)];
                Tensor[] layers = [.. rounds.Select(r => PruningRun.FirstLayer(folder, r, PruningKind.Iterative)).Select(l => l.Mask * l.Weights)];
                // Those of the most inputs after the last round, as its picture has them.
                var inputs = (layers[^1] != 0).sum(-1).ToArray<long>();
                int[] busiest = [.. Enumerable.Range(0, inputs.Length).OrderByDescending(u => inputs[u]).Take(MostFields)];
                var fields = torch.stack([.. layers.Select(l => l.index_select(0, torch.tensor(busiest.Select(u => (long)u).ToArray())))]);
                if (pruning.Picture is (var channels and > 1, var side))
                    fields = fields.view(fields.shape[0], fields.shape[1], channels, side * side).mean([2]);
                return Of([.. rounds.Select(r => Invariant($"round {r}"))], "unit", pruning.Picture is { Side: var width and > 1 } ? Lattice.Torus(width) : Lattice.Ring((int)fields.shape[2]), room, ("weights", fields)) is { } frames
                    ? new FieldFrames(Named(frames.Json, busiest), Invariant($"{frames.Caption} Of {inputs.Length} units these have the most inputs left.")) : null;
            default:
                return null;
        }
    }

    // Each of shape (snapshots, fields, sites).
    private static FieldFrames? Of(string[] labels, string one, Lattice lattice, int room, params (string Name, Tensor W)[] series)
    {
        long[] shape = series[0].W.shape;
        if (shape.Any(n => n == 0) || shape[2] > MostSites || shape[2] != lattice.Sites || labels.Length != shape[0])
            return null;
        int each = series.Length * lattice.Sites, fields = (int)Math.Min(shape[1], Math.Clamp(room / each, 1, MostFields)), frames = (int)Math.Min(shape[0], Math.Clamp(room / each / fields, 1, MostSnapshots));
        if ((long)each * fields * frames > Math.Max(room, each))
            return null;
        // Evenly spread, the first and the last among them.
        int[] at = [.. Enumerable.Range(0, frames).Select(i => frames == 1 ? labels.Length - 1 : (int)((long)i * (labels.Length - 1) / (frames - 1)))];
        var json = new JsonObject
        {
            ["labels"] = new JsonArray([.. at.Select(i => (JsonNode)labels[i])]),
            ["names"] = new JsonArray([.. Enumerable.Range(1, fields).Select(i => (JsonNode)Invariant($"{one} {i}"))]),
            ["fields"] = fields,
            ["sites"] = lattice.Sites,
            ["side"] = lattice.Dimensions == 2 ? lattice.Side : 0,
            ["series"] = new JsonArray([.. series.Select(s => Packed(s.Name, s.W.index_select(0, torch.tensor(at.Select(i => (long)i).ToArray(), device: s.W.device)).narrow(1, 0, fields)))]),
        };
        var left = new List<string>();
        if (fields < shape[1])
            left.Add(Invariant($"the first {fields} of {shape[1]} {one}s"));
        if (frames < labels.Length)
            left.Add(Invariant($"{frames} of {labels.Length} snapshots"));
        return new FieldFrames(json, Invariant($"Receptive fields, each in parts of its largest weight, to 16 bits.{(series.Length > 1 && lattice.Dimensions == 1 ? $" Solid: {series[0].Name}; dashed: {series[1].Name}." : "")}{(left.Count > 0 ? $" For want of room: {string.Join(", ", left)}." : "")}"));
    }

    private static JsonObject Named(JsonObject json, int[] units)
    {
        json["names"] = new JsonArray([.. units.Take((int)json["fields"]!).Select(u => (JsonNode)Invariant($"unit {u}"))]);
        return json;
    }

    private static JsonObject Packed(string name, Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        var finite = torch.nan_to_num(w.to(ScalarType.Float64), 0, 0, 0);
        var scale = finite.abs().amax([-1]);
        var whole = (finite / scale.clamp_min(double.Epsilon).unsqueeze(-1) * short.MaxValue).round().to(ScalarType.Int16).ToArray<short>();
        var bytes = new byte[2 * whole.Length];
        for (int i = 0; i < whole.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), whole[i]);
        return new JsonObject
        {
            ["name"] = name,
            ["scale"] = new JsonArray([.. scale.flatten().ToArray<double>().Select(v => (JsonNode)double.Parse(v.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))]),
            ["w"] = Base64Url.EncodeToString(bytes),
        };
    }
}
