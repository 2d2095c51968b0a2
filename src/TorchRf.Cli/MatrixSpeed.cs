using System.Diagnostics;

namespace TorchRf.Cli;

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
