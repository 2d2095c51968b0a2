using System.Diagnostics;
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

/// <summary>How this very program is started again, from any folder.</summary>
internal static class OwnProgram
{
    /// <summary>The program and its first arguments, with absolute paths: the program's own launcher, or dotnet and the assembly.</summary>
    internal static IReadOnlyList<string> Words
    {
        get
        {
            var program = Environment.ProcessPath ?? "dotnet";
            return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, typeof(OwnProgram).Assembly.Location] : [program];
        }
    }
}

/// <summary>How fast torch multiplies matrices here.</summary>
internal static class MatrixSpeed
{
    /// <summary>The side of the matrices to multiply. On the CPU that takes a millisecond or two, for start-up shall be quick.</summary>
    internal static int Side(Device device) => device.type == DeviceType.CPU ? 512 : 1024;

    /// <summary>GFLOP/s of a product of two square matrices in Float32: the best of three, after one to warm up.</summary>
    internal static double Measure(Device device)
    {
        int n = Side(device);
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1, device);
        var a = torch.randn(n, n, device: device, generator: generator);
        double best = 0;
        for (int i = 0; i < 4; i++)
        {
            using var inner = torch.NewDisposeScope();
            var watch = Stopwatch.StartNew();
            // Reading one element waits for the device.
            a.mm(a)[0, 0].item<float>();
            if (i > 0)
                best = Math.Max(best, 2.0 * n * n * n / watch.Elapsed.TotalSeconds / 1e9);
        }
        return best;
    }
}
