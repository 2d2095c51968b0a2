using System.IO.Compression;
using System.Text;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

[TestFixture]
public sealed class FileKindTests : FileFixture
{
    [TestCase("P2 1 1 9 3", FileKind.Picture)]
    [TestCase("\u0089PNG\r\n\u001a\n", FileKind.Picture)]
    [TestCase("\u00ff\u00d8\u00ff\u00e0", FileKind.Picture)]
    [TestCase("\u0093NUMPY", FileKind.Array)]
    [TestCase("MATLAB 5.0 MAT-file", FileKind.Array)]
    [TestCase("\0\0\u0008\u0001\0\0\0\u0001\u0007", FileKind.Array)]
    [TestCase("1 2 3", FileKind.Array)]
    public void Is_told_by_what_is_in_a_file(string content, FileKind kind) =>
        Assert.That(FileKinds.Of(Save("a.xyz", Encoding.Latin1.GetBytes(content))), Is.EqualTo(kind));

    // What it is, and how it is converted.
    [TestCase("", "the file is empty", "")]
    [TestCase("\u0080\u0004\u0095\0\0", "a Python pickle", "np.save")]
    [TestCase("II*\0\u0008\0\0\0", "a TIFF picture", "Image.open")]
    [TestCase("MM\0*\0\0\0\u0008", "a TIFF picture", "Image.open")]
    [TestCase("\u0089HDF\r\n\u001a\n", "a file of HDF5", "h5py")]
    [TestCase("MATLAB 7.3 MAT-file, Platform", "a file of HDF5, which MATLAB's -v7.3 also writes", "'-v7'")]
    [TestCase("\0\0\0\0\u0002\0\0\0\u0003\0\0\0\0\0\0\0\u0002\0\0\0x\0........", "a MATLAB file of version 4", "loadmat")]
    [TestCase("%PDF-1.7", "a PDF document", "PNG")]
    [TestCase("PAR1\u0015\u0004", "a Parquet file", "to_numpy")]
    [TestCase("\n<!DOCTYPE html><html>", "a web page (HTML)", "download")]
    [TestCase("<html lang=en>", "a web page (HTML)", "download")]
    [TestCase("version https://git-lfs.github.com/spec/v1\noid sha256:1", "a git-LFS pointer", "git lfs pull")]
    [TestCase("{\"x\": [1, 2]}", "a JSON file", "json.load")]
    [TestCase("P6 1 1 255\nabc", "a PPM picture", "Image.open")]
    [TestCase("\0\0\0\u0018ftypheic", "a HEIC", "PNG or JPEG")]
    [TestCase("BZh91AY&SY", "a bzip2 file", "unpack")]
    [TestCase("\u007fELF\u0002\u0001\u0001\0", "is not known", "read are .npy")]
    public void What_cannot_be_read_is_called_by_its_name(string content, string what, string how)
    {
        string path = Save("a.npy", Encoding.Latin1.GetBytes(content));
        foreach (var read in new Action[] { () => FileKinds.Of(path), () => ArrayFile.Open(path).Dispose(), () => GreyImage.Read(path) })
        {
            var refusal = Assert.Throws<InvalidDataException>(() => read())!;
            CheckRefusal(refusal, path, what);
            Assert.That(refusal.Message, Does.Contain(how));
        }
    }

    [Test]
    public void Packed_files_are_called_by_what_is_in_them()
    {
        string Zip(string entry)
        {
            string path = InFolder(entry.Replace('/', '_'));
            using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
            using var stream = archive.CreateEntry(entry).Open();
            stream.WriteByte(1);
            return path;
        }
        string gzip = InFolder("a.npy.gz");
        using (var packer = new GZipStream(File.Create(gzip), CompressionLevel.Fastest))
            packer.Write("1,2,3\n"u8);
        string Said(string path) => Assert.Throws<InvalidDataException>(() => FileKinds.Of(path))!.Message;
        Assert.That(Said(Zip("archive/data.pkl")), Does.Contain("a PyTorch file"));
        Assert.That(Said(Zip("xl/workbook.xml")), Does.Contain("a workbook of Excel"));
        Assert.That(Said(Zip("readme.txt")), Does.Contain("a zip archive that holds no .npy array"));
        Assert.That(Said(gzip), Does.Contain("a gzipped file that holds no IDX array; unpack it first"));
        Assert.That(Said(Folder), Does.Contain("this is a folder"));
        Assert.That(() => FileKinds.Of(InFolder("none")), Throws.TypeOf<FileNotFoundException>());
    }
}
