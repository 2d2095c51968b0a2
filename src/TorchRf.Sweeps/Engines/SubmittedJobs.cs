using System.Text.Json;
using System.Text.Json.Nodes;
using TorchRf.IO;

namespace TorchRf.Sweeps.Engines;

/// <summary>The jobs of a sweep's last submission, kept in slurm/submitted.json of its folder, so that it is known what was asked for even if the program ends right after.</summary>
internal static class SubmittedJobs
{
    private const int Schema = 1;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>A job.</summary>
    /// <param name="Id">Its number; null where it is not submitted.</param>
    /// <param name="Script">Its script's file name.</param>
    /// <param name="Shards">The shards it works on, as ranges; null for the merge.</param>
    internal sealed record Job(string? Id, string Script, string? Shards);

    internal static string File(string folder) => Path.Combine(folder, "submitted.json");

    internal static JsonObject ToJson(IEnumerable<Job> jobs, int of) => new()
    {
        ["schema"] = Schema,
        ["of"] = of,
        ["jobs"] = new JsonArray([.. jobs.Select(j => (JsonNode)new JsonObject { ["id"] = j.Id, ["script"] = j.Script, ["shards"] = j.Shards })]),
    };

    internal static void Write(string folder, IEnumerable<Job> jobs, int of) =>
        AtomicFile.WriteText(File(folder), ToJson(jobs, of).ToJsonString(Indented) + "\n");

    /// <summary>The numbers of the jobs of the last submission; none where there was none.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal static IReadOnlyList<string> Read(string folder)
    {
        var file = File(folder);
        if (!System.IO.File.Exists(file))
            return [];
        try
        {
            return [.. JsonNode.Parse(System.IO.File.ReadAllText(file))!["jobs"]!.AsArray().Select(j => (string?)j!["id"]).OfType<string>()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw new InvalidDataException($"{file}: not a list of submitted jobs; look with squeue whether some are left, then remove it");
        }
    }
}
