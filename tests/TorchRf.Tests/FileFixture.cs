namespace TorchRf.Tests;

/// <summary>Gives each test a fresh folder, removed afterwards.</summary>
public abstract class FileFixture : TensorScope
{
    // Far above what any reader takes for a file of a kilobyte, far below what a number read from one could ask for.
    private const long BytesOfAny = 1 << 18;
    private const long BytesOfEach = 64;
    private static readonly TimeSpan Hanging = TimeSpan.FromMinutes(2);

    protected string Folder { get; private set; } = "";

    [SetUp]
    public void OpenFolder() => Folder = Directory.CreateTempSubdirectory("torchrf-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(Folder, recursive: true);

    protected string InFolder(string name) => Path.Combine(Folder, name);

    protected string Save(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(InFolder(name), content);
        return InFolder(name);
    }

    /// <summary>A CPU tensor whose elements are random bits (0 or 1 for bool), so that NaNs and extremes are among them.</summary>
    protected static Tensor RandomBits(ScalarType dtype, long[] shape, int seed)
    {
        var tensor = torch.empty(shape, dtype: dtype);
        if (tensor.numel() == 0)
            return tensor;
        var bytes = new byte[tensor.bytes.Length];
        new Random(seed).NextBytes(bytes);
        tensor.bytes = dtype == ScalarType.Bool ? Array.ConvertAll(bytes, b => (byte)(b & 1)) : bytes;
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
    /// Feeds damaged files to a reader. Each must be refused with <see cref="InvalidDataException"/>, or be accepted and found by <paramref name="check"/>
    /// to be what the bytes say; either way without more memory than the file's size gives a reason for, without a tensor left behind where it is refused,
    /// without end, and without a change to any file.
    /// </summary>
    /// <param name="mutants">The files.</param>
    /// <param name="read">From a path to what the file holds; all that is measured.</param>
    /// <param name="check">Asserts that what was read is what the bytes say.</param>
    /// <param name="name">What each file is called, in a folder that holds one other.</param>
    /// <param name="accepts">How many are to be accepted at least.</param>
    /// <param name="room">Bytes that a file of any size may take: more for what is packed.</param>
    protected void CheckMutants<T>(IEnumerable<byte[]> mutants, Func<string, T> read, Action<T, byte[]> check, string name = "mutant", int accepts = 50, long room = BytesOfAny)
    {
        int number = 0;
        byte[] current = [];
        string Shown() => $"mutant {number}: {Convert.ToHexString(current.AsSpan(0, Math.Min(current.Length, 4000)))}";
        var work = Task.Factory.StartNew(() => CheckAll(mutants.Select(mutant =>
        {
            number++;
            return current = mutant;
        }), read, check, name, accepts, room), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (int before = -1; Task.WaitAny([work], Hanging) < 0; before = number)
            Assert.That(number, Is.Not.EqualTo(before), "hangs on " + Shown());
        if (work.IsFaulted)
            TestContext.Out.WriteLine(Shown());
        work.GetAwaiter().GetResult();
    }

    // Once more: what is set up at the first use is not the file's.
    private static long Allocated<T>(Func<T> read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read();
        }
        catch (InvalidDataException)
        {
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void CheckAll<T>(IEnumerable<byte[]> mutants, Func<string, T> read, Action<T, byte[]> check, string name, int accepts, long room)
    {
        var folder = Directory.CreateDirectory(InFolder("mutants")).FullName;
        var (path, beside) = (Path.Combine(folder, name), Path.Combine(folder, "beside"));
        File.WriteAllText(beside, "not to be touched");
        var (refused, accepted) = (0, 0);

        // What earlier tests forgot would be finalised, and counted down, in the middle.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        foreach (var mutant in mutants)
        {
            File.WriteAllBytes(path, mutant);
            using var scope = torch.NewDisposeScope();
            var (tensors, bytes) = (Tensor.TotalCount, GC.GetAllocatedBytesForCurrentThread());
            InvalidDataException? refusal = null;
            T? content = default;
            try
            {
                content = read(path);
            }
            catch (InvalidDataException e)
            {
                refusal = e;
            }

            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            if (refusal is not null)
            {
                refused++;
                CheckRefusal(refusal, path);
                Assert.That(Tensor.TotalCount, Is.LessThanOrEqualTo(tensors), "a refused file left tensors behind");
            }
            else
            {
                accepted++;
                check(content!, mutant);
            }

            long most = room + (BytesOfEach * mutant.Length);
            Assert.That(bytes < most ? bytes : Allocated(() => read(path)), Is.LessThan(most), $"bytes allocated for a file of {mutant.Length}");
            Assert.That(File.ReadAllBytes(path).AsSpan().SequenceEqual(mutant), "the file was changed");
        }

        Assert.That(File.ReadAllText(beside), Is.EqualTo("not to be touched"));
        Assert.That(Directory.GetFileSystemEntries(folder), Is.EquivalentTo(new[] { path, beside }));

        // Were one of them zero, the mutants would be too tame or too wild to test anything.
        Assert.That(refused, Is.GreaterThan(50));
        Assert.That(accepted, Is.GreaterThanOrEqualTo(accepts));
        TestContext.Out.WriteLine($"{refused} refused, {accepted} accepted");
    }
}
