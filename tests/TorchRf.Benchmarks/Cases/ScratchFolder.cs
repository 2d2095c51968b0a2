namespace TorchRf.Benchmarks.Cases;

/// <summary>A temporary folder that is gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("torchrf-bench-").FullName;

    internal string Path => path;

    internal string this[string name] => System.IO.Path.Combine(path, name);

    public void Dispose() => Directory.Delete(path, recursive: true);
}
