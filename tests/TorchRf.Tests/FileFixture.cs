using NUnit.Framework;

namespace TorchRf.Tests;

/// <summary>Gives each test a fresh folder, removed afterwards, and a scope that its tensors die with.</summary>
public abstract partial class FileFixture
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
}
