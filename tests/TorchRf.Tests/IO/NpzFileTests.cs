using TorchRf.IO;

namespace TorchRf.Tests.IO;

public class NpzFileTests : FileFixture
{
    private string Target => InFolder("a.npz");

    private static Dictionary<string, Tensor> EveryDtype() => new[]
    {
        ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64, ScalarType.Byte, ScalarType.Bool,
    }.ToDictionary(d => d.ToString(), d => RandomBits(d, [2, 3], seed: 5));

    [Test]
    public void Numpy_reads_what_is_written()
    {
        var tensors = EveryDtype();
        tensors["scalar"] = torch.tensor(new long[] { 258 }).reshape([]);
        tensors["none"] = torch.zeros(0, 4);
        tensors["turned"] = RandomBits(ScalarType.Int32, [3, 5], seed: 2).permute(1, 0);
        tensors["model.weight λ"] = torch.ones(2);
        NpzFile.Write(Target, tensors);
        foreach (var (name, tensor) in tensors)
            NpyFile.Write(InFolder(name + ".npy"), tensor);
        Numpy.Run(Folder, """
            import zipfile
            archive = zipfile.ZipFile('a.npz')
            assert archive.testzip() is None
            assert all(e.compress_type == zipfile.ZIP_STORED and e.date_time == (1980, 1, 1, 0, 0, 0) for e in archive.infolist())
            loaded = np.load('a.npz', allow_pickle=False)
            assert len(loaded.files) == 13
            for name in loaded.files:
                alone = np.load(name + '.npy', allow_pickle=False)
                assert loaded[name].dtype == alone.dtype and loaded[name].shape == alone.shape, name
                assert loaded[name].tobytes() == alone.tobytes(), name
            assert loaded['scalar'] == 258 and loaded['none'].shape == (0, 4) and loaded['turned'].shape == (5, 3)
            """);
    }

    [Test]
    public void The_same_content_gives_the_same_bytes()
    {
        var tensors = EveryDtype();
        NpzFile.Write(Target, tensors);
        var first = File.ReadAllBytes(Target);
        NpzFile.Write(Target, tensors.Reverse().ToDictionary());
        Assert.That(File.ReadAllBytes(Target), Is.EqualTo(first));
    }

    [TestCase("", ScalarType.Float32)]
    [TestCase("a/b", ScalarType.Float32)]
    [TestCase("..\\b", ScalarType.Float32)]
    [TestCase("a\nb", ScalarType.Float32)]
    [TestCase("b", ScalarType.BFloat16)]
    public void A_name_that_is_a_path_and_what_numpy_lacks_are_refused(string name, ScalarType dtype)
    {
        var tensors = new Dictionary<string, Tensor> { ["a"] = torch.zeros(1), [name] = torch.zeros(1, dtype: dtype) };
        Assert.That(() => NpzFile.Write(Target, tensors), Throws.ArgumentException);
        Assert.That(Directory.GetFileSystemEntries(Folder), Is.Empty);
    }
}
