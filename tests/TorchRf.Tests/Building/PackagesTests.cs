using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using TorchRf.Tests.Sweeps.Engines;

namespace TorchRf.Tests.Building;

/// <summary>
/// What dotnet pack makes, installed into a project of somebody else's and as a tool: from a folder, with no other source of packages than those that this build has fetched, and with a cache of its own.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class PackagesTests
{
    /// <summary>Says whether these tests are wanted; ./test --packages sets it.</summary>
    private const string Wanted = "TORCHRF_PACKAGES";

    private static readonly string Version = typeof(InvalidSettingException).Assembly.GetName().Version!.ToString(3);
    private static readonly string Configuration = typeof(PackagesTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private readonly TemporaryFolder folder = new();

    [OneTimeSetUp]
    public void Pack()
    {
        if (Environment.GetEnvironmentVariable(Wanted) != "1")
            Assert.Ignore("Packages were not asked for: ./test --packages runs these tests.");
        Dotnet("pack", Path.Combine(Repository.Root, "TorchRf.sln"), "-c", Configuration, "--no-build", "-o", folder["packages"], "-nologo");
        File.WriteAllText(folder["nuget.config"], $"""
            <configuration>
              <packageSources><clear /><add key="packages" value="{folder["packages"]}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="fetched" value="{Repository.Metadata("NuGetPackageRoot")}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    [OneTimeTearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void There_is_one_of_each_library_and_the_tool()
    {
        string[] expected = [.. from id in new[] { "TorchRf", "TorchRf.Cli", "TorchRf.ML", "TorchRf.Plots" } select $"{id}.{Version}.nupkg"];
        Assert.That(Directory.EnumerateFiles(folder["packages"]).Select(Path.GetFileName), Is.EquivalentTo(expected));
    }

    [TestCase("TorchRf", "TorchSharp", new[] { "lib/net10.0/TorchRf.dll", "lib/net10.0/TorchRf.xml", "buildTransitive/TorchRf.targets" })]
    [TestCase("TorchRf.Plots", "TorchRf", new[] { "lib/net10.0/TorchRf.Plots.dll", "lib/net10.0/TorchRf.Plots.xml", "THIRD-PARTY-NOTICES" })]
    [TestCase("TorchRf.ML", "TorchRf", new[] { "lib/net10.0/TorchRf.ML.dll", "lib/net10.0/TorchRf.ML.xml" })]
    [TestCase("TorchRf.Cli", null, new[] { "THIRD-PARTY-NOTICES" })]
    public void A_package_says_what_it_is_and_under_which_licence(string id, string? needs, string[] files)
    {
        using var package = ZipFile.OpenRead(Path.Combine(folder["packages"], $"{id}.{Version}.nupkg"));
        Assert.That(package.Entries.Select(e => e.FullName), Is.SupersetOf(files.Concat(["README.md", "LICENSE"])));
        using var nuspec = package.GetEntry(id + ".nuspec")!.Open();
        var metadata = XDocument.Load(nuspec).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
        string? Said(string name) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value;
        Assert.That((Said("license"), Said("readme"), Said("authors")), Is.EqualTo(("MIT", "README.md", "TorchRf contributors")));
        Assert.That(Said("description"), Has.Length.GreaterThan(40));
        Assert.That(Said("tags"), Does.Contain("receptive-fields"));
        if (needs is not null)
            Assert.That(metadata.Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value), Has.Member(needs));
    }

    [Test]
    public void A_program_that_takes_the_library_as_a_package_trains_a_neuron()
    {
        Directory.CreateDirectory(folder["app"]);
        File.Copy(Path.Combine(Repository.Root, "samples", "QuickStart", "Program.cs"), folder["app/Program.cs"]);
        File.WriteAllText(folder["app/app.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <NuGetAudit>false</NuGetAudit>
                <UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>
                <CreateSymbolicLinksForCopyLocalIfPossible>true</CreateSymbolicLinksForCopyLocalIfPossible>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TorchRf" Version="{Version}" />
                <PackageReference Include="TorchSharp-cpu" Version="{Repository.Metadata("TorchSharpVersion")}" />
              </ItemGroup>
            </Project>
            """);
        Dotnet("build", folder["app"], "-o", folder["app/out"], "-nologo", "--disable-build-servers");
        Assert.That(Shell.Output("dotnet", folder["app/out/app.dll"]), Does.Contain("IPR trained").And.Match(@"1000 +0\.\d+ +0\.\d+ +0\.\d+"));
        if (OperatingSystem.IsLinux())
            Assert.That(File.ReadAllBytes(folder["app/out/libLibTorchSharp.so"]), Is.EqualTo(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"))),
                "the package brings the step on torch's native library along");
    }

    [Test]
    public void The_tool_is_installed_and_runs()
    {
        Dotnet("tool", "install", "TorchRf.Cli", "--version", Version, "--tool-path", folder["tools"], "--configfile", folder["nuget.config"]);
        var info = JsonNode.Parse(Shell.Output(folder["tools/torchrf"], "info", "--json"))!;
        Assert.That(info["torchrf"]!.GetValue<string>(), Is.EqualTo(Version));
        Assert.That(info["gflops"]!.GetValue<double>(), Is.Positive);
        Assert.That(Shell.Output(folder["tools/torchrf"], "describe", "--data", "photo"), Does.Contain("photograph"), "its photographs come along");
    }

    // With a cache of its own, so that nothing of these packages stays.
    private void Dotnet(params string[] arguments)
    {
        var (code, output, error) = Shell.Run("env", ["NUGET_PACKAGES=" + folder["cache"], "dotnet", .. arguments]);
        Assert.That(code, Is.Zero, $"dotnet {string.Join(' ', arguments)}: {output}{error}");
    }
}
