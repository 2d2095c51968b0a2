using System.Text;
using TorchRf.Benchmarks.Contests;

namespace TorchRf.Benchmarks.Peers;

/// <summary>The environment that a peer gets: this process's as its user gave it.</summary>
internal static class PeerEnvironment
{
    // What our own torch is told for itself as it is loaded.
    private static readonly string[] Ours = ["OMP_WAIT_POLICY"];

    /// <summary>How it differs from this process's: null takes out what this process set for itself, the peer's setting comes in.</summary>
    internal static IReadOnlyDictionary<string, string?> Of(PeerSetting setting)
    {
        var given = Given();
        var changes = Ours.Where(name => !given.Contains(name)).ToDictionary(name => name, _ => (string?)null);
        foreach (var (name, value) in setting.Environment)
            changes[name] = value;
        return changes;
    }

    // What this process was started with, as Linux keeps it; elsewhere nothing is set behind .NET's back.
    private static HashSet<string> Given()
    {
        const string initial = "/proc/self/environ";
        return File.Exists(initial)
            ? [.. Encoding.UTF8.GetString(File.ReadAllBytes(initial)).Split('\0').Select(entry => entry.Split('=')[0])]
            : [.. Ours];
    }
}
