using System.IO.Compression;

namespace TorchRf.IO;

/// <summary>
/// Writes several arrays to one file in numpy's .npz format: a zip archive with a .npy file for each array, here stored without compression, as
/// <c>numpy.savez</c> does.
/// </summary>
/// <remarks>
/// Source: the published format, https://numpy.org/doc/stable/reference/generated/numpy.savez.html. The same content gives the same bytes: the
/// arrays lie in the order of their names, and the archive's times are all the first that zip knows.
/// </remarks>
/// <example>
/// <code>
/// NpzFile.Write("w.npz", new Dictionary&lt;string, Tensor&gt; { ["w"] = torch.zeros(3, 40) });   // numpy.load("w.npz")["w"]
/// </code>
/// </example>
public static class NpzFile
{
    private const int LongestName = 1000;

    private static readonly DateTimeOffset FirstTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes tensors to a file in one step: on failure the path stays as it was. No tensor is copied as a whole but to the CPU.</summary>
    /// <param name="path">The file to write; its folder must exist. A file that is there is replaced.</param>
    /// <param name="tensors">The tensors by the arrays' names; any shape, any device, any strides; the dtypes of <see cref="NpyFile"/>.</param>
    /// <exception cref="ArgumentException">A dtype that numpy does not have, or a name that is empty, over 1000 characters long, or has a control character or a separator of folders in it.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        foreach (var name in tensors.Keys)
        {
            if (name.Length is 0 or > LongestName || name.Any(c => c is '/' or '\\' || char.IsControl(c)))
            {
                throw new ArgumentException($"An array in a .npz file cannot be called {MalformedFile.Quote(name)}.", nameof(tensors));
            }
        }

        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (name, tensor) in tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                var entry = archive.CreateEntry(name + ".npy", CompressionLevel.NoCompression);
                entry.LastWriteTime = FirstTime;
                using var target = entry.Open();
                NpyFile.Write(target, tensor);
            }
        });
    }
}
