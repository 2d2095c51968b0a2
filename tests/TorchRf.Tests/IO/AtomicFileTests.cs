using TorchRf.IO;

namespace TorchRf.Tests.IO;

public sealed class AtomicFileTests : FileFixture
{
    [Test]
    public void Replaces_what_is_there_by_UTF8()
    {
        AtomicFile.WriteText(InFolder("a.txt"), "a long old content");
        AtomicFile.WriteText(InFolder("a.txt"), "λ = 1\n");
        Assert.That(File.ReadAllBytes(InFolder("a.txt")), Is.EqualTo("λ = 1\n"u8.ToArray()), "UTF-8 without a mark");
        Assert.That(Directory.GetFileSystemEntries(Folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void Keeps_the_old_content_and_leaves_nothing_behind_when_the_writing_fails()
    {
        AtomicFile.WriteText(InFolder("a.txt"), "old");
        Assert.That(
            () => AtomicFile.Write(InFolder("a.txt"), stream =>
            {
                stream.Write("half"u8);
                stream.Flush();
                Assert.That(File.ReadAllText(InFolder("a.txt")), Is.EqualTo("old"), "what is half written does not show");
                throw new TimeoutException("in the middle");
            }),
            Throws.TypeOf<TimeoutException>().With.Message.EqualTo("in the middle"));
        Assert.That(File.ReadAllText(InFolder("a.txt")), Is.EqualTo("old"));
        Assert.That(Directory.GetFileSystemEntries(Folder), Has.Length.EqualTo(1));
    }

    // A file that may not grow is told by an error of this kind; one of the writer's own is no word about the file.
    [Test]
    public void A_wrong_value_of_the_writers_is_not_taken_for_a_file_that_is_too_large()
    {
        Assert.That(() => AtomicFile.Write(InFolder("a.txt"), stream => stream.SetLength(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(Directory.GetFileSystemEntries(Folder), Is.Empty);
    }

    [Test]
    public void Leaves_nothing_behind_when_the_renaming_fails()
    {
        var taken = Directory.CreateDirectory(InFolder("taken")).FullName;
        Assert.That(() => AtomicFile.WriteText(taken, "a"), Throws.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());
        Assert.That(Directory.GetFileSystemEntries(Folder), Is.EqualTo(new[] { taken }));
    }
}
