using System.Reflection;

namespace TorchRf.Benchmarks.Peers;

/// <summary>The peers' scripts, which come within this program, as files in a temporary folder.</summary>
public sealed class PeerScripts : IDisposable
{
    private const string Prefix = "peers/";

    private readonly string folder = Directory.CreateTempSubdirectory("torchrf-peers-").FullName;

    /// <summary>Writes them.</summary>
    public PeerScripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var script = assembly.GetManifestResourceStream(name)!;
            using var file = File.Create(Path.Combine(folder, name[Prefix.Length..]));
            script.CopyTo(file);
        }
    }

    /// <summary>The one that is run.</summary>
    public string Main => Path.Combine(folder, "peer.py");

    /// <summary>Removes them.</summary>
    public void Dispose() => Directory.Delete(folder, recursive: true);
}
