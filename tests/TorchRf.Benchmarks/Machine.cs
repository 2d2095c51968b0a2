using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;

namespace TorchRf.Benchmarks;

/// <summary>The machine that times are of.</summary>
public static class Machine
{
    /// <summary>Processor, its number of cores, how many numbers it computes at once, and how busy it was before.</summary>
    public static JsonObject Describe() => new()
    {
        ["processor"] = Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        ["cores"] = Environment.ProcessorCount,
        ["vector_bits"] = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128,
        ["load_before"] = Load(),
    };

    private static string? Field(string file, string name) =>
        File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[^1].Trim() : null;

    // The mean number of processes that ran or were about to, over the last minute.
    private static double? Load() =>
        File.Exists("/proc/loadavg") && double.TryParse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture, out double load) ? load : null;
}
