using NUnit.Framework;

namespace TorchRf.Tests;

/// <summary>Gives each test a fresh folder, removed afterwards, and a scope that its tensors die with.</summary>
public abstract class FileFixture
{
    private IDisposable? _scope;

    protected string Folder { get; private set; } = "";

    [SetUp]
    public void OpenFolder()
    {
        Folder = Directory.CreateTempSubdirectory("torchrf-").FullName;
        _scope = torch.NewDisposeScope();
    }

    [TearDown]
    public void RemoveFolder()
    {
        _scope?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    protected string InFolder(string name) => Path.Combine(Folder, name);

    protected string Save(string name, ReadOnlySpan<byte> content)
    {
        using var file = File.Create(InFolder(name));
        file.Write(content);
        return InFolder(name);
    }

    /// <summary>A CPU tensor whose elements are random bits (0 or 1 for bool), so that NaNs and extremes are among them.</summary>
    protected static Tensor RandomBits(ScalarType dtype, long[] shape, int seed)
    {
        var tensor = torch.empty(shape, dtype: dtype);
        if (tensor.numel() > 0)
        {
            var bytes = new byte[tensor.bytes.Length];
            new Random(seed).NextBytes(bytes);
            tensor.bytes = dtype == ScalarType.Bool ? Array.ConvertAll(bytes, b => (byte)(b & 1)) : bytes;
        }

        return tensor;
    }

    protected static byte[] BytesOf(Tensor tensor) => tensor.numel() == 0 ? [] : tensor.bytes.ToArray();

    /// <summary>Checks the manner in which every reader refuses a file: one line, the path first.</summary>
    protected static void CheckRefusal(InvalidDataException refusal, string path, string reason = "")
    {
        Assert.That(refusal.Message, Does.StartWith(path + ": ").And.Contains(reason));
        Assert.That(refusal.Message.Any(char.IsControl), Is.False, refusal.Message);
        Assert.That(refusal.Message, Has.Length.LessThan(path.Length + 2000));
    }

    /// <summary>
    /// Feeds damaged files to a reader: each must be refused with <see cref="InvalidDataException"/>, or be accepted by
    /// <paramref name="readAndCheck"/>, which reads it and asserts that what it got is what the bytes say.
    /// </summary>
    protected void CheckMutants(IEnumerable<byte[]> mutants, Action<string, byte[]> readAndCheck)
    {
        var path = InFolder("mutant");
        var (refused, accepted) = (0, 0);
        foreach (var mutant in mutants)
        {
            File.WriteAllBytes(path, mutant);
            using var scope = torch.NewDisposeScope();
            try
            {
                readAndCheck(path, mutant);
                accepted++;
            }
            catch (InvalidDataException refusal)
            {
                CheckRefusal(refusal, path);
                refused++;
            }
            catch (Exception other) when (other is not AssertionException)
            {
                Assert.Fail($"mutant {refused + accepted} ({Convert.ToHexString(mutant)}): {other}");
            }
        }

        // Were one of them zero, the mutants would be too tame or too wild to test anything.
        Assert.That(refused, Is.GreaterThan(50));
        Assert.That(accepted, Is.GreaterThan(50));
    }
}
