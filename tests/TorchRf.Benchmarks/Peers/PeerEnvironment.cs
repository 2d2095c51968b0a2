using System.Diagnostics;
using System.Text;
using TorchRf.Benchmarks.Contests;

namespace TorchRf.Benchmarks.Peers;

/// <summary>The environment that a peer gets: this process's as its user gave it.</summary>
internal static class PeerEnvironment
{
    // What our own torch is told for itself as it is loaded.
    private static readonly string[] Ours = ["OMP_WAIT_POLICY"];

    /// <summary>Takes out of it what this process set for itself, and puts in what the peer's setting says.</summary>
    internal static void Prepare(ProcessStartInfo start, PeerSetting setting)
    {
        var given = Given();
        foreach (var name in Ours.Where(name => !given.Contains(name)))
            start.Environment.Remove(name);
        foreach (var (name, value) in setting.Environment)
            start.Environment[name] = value;
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
