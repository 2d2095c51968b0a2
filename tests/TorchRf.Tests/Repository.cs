using System.Reflection;

namespace TorchRf.Tests;

/// <summary>The folder of the sources that these tests were built from.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find();

    /// <summary>What the build noted in the assembly.</summary>
    internal static string Metadata(string key) => typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "TorchRf.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("no TorchRf.sln above the tests");
        return folder.FullName;
    }
}
