using System.Diagnostics;

namespace TorchRf.Cli;

/// <summary>The library that multiplies matrices in this process, and how fast it does.</summary>
/// <param name="Name">A name people know.</param>
/// <param name="File">Where it was loaded from.</param>
internal sealed record Blas(string Name, string File)
{
    // The reference BLAS does about 1.5 GFLOP/s a core; OpenBLAS and MKL do 20 and more on any processor with AVX.
    private const double SlowPerThread = 5;

    /// <summary>Finds it among the libraries mapped into this process (Linux); null where that does not tell.</summary>
    internal static Blas? Loaded()
    {
        const string maps = "/proc/self/maps";
        if (!System.IO.File.Exists(maps))
            return null;
        // Torch loads it with its first operation.
        using (torch.ones(1)) { }
        var files = System.IO.File.ReadLines(maps).Select(line => line[(line.LastIndexOf(' ') + 1)..]).Distinct().ToArray();
        string? Find(string part) => files.FirstOrDefault(f => Path.GetFileName(f).Contains(part, StringComparison.Ordinal));
        if (Find("mkl") is string mkl)
            return new Blas("MKL", mkl);
        if ((Find("openblas") ?? files.FirstOrDefault(f => f.Contains("openblas", StringComparison.Ordinal))) is string open)
            return new Blas("OpenBLAS", open);
        if (Find("libblis") is string blis)
            return new Blas("BLIS", blis);
        if (files.FirstOrDefault(f => f.Contains("atlas", StringComparison.Ordinal)) is string atlas)
            return new Blas("ATLAS", atlas);
        return Find("libblas") is string reference ? new Blas("reference BLAS", reference) : null;
    }

    /// <summary>The side of the matrices to multiply. On the CPU a millisecond or two tells a good library from a bad one, and start-up shall be quick.</summary>
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

    /// <summary>Whether a measured speed on the CPU is that of an unoptimised library.</summary>
    internal static bool IsSlow(double gigaflops, int threads) => gigaflops < SlowPerThread * Math.Min(threads, Environment.ProcessorCount);
}
