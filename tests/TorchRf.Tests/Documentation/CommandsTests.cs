using System.Buffers.Binary;
using System.CommandLine;
using System.Text.Json.Nodes;
using TorchRf.Cli;
using TorchRf.Cli.Commands;
using TorchRf.Experiments;
using TorchRf.IO;
using TorchRf.Runs;
using TorchRf.Tests.Cli;

namespace TorchRf.Tests.Documentation;

/// <summary>What pages tell a reader to type can be typed. Each page is a session: its commands are done in their order, in a folder that has the files which a reader brings.</summary>
public class CommandsTests : FileFixture
{
    private static readonly Command Root = TorchrfCommand.Create(Catalogue.Own);

    // What takes minutes, many pictures, a browser or a cluster is read to its last option, and not begun.
    private static readonly string[] OnlyRead =
    [
        "lab", "figure", "reproduce", "atlas", "sweep submit", "compare --data photo", "train --photos", "train --data ising --sites 20x20", "train --model sparse-coding", "codes checkpoints/atoms",
        "train --preset olshausen-field", "ica --photos", "fields checkpoints/components", "analyze pictures", "analyze a.pgm", "prune --data", "prune --preset",
    ];

    // What several pages say alike is done once; not what a later line comes back to.
    private static readonly HashSet<string> Done = [];

    // Two steps show as much of a command as thousands do. Shares of the classes that are said leave out the verdict, which follows a flow to its end.
    private static readonly Dictionary<string, string> Quick = new()
    {
        ["compare"] = "--steps 2 --inits 2 --batch 8 --proportions 0.5,0.5",
        ["train"] = "--steps 2 --inits 2 --batch 8 --proportions 0.5,0.5",
        ["predict"] = "--steps 2 --inits 2",
        ["resume"] = "--steps 3",
        ["ica"] = "--max-iterations 2 --examples 300",
        ["prune"] = "--steps 2 --rounds 1 --rewind 1 --hidden 4 --batch 8 --controls 1",
    };

    // Of programs beside this one, and one that there is not.
    private static readonly string[] OthersOptions = ["--slurm", "--peers", "--packages", "--faults", "--browser", "--docs", "--filter", "--project", "--self-contained", "--epochs"];

    [TestCaseSource(typeof(Pages), nameof(Pages.Told))]
    public void What_a_page_says_to_type_runs(string page)
    {
        BringFiles();
        foreach (var (name, text) in Pages.Files(page))
            File.WriteAllText(InFolder(name), Shortened(text));
        foreach (var line in Pages.Commands(page))
        {
            if (OnlyRead.Any(words => line == words || line.StartsWith(words + " ", StringComparison.Ordinal)))
            {
                Read(page, line);
                continue;
            }
            if (!line.Contains("--out ", StringComparison.Ordinal) && !line.Contains("checkpoints/", StringComparison.Ordinal) && !Done.Add(line))
                continue;
            var outcome = Torchrf.RunLine(Folder, Hurried(line));
            Assert.That(outcome.Code, Is.Zero, $"{page}: {line}: {outcome.Error}");
        }
    }

    [TestCaseSource(typeof(Pages), nameof(Pages.Told))]
    public void What_a_sentence_names_there_is(string page)
    {
        foreach (var line in Pages.CommandsInText(page))
            Read(page, line);
        var options = All(Root).SelectMany(c => c.Options).SelectMany(o => o.Aliases.Prepend(o.Name)).Concat(OthersOptions).ToHashSet();
        Assert.That(Pages.OptionsInText(page).Where(option => !options.Contains(option)), Is.Empty, page);
    }

    [TestCase("compare --data nlgp --gian 3")]
    [TestCase("compare --data nlgp --gain three")]
    [TestCase("compare --data kur --gain 3")]
    [TestCase("atlas --data nlgp --seeds none")]
    [TestCase("figure 17")]
    [TestCase("swep gains.json")]
    public void What_cannot_be_typed_is_found(string line) => Assert.That(() => ReadSettings(line), Throws.Exception);

    [Test]
    public void A_command_is_hurried_by_other_values_for_its_options() =>
        Assert.That(Hurried("train --batch 10000 --data nlgp --steps 5"), Is.EqualTo("train --data nlgp --steps 2 --inits 2 --batch 8 --proportions 0.5,0.5"));

    private static void Read(string page, string line) => Assert.That(() => ReadSettings(line), Throws.Nothing, $"{page}: {line}");

    private static void ReadSettings(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var parsed = Root.Parse(words);
        if (parsed.Errors.Count > 0)
            throw new InvalidDataException(parsed.Errors[0].Message);
        var command = parsed.CommandResult.Command;
        if (command.Name == "figure")
            RecipeBook.Find(words[1]);
        // Files that stand by themselves say which data they are only when they are looked at.
        else if (command.Name != "analyze" && command.Options.OfType<SettingOption>().Any() && !words.Contains("--help"))
            new CommandWords(Root, Catalogue.Own).Read(command, [.. words.Where(word => word != "--quick")]);
    }

    private static string Hurried(string line)
    {
        List<string> words = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        string[] other = Quick.GetValueOrDefault(words[0])?.Split(' ') ?? [];
        for (int i = 0; i < other.Length; i += 2)
            if (words.IndexOf(other[i]) is > 0 and var at)
                words.RemoveRange(at, 2);
        return string.Join(' ', [.. words, .. other]);
    }

    private static IEnumerable<Command> All(Command root) => root.Subcommands.SelectMany(All).Prepend(root);

    // A plan of a few steps.
    private static string Shortened(string plan)
    {
        var json = JsonNode.Parse(plan)!;
        (json["common"]!["steps"], json["common"]!["inits"], json["common"]!["batch"], json["replicates"]) = (2, 2, 8, 1);
        return json.ToJsonString();
    }

    // Those that pages speak of, small. What a file is, its contents say, packed or not.
    private void BringFiles()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1);
        foreach (var (name, rows, sites) in ((string, long, long)[])[("a.npy", 300, 12), ("b.npy", 300, 12), ("filters.npy", 3, 256), ("other.npy", 3, 256), ("atoms.npy", 5, 12)])
            NpyFile.Write(InFolder(name), torch.randn([rows, sites], generator: generator));
        const int pictures = 40, pixels = 28;
        Save("train-images-idx3-ubyte.gz", Idx([pictures, pixels, pixels], (torch.rand([pictures * pixels * pixels], generator: generator) * 255).to(ScalarType.Byte).bytes));
        Save("train-labels-idx1-ubyte.gz", Idx([pictures], [.. Enumerable.Range(0, pictures).Select(i => (byte)(i % 10))]));
    }

    private static byte[] Idx(int[] shape, ReadOnlySpan<byte> data)
    {
        byte[] extents = new byte[4 * shape.Length];
        for (int i = 0; i < shape.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(extents.AsSpan(4 * i), shape[i]);
        return [0, 0, 8, (byte)shape.Length, .. extents, .. data];
    }
}
