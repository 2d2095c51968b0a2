using TorchRf.IO;

namespace TorchRf.Data;

/// <summary>Examples as files have them, all classes together: nothing is removed, scaled or measured.</summary>
/// <param name="X">Shape (examples, N), on the CPU: bytes where the files have bytes, else Float32. The scope of who reads them owns it.</param>
/// <param name="Labels">What the files call the class of each.</param>
/// <param name="Shape">The shape of one example: (N), (L, L) or (channels, L, L).</param>
public sealed record LabelledRows(Tensor X, IReadOnlyList<long> Labels, IReadOnlyList<long> Shape)
{
    // Values that are read at a time.
    private const long Piece = 1 << 20;

    /// <summary>The rows of files, one after the other.</summary>
    /// <param name="files">With as wide rows each.</param>
    /// <param name="labels">One a row.</param>
    /// <exception cref="InvalidDataException">A number is not finite.</exception>
    internal static LabelledRows Of(IReadOnlyList<ArrayFile> files, IReadOnlyList<long> labels)
    {
        int width = files[0].Width;
        bool bytes = files.All(f => f.ElementType == "uint8");
        var x = torch.empty([files.Sum(f => f.Rows), width], bytes ? ScalarType.Byte : ScalarType.Float32);
        long at = 0;
        foreach (var file in files)
        {
            long most = Math.Max(1, Piece / width);
            for (long first = 0; first < file.Rows; first += most)
            {
                using var scope = torch.NewDisposeScope();
                int count = (int)Math.Min(most, file.Rows - first);
                var values = new double[count * width];
                file.Read(first, count, values);
                var piece = torch.tensor(values).view(count, width);
                x.narrow(0, at, count).copy_(piece);
                if (!bytes && !x.narrow(0, at, count).isfinite().all().item<bool>())
                    throw MalformedFile.Because(file.File, "holds numbers that are not finite, or none that Float32 has");
                at += count;
            }
        }
        return new LabelledRows(x, labels, [.. files[0].Shape.Skip(1)]);
    }
}
