using System.Buffers.Binary;
using System.IO.Compression;

namespace TorchRf.Tests.Cli;

/// <summary>torchrf prune: from the options to the table, the figure and the folder.</summary>
public class PruneTests : FileFixture
{
    private const string Small = "--hidden 6,4 --rounds 2 --fraction 0.4 --rewind 2 --steps 8 --batch 4 --threads 1 --device cpu";

    [Test]
    public void A_run_is_told_drawn_listed_and_shown_again()
    {
        var first = Do($"prune --data nlgp --sites 4x4 {Small} --controls 1 --out run");
        Assert.That(first.Out, Does.Contain("accuracy").And.Contain("at once").And.Contain("at random").And.Contain("run/pruning.png"));
        string[] rows = [.. first.Out.Split('\n').Where(line => line.Length > 0 && (line.Contains("round  ", StringComparison.Ordinal) || char.IsDigit(line.TrimStart()[0])))];
        Assert.That(rows, Has.Length.EqualTo(3 + 5 + 5 + 2), "three tables: of rounds, of kurtoses, in units of the random mask");
        Assert.That(rows.Select(line => line.Length), Is.All.LessThanOrEqualTo(80));
        var again = Do($"prune --data nlgp --sites 4x4 {Small} --controls 1 --out run --json");
        Assert.That(again.Error, Does.StartWith("torchrf: this run is finished"));
        var rounds = again.Json["rounds"]!.AsArray();
        Assert.That(rounds.Select(r => $"{r!["round"]} {r["kind"]}"), Is.EqualTo(new[] { "0 iterative", "1 iterative", "1 one-shot", "1 random", "2 iterative" }));
        var over = again.Json["over_random"]![0]!;
        Assert.That((over["round"]!.GetValue<int>(), over["kind"]!.ToString(), (double)over["ratios"]!["ipr"]!), Is.EqualTo((1, "iterative", (double)rounds[1]!["measured"]!["ipr"]! / (double)rounds[3]!["measured"]!["ipr"]!)));
        Assert.That((double)rounds[4]!["density"]![0]!, Is.EqualTo(0.36).Within(0.05));
        Assert.That(again.Json["files"]!.AsArray().Select(f => File.Exists(InFolder($"run/{f}"))), Is.All.True);
        byte[] bits = File.ReadAllBytes(InFolder("run/round-02.safetensors"));
        File.Delete(InFolder("run/results.json"));
        File.Delete(InFolder("run/round-02.safetensors"));
        Do("resume run");
        Assert.That(File.ReadAllBytes(InFolder("run/round-02.safetensors")), Is.EqualTo(bits));
        Torchrf.RunLine(Folder, "resume run --steps 9").CheckRefused("--steps is 9; it must be left out: a run of pruning goes on as it was begun.");
        File.WriteAllBytes(InFolder("run/round-01.safetensors"), bits[..99]);
        Assert.That(Do($"prune --data nlgp --sites 4x4 {Small} --controls 1 --out run").Error, Does.Contain("round-01.safetensors").And.Not.Contain("finished"), "a round that is damaged is trained again");
        var listed = Do("runs . --json").Json["runs"]![0]!;
        Assert.That((listed["command"]!.ToString(), listed["state"]!.ToString(), (double)listed["ipr"]! > 0), Is.EqualTo(("prune", "done", true)));
        Do("plot run --out there");
        Assert.That(File.ReadAllBytes(InFolder("there/pruning.csv")), Is.EqualTo(File.ReadAllBytes(InFolder("run/pruning.csv"))));
    }

    [Test]
    public void Controls_of_rounds_that_do_not_come_are_named() =>
        Assert.That(Do($"prune --data nlgp --sites 4x4 {Small} --density 0.7 --controls 1,2 --json").Json["ended"]!.ToString(), Does.StartWith("round 1 left 0.6").And.EndsWith("of the weights, so that there are no controls of round 2"));

    // Ten classes in gzipped IDX, as MNIST and its kin come: a class is where the picture is bright.
    [Test]
    public void Gzipped_idx_with_labels_is_learnt()
    {
        static byte[] Header(params int[] numbers)
        {
            var bytes = new byte[4 * numbers.Length];
            foreach (var (i, number) in numbers.Index())
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 * i), number);
            return bytes;
        }

        void Write(string name, byte[] header, IEnumerable<byte> rest)
        {
            using var zip = new GZipStream(File.Create(InFolder(name)), CompressionLevel.Fastest);
            zip.Write([.. header, .. rest]);
        }

        var draw = new Random(1);
        foreach (var (name, count) in new[] { ("train", 400), ("test", 100) })
        {
            byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))];
            Write(name + "-images.gz", Header(0x803, count, 4, 4), labels.SelectMany(l => Enumerable.Range(0, 16).Select(site => (byte)(draw.Next(120) + (site == l ? 120 : 0)))));
            Write(name + "-labels.gz", Header(0x801, count), labels);
        }
        string line = "prune --class0 train-images.gz --labels train-labels.gz --hidden 40 --rounds 1 --steps 150 --batch 40 --rewind 10 --threads 1 --device cpu --json";
        var json = Do(line + " --out held").Json;
        Assert.That(json["classes"]!.AsArray(), Has.Count.EqualTo(10));
        Assert.That(json["picture"]!["side"]!.GetValue<int>(), Is.EqualTo(4));
        Assert.That((double)json["rounds"]![1]!["held_accuracy"]!, Is.GreaterThan(0.8));
        json = Do(line + " --validation test-images.gz --validation-labels test-labels.gz --out judged").Json;
        Assert.That((double)json["rounds"]![1]!["held_accuracy"]!, Is.GreaterThan(0.8));
        Assert.That(json["settings"]!["validation_sha256"]!.AsArray(), Has.Count.EqualTo(2));
        Torchrf.RunLine(Folder, line.Replace(" --json", "", StringComparison.Ordinal) + " --validation test-images.gz").CheckRefused("--validation-labels is missing; it must be the class of each example, for");
    }

    // Pictures of two planes: what is left alone, what is refused, and a law of the same covariances.
    [Test]
    public void Settings_of_files_that_would_do_nothing_are_refused()
    {
        using var generator = new Generator(4);
        TorchRf.IO.NpyFile.Write(InFolder("x.npy"), torch.rand(1100, 2, 4, 4, generator: generator));
        TorchRf.IO.NpyFile.Write(InFolder("y.npy"), torch.arange(1100).remainder(2));
        TorchRf.IO.NpyFile.Write(InFolder("all.npy"), torch.arange(1100));
        string line = $"prune --class0 x.npy --labels y.npy {Small}";
        foreach (var option in new[] { "--standardize site", "--remove-mean class", "--order lengthscale", "--taper 0" })
            Torchrf.RunLine(Folder, $"{line} {option}").CheckRefused($"{option.Split(' ')[0]} is given; it must be left out: the examples are shown as they are");
        Torchrf.RunLine(Folder, line.Replace("y.npy", "all.npy", StringComparison.Ordinal)).CheckRefused("all.npy; it must be labels of at most 1000 classes; there are 1100.");
        var clone = Do($"{line} --clone --standardize site --json").Json;
        Assert.That((clone["picture"]!["channels"]!.GetValue<int>(), clone["picture"]!["side"]!.GetValue<int>()), Is.EqualTo((2, 4)));
    }

    private Torchrf.Outcome Do(string line) => Torchrf.Do(Folder, line);
}
