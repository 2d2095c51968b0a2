using System.Buffers.Binary;
using System.IO.Compression;
using TorchRf.Data;
using TorchRf.IO;

namespace TorchRf.Tests.Data;

/// <summary>Files whose examples have labels: Fashion-MNIST's gzipped IDX and CIFAR's binary, and labels that are merged or change places.</summary>
public sealed class LabelledFilesTests : FileFixture
{
    private const int Pictures = 60, Side = 4;

    private static byte[] Idx(byte type, int[] shape, ReadOnlySpan<byte> data)
    {
        byte[] extents = new byte[4 * shape.Length];
        for (int i = 0; i < shape.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(extents.AsSpan(4 * i), shape[i]);
        return [0, 0, type, (byte)shape.Length, .. extents, .. data];
    }

    private static byte[] Gzipped(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var packer = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true))
            packer.Write(content);
        return stream.ToArray();
    }

    // Picture i has the value i + 1 at one pixel, so that it can be known again, and label i % 10.
    private FileSettings Fashion()
    {
        var pixels = new byte[Pictures * Side * Side];
        for (int i = 0; i < Pictures; i++)
            pixels[(i * Side * Side) + (i % (Side * Side))] = (byte)(i + 1);
        byte[] labels = [.. Enumerable.Range(0, Pictures).Select(i => (byte)(i % 10))];
        return new FileSettings
        {
            Class0 = Save("images.gz", Gzipped(Idx(8, [Pictures, Side, Side], pixels))), Labels = Save("labels.gz", Gzipped(Idx(8, [Pictures], labels))),
            RemoveMean = RemoveMean.Class, Standardize = Standardize.None,
        };
    }

    // Which pictures each class has, by what the pictures are: their values lie as far apart as before the mean was taken off.
    private static int[][] Members(FileSettings settings)
    {
        using var task = settings.Task();
        return [.. task.Classes.Select(c =>
        {
            var x = ((IExamples)c).Examples();
            return ((int[])[.. (x - x.amin([0], keepdim: true)).amax([1]).ToArray<double>().Select(v => (int)Math.Round(v) - 1)]).Order().ToArray();
        })];
    }

    [Test]
    public void Fashion_MNIST_is_ten_classes_of_pictures()
    {
        using var task = Fashion().Task();
        Assert.That(task.Classes.Select(c => Path.GetFileName(c.Description)), Is.EqualTo(Enumerable.Range(0, 10).Select(label => $"images.gz, label {label}")));
        Assert.That(task.Lattice, Is.EqualTo(Lattice.Torus(Side)));
        Assert.That(Members(Fashion())[3], Is.EqualTo(new[] { 3, 13, 23, 33, 43, 53 }));
    }

    [Test]
    public void Damaged_files_are_named_with_their_setting()
    {
        var whole = Fashion();
        byte[] images = File.ReadAllBytes(whole.Class0!), labels = File.ReadAllBytes(whole.Labels!);
        void Refused(FileSettings settings, string setting, string reason)
        {
            var refusal = Assert.Catch(() => settings.Task().Dispose());
            Assert.That(refusal, Is.InstanceOf<InvalidDataException>().Or.InstanceOf<InvalidSettingException>());
            Assert.That(refusal!.Message, Does.StartWith(setting).And.Contains(reason));
            Assert.That(refusal.Message.Any(char.IsControl), Is.False);
        }

        Refused(whole with { Class0 = Save("cut.gz", images.AsSpan(..^30)) }, "Class0: ", "cut.gz");
        Refused(whole with { Class0 = Save("bent.gz", [.. images[..60], (byte)(images[60] ^ 255), .. images[61..]]) }, "Class0: ", "bent.gz");
        Refused(whole with { Class0 = Save("magic.gz", Gzipped(Idx(7, [Pictures, Side, Side], new byte[Pictures * Side * Side]))) }, "Class0: ", "gzipped file that holds no IDX array");
        Refused(whole with { Class0 = Save("many.gz", Gzipped(Idx(8, [int.MaxValue, Side, Side], new byte[Side]))) }, "Class0: ", "many.gz");
        Refused(whole with { Class0 = Save("less.gz", Gzipped(Idx(8, [Pictures, Side, Side], new byte[(Pictures * Side * Side) - 1]))) }, "Class0: ", "truncated");
        Refused(whole with { Labels = Save("few.gz", Gzipped(Idx(8, [Pictures - 1], new byte[Pictures - 1]))) }, "Labels is ", $"one whole number for each of the {Pictures} examples; its shape is ({Pictures - 1})");
        Refused(whole with { Labels = whole.Class0 }, "Labels is ", "one whole number for each");
        Refused(whole with { Labels = Save("cut-labels.gz", labels.AsSpan(..^12)) }, "Labels: ", "cut-labels.gz");
    }

    [Test]
    public void Labels_are_merged_by_their_remainder_and_by_groups()
    {
        Assert.That(Members(Fashion() with { LabelsModulo = 3 })[1], Is.EqualTo(Enumerable.Range(0, Pictures).Where(i => i % 10 % 3 == 1)));
        string groups = Save("groups.txt", "# label group\n0 1\n1,1\n2\t1\n\n3 1\n4 1\n5 -7\n6 -7\n7 -7\n8 -7 # shoes\n9 -7\n"u8);
        var grouped = Fashion() with { LabelGroups = groups };
        Assert.That(Members(grouped), Is.EqualTo(new[] { Enumerable.Range(0, Pictures).Where(i => i % 10 >= 5), Enumerable.Range(0, Pictures).Where(i => i % 10 < 5) }));
        Assert.That(grouped.WithDigests().Sha256, Has.Count.EqualTo(3));
        Assert.That(grouped.WithFiles([.. grouped.Files().Select(f => f.File)]), Is.EqualTo(grouped));

        foreach (var (text, reason) in new[] { ("0 1\n", "has no group for label 1"), ("0 1\n0 2\n", "line 2: label 0 has group 1 already"), ("0 1\n1 a\n", "line 2: '1 a' is no label and its group"), ("0\n", "line 1: '0' is no label") })
            Assert.That(() => (grouped with { LabelGroups = Save("bad.txt", System.Text.Encoding.ASCII.GetBytes(text)) }).Task(), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith("LabelGroups: ").And.Message.Contains(reason));
        Assert.That(() => (grouped with { LabelsModulo = 2 }).Task(), Throws.InstanceOf<InvalidSettingException>().With.Property("Setting").EqualTo("LabelGroups"));
        Assert.That(() => (Fashion() with { Labels = null, LabelsModulo = 2 }).Task(), Throws.InstanceOf<InvalidSettingException>().With.Property("Setting").EqualTo("LabelsModulo"));
    }

    [Test]
    public void Random_labels_stay_with_their_examples_by_the_seed()
    {
        int[][] one = Members(Fashion() with { RandomLabels = 1 }), again = Members(Fashion() with { RandomLabels = 1 }), other = Members(Fashion() with { RandomLabels = 2 });
        Assert.That(one, Is.EqualTo(again).And.Not.EqualTo(other).And.Not.EqualTo(Members(Fashion())));
        Assert.That(one.Select(c => c.Length), Has.All.EqualTo(6), "classes keep their sizes");
        Assert.That(one.SelectMany(c => c), Is.EquivalentTo(Enumerable.Range(0, Pictures)), "each example has one class");
        // Of 60 examples 6 keep their label by chance, with a standard deviation of 2.3.
        Assert.That(one.Index().Sum(c => c.Item.Count(i => i % 10 == c.Index)), Is.LessThan(14));
        using var task = (Fashion() with { RandomLabels = 1 }).Task();
        Assert.That(task.Classes[2].Description, Does.EndWith("images.gz, random label 2"));
        Assert.That(() => (Fashion() with { Labels = null, Class1 = Fashion().Class0, RandomLabels = 1 }).Task(), Throws.InstanceOf<InvalidSettingException>().With.Property("Setting").EqualTo("RandomLabels"));
    }

    [Test]
    public void Colour_pictures_are_a_row_of_planes_in_the_order_of_their_labels()
    {
        using var generator = new Generator(4);
        var pictures = torch.randint(256, [8, 3, 5, 5], ScalarType.Byte, generator: generator);
        NpyFile.Write(InFolder("x.npy"), pictures);
        NpyFile.Write(InFolder("y.npy"), torch.arange(0, 8) % 2);
        var settings = new FileSettings { Class0 = InFolder("x.npy"), Labels = InFolder("y.npy"), Standardize = Standardize.None };
        using var task = settings.Task();
        Assert.That(task.Lattice, Is.EqualTo(Lattice.Ring(75)));
        Assert.That(task.Notes, Has.One.EqualTo("x.npy: pictures of 3 planes of 5 x 5 sites, which follow each other in a row of 75: distances are along it, and none in the picture, and classes are in the order given."));
        var second = pictures.flatten(1).slice(0, 1, 8, 2).to(ScalarType.Float64);
        Assert.That(Values(((IExamples)task.Classes[1]).Examples()), Is.EqualTo(Values(second - second.mean([0], keepdim: true))).Within(1e-12));
        NpyFile.Write(InFolder("last.npy"), torch.zeros(2, 5, 5, 3));
        Assert.That(() => new FileSettings { Class0 = InFolder("last.npy") }.Task(), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("channels come before rows and columns"));

        // Of CIFAR, whose covariance of 3072 sites takes its time, what is refused before that is measured.
        var cifar = new byte[2 * 3073];
        Assert.That(() => new FileSettings { Class0 = Save("data_batch_1.bin", cifar), Taper = 0.1 }.Task(), Throws.InstanceOf<InvalidSettingException>().With.Property("Setting").EqualTo("Taper").And.Message.Contains("several planes"));
        Assert.That(() => new FileSettings { Class0 = Save("data_batch_1.bin", cifar), LowPass = 33 }.Task(), Throws.InstanceOf<InvalidSettingException>().With.Property("Setting").EqualTo("LowPass").And.Message.Contains("from 1 to 32"));
        Assert.That(() => new FileSettings { Class0 = Save("data_batch_1.bin", cifar.AsSpan(..^1)) }.Task(), Throws.InstanceOf<InvalidDataException>().With.Message.StartsWith("Class0: "));
    }
}
