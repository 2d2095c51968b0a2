using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace TorchRf.Cli;

/// <summary>What, beside its settings, may explain a run's results.</summary>
internal static class RunEnvironment
{
    /// <summary>Program, torch, runtime and machine.</summary>
    internal static JsonObject Describe() => new()
    {
        ["torchrf"] = Version,
        ["torch"] = torch.__version__,
        ["dotnet"] = RuntimeInformation.FrameworkDescription,
        ["system"] = RuntimeInformation.OSDescription,
        ["processors"] = Environment.ProcessorCount,
        ["started"] = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>The program's version.</summary>
    internal static string Version => typeof(RunEnvironment).Assembly.GetName().Version!.ToString(3);
}
