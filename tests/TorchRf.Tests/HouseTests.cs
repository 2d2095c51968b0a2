using System.Reflection;
using System.Text.RegularExpressions;

namespace TorchRf.Tests;

/// <summary>Holds the arrows between folders, read from the compiled code, and the house's rules on names, read from the sources.</summary>
public class HouseTests
{
    private static readonly Assembly Library = typeof(InvalidSettingException).Assembly;
    private static readonly Assembly Plots = Assembly.Load("TorchRf.Plots");
    private static readonly Assembly Sweeps = Assembly.Load("TorchRf.Sweeps");
    private static readonly Assembly Learning = Assembly.Load("TorchRf.ML");
    private static readonly Assembly Experiments = Assembly.Load("TorchRf.Experiments");
    private static readonly Assembly Lab = Assembly.Load("TorchRf.Lab");
    private static readonly Assembly Cli = Assembly.Load("TorchRf.Cli");
    private static readonly Assembly Benchmarks = Assembly.Load("TorchRf.Benchmarks");

    // Which folders of the library a folder may import. The root namespace, here "", is open to all.
    private static readonly Dictionary<string, string[]> Imports = new()
    {
        [""] = [],
        ["IO"] = [],
        ["Simd"] = [],
        ["Sampling"] = ["Simd"],
        ["Data"] = ["IO", "Measures", "Sampling", "Simd"],
        ["SparseCoding"] = ["Simd"],
        ["Models"] = ["SparseCoding"],
        ["Measures"] = [],
        ["Ica"] = ["Simd"],
        ["Theory"] = ["Data"],
        ["Training"] = ["Models", "Data", "IO", "Sampling", "Simd"],
        ["Pruning"] = ["Training", "Data", "IO", "Measures"],
        ["Runs"] = ["Training", "Models", "Data", "Ica", "Pruning", "IO"],
    };

    private static readonly string[] Folders = [.. Imports.Keys];

    private static readonly string Root = Repository.Root;

    [TestCaseSource(nameof(Folders))]
    public void A_folder_imports_only_what_it_may(string folder) =>
        Assert.That(
            from type in Library.GetTypes()
            where Folder(type) == folder
            from used in ReferencedTypes.Of(type)
            where used.Assembly == Library && Folder(used) is string other && other != folder && other.Length > 0 && !Imports[folder].Contains(other)
            select $"{type.FullName} uses {used.FullName}", Is.Empty);

    [Test]
    public void Every_folder_has_its_arrows() =>
        Assert.That(Library.GetTypes().Select(Folder).OfType<string>().Distinct().Except(Folders), Is.Empty);

    [Test]
    public void The_page_on_the_architecture_tells_these_arrows()
    {
        var told = File.ReadLines(Path.Combine(Root, "docs", "architecture.md"))
            .Select(line => Regex.Match(line, @"^\| `(\w+)` \|.*\|([^|]*)\|$")).Where(row => row.Success)
            .Select(row => $"{row.Groups[1].Value}: {row.Groups[2].Value.Trim()}");
        Assert.That(told, Is.EquivalentTo(Imports.Where(room => room.Key.Length > 0).Select(room => $"{room.Key}: {string.Join(", ", room.Value)}")));
    }

    [Test]
    public void No_namespaces_use_each_other()
    {
        Assembly[] house = [Library, Plots, Learning, Sweeps, Experiments, Lab, Cli, Benchmarks];
        Assert.That(NamespaceCircles.Of(
        [
            .. from assembly in house
               from type in assembly.GetTypes()
               where type.Namespace is not null
               from used in ReferencedTypes.Of(type)
               where used.Namespace is not null && house.Contains(used.Assembly)
               select (type.Namespace, used.Namespace, $"{type.FullName} uses {used.FullName}"),
        ]), Is.Empty);
    }

    [TestCase("A.B>A.C,A.C>A.B", 2)]
    [TestCase("A.B>A.C,A.C>A.D,A.D>A.B", 3)]
    [TestCase("A.B.X>A.C.X,A.C.Y>A.B.Y", 2, Description = "only with all that is below them")]
    [TestCase("A.B>A.B.C,A.B.C>A.B", 2, Description = "a namespace and one within it")]
    [TestCase("A.B>A.C,A.B.X>A.C,A.C>A.D,A.B>A.B.X", 0)]
    public void A_circle_of_namespaces_is_found(string uses, int parts) =>
        Assert.That(NamespaceCircles.Of([.. uses.Split(',').Select(u => u.Split('>')).Select(u => (u[0], u[1], ""))]).Count(), Is.EqualTo(parts));

    [Test]
    public void Measures_import_only_torch()
    {
        string[] allowed = [Library.GetName().Name!, typeof(Tensor).Assembly.GetName().Name!];
        Assert.That(
            from type in Library.GetTypes()
            where Folder(type) == "Measures"
            from used in ReferencedTypes.Of(type)
            let assembly = used.Assembly.GetName().Name!
            where !assembly.StartsWith("System.", StringComparison.Ordinal) && !allowed.Contains(assembly)
            select $"{type.FullName} uses {used.FullName}", Is.Empty);
    }

    [Test]
    public void Programs_and_experiments_build_on_the_library_and_not_the_other_way()
    {
        static string[] Others(Assembly assembly) => [.. assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(name => !name.StartsWith("System", StringComparison.Ordinal))];
        static string[] House(Assembly assembly) => [.. Others(assembly).Where(name => name.StartsWith("TorchRf", StringComparison.Ordinal)).Order()];
        Assert.That(House(Library), Is.Empty);
        Assert.That(Others(Library), Has.None.EqualTo("ScottPlot"));
        Assert.That(House(Plots), Is.EqualTo(new[] { "TorchRf" }));
        Assert.That(Others(Plots), Has.None.EqualTo(typeof(Tensor).Assembly.GetName().Name));
        Assert.That(House(Sweeps), Is.EqualTo(new[] { "TorchRf" }));
        Assert.That(House(Experiments), Is.EqualTo(new[] { "TorchRf", "TorchRf.Plots", "TorchRf.Sweeps" }));
        Assert.That(House(Lab), Is.EqualTo(new[] { "TorchRf", "TorchRf.Experiments" }));
        Assert.That(House(Cli), Is.SubsetOf(new[] { "TorchRf", "TorchRf.Plots", "TorchRf.Sweeps", "TorchRf.Experiments", "TorchRf.Lab" }));
        Assert.That(House(Benchmarks), Is.SubsetOf(new[] { "TorchRf", "TorchRf.Plots", "TorchRf.Experiments", "TorchRf.Cli" }));
    }

    [Test]
    public void One_project_alone_knows_ML_NET_and_it_builds_on_the_library()
    {
        static IEnumerable<string?> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(a => a.Name);
        Assert.That(new[] { Library, Plots, Sweeps, Experiments, Lab, Cli, Benchmarks }.SelectMany(References), Has.None.StartsWith("Microsoft.ML").And.None.EqualTo("TorchRf.ML"));
        Assert.That(References(Learning).Where(name => name!.StartsWith("TorchRf", StringComparison.Ordinal)), Is.EqualTo(new[] { "TorchRf" }));
    }

    [Test]
    public void Plots_need_the_library_for_whole_files_alone() =>
        Assert.That(
            from type in Plots.GetTypes()
            from used in ReferencedTypes.Of(type)
            where used.Assembly == Library && used != typeof(TorchRf.IO.AtomicFile)
            select $"{type.FullName} uses {used.FullName}", Is.Empty);

    [Test]
    public void No_sum_is_asked_for_over_a_literal_zero() =>
        Assert.That(SourceLines(@"\.sum\(0\)"), Is.Empty, "C# takes the 0 for an element type and sums everything; write sum([0])");

    [Test]
    public void Tensors_become_arrays_in_one_place() =>
        Assert.That(SourceLines(@"\.data<\w+>\(\)\.(ToArray|ToNDArray)"), Is.Empty, "use ToArray<T>(), which copies as a block and takes empty tensors of any shape");

    [Test]
    public void The_library_speaks_no_command_line() =>
        Assert.That(SourceLines(@"""[^""]*--[a-z]").Where(line => Regex.IsMatch(line, @"^src/TorchRf(\.Plots|\.ML)?/")), Is.Empty, "name the property; the program knows its option");

    [Test]
    public void Nothing_is_a_manager_a_helper_or_utils()
    {
        var names = new Regex("(Manager|Helper|Util)s?$");
        var types = new[] { Library, Plots, Learning, Sweeps, Experiments, Lab, Cli, Benchmarks, typeof(HouseTests).Assembly }.SelectMany(a => a.GetTypes())
            .Where(t => names.IsMatch(t.Name.Split('`')[0])).Select(t => t.FullName);
        var folders = Sources().Select(Path.GetDirectoryName).Distinct().Where(d => names.IsMatch(d!));
        Assert.That(types.Concat(folders), Is.Empty);
    }

    private static string? Folder(Type type) =>
        type.Namespace is not string name ? null
        : name == "TorchRf" ? ""
        : name.StartsWith("TorchRf.", StringComparison.Ordinal) ? name.Split('.')[1]
        : null;

    private static IEnumerable<string> Sources() =>
        from project in new[] { "src", "experiments", "samples", "tests" }
        from file in Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        select path;

    private static IEnumerable<string> SourceLines(string pattern) =>
        from path in Sources()
        from line in File.ReadLines(Path.Combine(Root, path)).Index()
        where Regex.IsMatch(line.Item, pattern)
        select $"{path}:{line.Index + 1}: {line.Item.Trim()}";
}
