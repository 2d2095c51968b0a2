using System.Buffers.Binary;
using System.Text;
using TorchRf.Tests.Sweeps.Engines;

namespace TorchRf.Tests.Building;

/// <summary>
/// The build's step that lets TorchSharp load where libstdc++ is older: the bytes it changes in the package's real library, and what it leaves alone.
/// Each file is given to the step by MSBuild, as a build does.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class WeakVersionTests : FileFixture
{
    private const string Version = "GLIBCXX_3.4.32";
    private const string Symbol = "_ZSt21ios_base_library_initv";

    private static readonly string Library = Path.Combine(
        Repository.Metadata("NuGetPackageRoot"), "torchsharp", Repository.Metadata("TorchSharpVersion"), "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Test]
    public void One_flag_of_the_library_is_set_and_files_that_look_otherwise_are_left_alone()
    {
        byte[] real = File.ReadAllBytes(Library);
        byte[] called = [.. real], shared = [.. real];
        var tables = new Tables(real);
        // The first relocation is one of the symbol now; the symbol before it takes the version too.
        BinaryPrimitives.WriteUInt32LittleEndian(called.AsSpan(tables.Relocations + 12), (uint)tables.SymbolIndex);
        BinaryPrimitives.WriteUInt16LittleEndian(shared.AsSpan(tables.Versions + (2 * (tables.SymbolIndex - 1))), BinaryPrimitives.ReadUInt16LittleEndian(real.AsSpan(tables.Versions + (2 * tables.SymbolIndex))));
        var outcome = Step(new()
        {
            ["real"] = real,
            ["called"] = called,
            ["shared"] = shared,
            ["renamed"] = Replaced(real, Symbol, Symbol.Replace("init", "exit", StringComparison.Ordinal)),
            ["older"] = Replaced(real, Version, "GLIBCXX_3.4.31"),
            ["cut"] = real[..^1_500_000],
            ["short"] = real[..100],
            ["text"] = Encoding.ASCII.GetBytes("no library"),
            ["empty"] = [],
        });

        var changed = Enumerable.Range(0, real.Length).Where(i => outcome["real"].Bytes[i] != real[i]).ToArray();
        Assert.That(changed, Has.Length.EqualTo(1));
        Assert.That((real[changed[0]], outcome["real"].Bytes[changed[0]]), Is.EqualTo(((byte)0, (byte)2)), "VER_FLG_WEAK is 2");
        Assert.That(BinaryPrimitives.ReadUInt32LittleEndian(real.AsSpan(changed[0] - 4)), Is.EqualTo(Hash(Version)), "the flags follow the hash of the version's name");
        Assert.That(outcome["real"].Warning, Is.Null);
        Assert.That(outcome["older"], Is.EqualTo((Replaced(real, Version, "GLIBCXX_3.4.31"), (string?)null)), "does not ask for the version, so there is nothing to do or to say");
        Assert.Multiple(() =>
        {
            foreach (var (name, says) in new[]
            {
                ("called", "it calls " + Symbol), ("shared", $", {Symbol} from {Version}"), ("renamed", "it takes _ZSt21ios_base_library_exitv from " + Version),
                ("cut", "cannot be read"), ("short", "cannot be read"), ("text", "no 64-bit ELF file"), ("empty", "cannot be read"),
            })
            {
                Assert.That(outcome[name].Bytes, Is.EqualTo(File.ReadAllBytes(InFolder(name + ".so"))), name);
                Assert.That(outcome[name].Warning, Does.Contain(name + ".so").And.Contain(says).And.Contain("left as it is"));
            }
        });
        Assert.That(File.ReadAllBytes(Library), Is.EqualTo(real), "the package cache is left as it is");
    }

    [Test]
    [Platform("Linux")]
    public void The_program_beside_these_tests_has_the_changed_library()
    {
        byte[] real = File.ReadAllBytes(Library), used = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));
        Assert.That(Enumerable.Range(0, real.Length).Count(i => used[i] != real[i]), Is.EqualTo(1));
    }

    // Each file after the step, and what was said of it.
    private Dictionary<string, (byte[] Bytes, string? Warning)> Step(Dictionary<string, byte[]> files)
    {
        foreach (var (name, content) in files)
            Save(name + ".so", content);
        var calls = string.Concat(files.Keys.Select(name => $"""<MakeVersionWeak Library="{InFolder(name)}.so" Copy="{InFolder(name)}-copy.so" />"""));
        File.WriteAllText(InFolder("step.proj"), $"""
            <Project>
              <Import Project="{Repository.Root}/src/TorchRf/buildTransitive/TorchRf.targets" />
              <Target Name="Step">{calls}</Target>
            </Project>
            """);
        var said = Shell.Output("dotnet", "msbuild", InFolder("step.proj"), "-t:Step", "-nologo", "-v:minimal").Split('\n');
        return files.Keys.ToDictionary(name => name, name => (File.ReadAllBytes(InFolder(name + "-copy.so")), said.FirstOrDefault(line => line.Contains("warning", StringComparison.Ordinal) && line.Contains($"{name}.so", StringComparison.Ordinal))));
    }

    private static byte[] Replaced(byte[] content, string name, string other)
    {
        byte[] changed = [.. content];
        // The only place where the name is a whole one.
        int at = content.AsSpan().IndexOf(Encoding.ASCII.GetBytes('\0' + name + '\0'));
        Encoding.ASCII.GetBytes(other).CopyTo(changed, at + 1);
        return changed;
    }

    // The System V ABI's hash of a name.
    private static uint Hash(string name)
    {
        uint hash = 0;
        foreach (char c in name)
        {
            hash = (hash << 4) + c;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }
        return hash;
    }

    // Where the library keeps what the tests change, found by its sections, which the step does not look at.
    private sealed class Tables
    {
        private readonly byte[] file;

        internal Tables(byte[] file)
        {
            this.file = file;
            Relocations = Section(".rela.plt").At;
            Versions = Section(".gnu.version").At;
            var (names, symbols) = (Section(".dynstr").At, Section(".dynsym"));
            SymbolIndex = Enumerable.Range(0, symbols.Size / 24).Single(i => Text(names + Int32(symbols.At + (24 * i))) == Symbol);
        }

        internal int Relocations { get; }

        internal int Versions { get; }

        internal int SymbolIndex { get; }

        private (int At, int Size) Section(string name)
        {
            int headers = Int32(40), names = Int32(headers + (64 * BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(62))) + 24);
            int header = Enumerable.Range(0, BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(60))).Select(i => headers + (64 * i)).Single(h => Text(names + Int32(h)) == name);
            return (Int32(header + 24), Int32(header + 32));
        }

        private int Int32(int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));

        private string Text(int at) => Encoding.ASCII.GetString(file, at, Array.IndexOf(file, (byte)0, at) - at);
    }
}
