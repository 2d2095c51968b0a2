using System.Runtime.ExceptionServices;
using NUnit.Framework;

namespace TorchRf.Tests;

// What every reader of files must stand.
public abstract partial class FileFixture
{
    // Far above what any reader takes for a file of a kilobyte, far below what a number read from one could ask for.
    private const long BytesOfAny = 1 << 18;
    private const long BytesOfEach = 64;
    private static readonly TimeSpan Hanging = TimeSpan.FromMinutes(2);

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
    protected void CheckMutants<T>(IEnumerable<byte[]> mutants, Func<string, T> read, Action<T, byte[]> check, string name = "mutant", int accepts = 50)
    {
        byte[] current = [];
        int number = 0;
        Exception? failure = null;
        var worker = new Thread(() =>
        {
            try
            {
                CheckAll(mutants.Select(mutant =>
                {
                    number++;
                    return current = mutant;
                }), read, check, name, accepts);
            }
            catch (Exception e)
            {
                failure = e;
            }
        }) { IsBackground = true };
        worker.Start();
        for (int before = -1; !worker.Join(Hanging); before = number)
            Assert.That(number, Is.Not.EqualTo(before), $"hangs on mutant {number}: {Shown(current)}");
        if (failure is not null)
        {
            TestContext.Out.WriteLine($"mutant {number}: {Shown(current)}");
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void CheckAll<T>(IEnumerable<byte[]> mutants, Func<string, T> read, Action<T, byte[]> check, string name, int accepts)
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

            Assert.That(bytes, Is.LessThan(BytesOfAny + (BytesOfEach * mutant.Length)), $"bytes allocated for a file of {mutant.Length}");
            Assert.That(File.ReadAllBytes(path).AsSpan().SequenceEqual(mutant), "the file was changed");
        }

        Assert.That(File.ReadAllText(beside), Is.EqualTo("not to be touched"));
        Assert.That(Directory.GetFileSystemEntries(folder), Is.EquivalentTo(new[] { path, beside }));

        // Were one of them zero, the mutants would be too tame or too wild to test anything.
        Assert.That(refused, Is.GreaterThan(50));
        Assert.That(accepted, Is.GreaterThanOrEqualTo(accepts));
        TestContext.Out.WriteLine($"{refused} refused, {accepted} accepted");
    }

    private static string Shown(byte[] mutant) => Convert.ToHexString(mutant.AsSpan(0, Math.Min(mutant.Length, 4000)));
}
