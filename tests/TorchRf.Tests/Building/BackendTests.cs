using System.Text.Json.Nodes;
using TorchRf.Tests.Sweeps.Engines;

namespace TorchRf.Tests.Building;

/// <summary>Which packages a program is built with, as MSBuild evaluates its project.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class BackendTests
{
    private static readonly string Cuda = OperatingSystem.IsWindows() ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux";

    [TestCase("src/TorchRf.Cli", new string[0], "TorchSharp-cpu")]
    [TestCase("src/TorchRf.Cli", new[] { "-p:Backend=cpu" }, "TorchSharp-cpu")]
    [TestCase("src/TorchRf.Cli", new[] { "-p:Backend=cuda" }, "cuda")]
    [TestCase("src/TorchRf", new[] { "-p:Backend=cuda" }, null)]
    public void The_backend_picks_the_native_package_of_programs(string project, string[] properties, string? native)
    {
        var evaluated = JsonNode.Parse(Shell.Output("dotnet", ["msbuild", Path.Combine(Repository.Root, project), "-getItem:PackageReference", .. properties]))!;
        var torch = evaluated["Items"]!["PackageReference"]!.AsArray().Select(item => item!["Identity"]!.GetValue<string>()).Where(name => name.StartsWith("TorchSharp", StringComparison.Ordinal));
        string[] expected = native is null ? ["TorchSharp"] : ["TorchSharp", native == "cuda" ? Cuda : native];
        Assert.That(torch, Is.EquivalentTo(expected));
    }

    private static IEnumerable<TestCaseData> Told() =>
        [new("vulkan", "Backend is 'vulkan'; it must be 'cpu' or 'cuda'."), new("cuda", $"Backend=cuda needs the package {Cuda}")];

    [TestCaseSource(nameof(Told))]
    public void Another_backend_is_refused_and_a_build_for_CUDA_says_what_it_needs_of_the_feed(string backend, string told)
    {
        var (code, output, _) = Shell.Run("dotnet", "msbuild", Path.Combine(Repository.Root, "src/TorchRf.Cli"), "-t:CheckBackend", "-p:Backend=" + backend, "-nologo", "-v:minimal");
        Assert.That(output, Does.Contain(told));
        Assert.That(code == 0, Is.EqualTo(backend == "cuda"));
    }
}
