using TorchRf.IO;

namespace TorchRf.Tests.IO;

[TestFixture]
public sealed class PictureFilesTests : FileFixture
{
    private string Picture(string name, byte grey = 7) => Save(name, [.. "P5 1 1 255\n"u8, grey]);

    private string[] Expanded(params string[] names) => [.. PictureFiles.Expand(names.Select(InFolder)).Select(file => Path.GetRelativePath(Folder, file))];

    [Test]
    public void Folders_patterns_and_names_become_files()
    {
        Directory.CreateDirectory(InFolder("d.png/below"));
        Directory.CreateDirectory(InFolder("empty"));
        foreach (string name in new[] { "b,c.pgm", "d.png/z.pgm", "d.png/B", "d.png/a.pgm", "d.png/.hidden.pgm", "d.png/below/x.pgm", "star[1]*.pgm", "a1.pgm" })
            Picture(name);
        Save("d.png/notes.txt", "1,2"u8);
        Save("d.png/old.tif", "II*\0"u8);
        Save("empty/notes.txt", "1,2"u8);
        // In a folder, what is a picture or is called so, in the order of names.
        Assert.That(Expanded("d.png", "b,c.pgm"), Is.EqualTo(new[] { "d.png/B", "d.png/a.pgm", "d.png/old.tif", "d.png/z.pgm", "b,c.pgm" }));
        Assert.That(Expanded("*.pgm"), Is.EqualTo(new[] { "a1.pgm", "b,c.pgm", "star[1]*.pgm" }));
        Assert.That(Expanded("a?.pgm", "d.png/n*"), Is.EqualTo(new[] { "a1.pgm", "d.png/notes.txt" }));
        Assert.That(Expanded("star[1]*.pgm"), Is.EqualTo(new[] { "star[1]*.pgm" }), "there is a file of that very name");
        Assert.That(() => Expanded("empty"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("holds no picture"));
        Assert.That(() => Expanded("*.jpg"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("*.jpg: no file is called so"));
        Assert.That(() => Expanded("b"), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("b: there is no file or folder of that name"));
    }

    [Test]
    public void What_cannot_be_read_is_named_passed_over_and_counted_unless_nothing_is_left()
    {
        string[] files = [Picture("a.pgm", 1), Save("b.tif", "II*\0"u8), Picture("c.pgm", 3), Save("d.jpg", [])];
        var told = new List<string>();
        var read = PictureFiles.Read(files, told.Add);
        Assert.That(read.Select(r => (r.File, r.Image[0, 0])), Is.EqualTo(new[] { (files[0], 1), (files[2], 3) }));
        Assert.That(told, Has.Count.EqualTo(3));
        Assert.That(told[0], Does.StartWith(files[1] + ": this is a TIFF picture"));
        Assert.That(told[1], Does.StartWith(files[3] + ": the file is empty"));
        Assert.That(told[2], Is.EqualTo("2 of 4 pictures cannot be read and are passed over."));
        Assert.That(() => PictureFiles.Read([files[1], files[3]], told.Add), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith("None of 2 pictures can be read; the first: " + files[1]));
        Assert.That(() => PictureFiles.Read([files[3]], told.Add), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(files[3]));
        Assert.That(told, Has.Count.EqualTo(3));
    }
}
