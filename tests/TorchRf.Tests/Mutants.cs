using System.Buffers.Binary;
using System.Text;

namespace TorchRf.Tests;

/// <summary>Damages files in the ways that disks, transfers and enemies do, the same way for the same seed.</summary>
internal static class Mutants
{
    private static readonly long[] Extremes =
        [0, 1, -1, 255, 65535, 65536, int.MaxValue, uint.MaxValue, 1L << 32, 1L << 62, long.MaxValue, long.MinValue];

    private static readonly string[] ExtremeNumbers =
    [
        "-1", "0", "00", "1e3", "2.5", "65536", "2147483648", "4611686018427387904", "9223372036854775807", "9223372036854775808",
        "99999999999999999999999", "null", "true", "",
    ];

    /// <summary>Files with one to three damages each.</summary>
    public static IEnumerable<byte[]> Of(byte[] whole, int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var mutant = whole.ToList();
            for (var damage = random.Next(1, 4); damage > 0; damage--)
                Damage(mutant, random);
            yield return [.. mutant];
        }
    }

    private static void Damage(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, 20), bytes.Count - at);
        switch (random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, Enumerable.Range(0, random.Next(1, 20)).Select(_ => (byte)random.Next(256)));
                break;
            case 4:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 5:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6:
                var extreme = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(extreme, Extremes[random.Next(Extremes.Length)]);
                for (var i = 0; i < Math.Min(1 << random.Next(4), bytes.Count - at); i++)
                    bytes[at + i] = extreme[i];
                break;
            default:
                ReplaceNumber(bytes, random);
                break;
        }
    }

    private static void ReplaceNumber(List<byte> bytes, Random random)
    {
        var starts = Enumerable.Range(0, bytes.Count).Where(i => IsDigit(bytes[i]) && (i == 0 || !IsDigit(bytes[i - 1]))).ToList();
        if (starts.Count == 0)
            return;
        var start = starts[random.Next(starts.Count)];
        var end = start;
        while (end < bytes.Count && IsDigit(bytes[end]))
            end++;
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, Encoding.ASCII.GetBytes(ExtremeNumbers[random.Next(ExtremeNumbers.Length)]));
    }

    private static bool IsDigit(byte value) => char.IsAsciiDigit((char)value);
}
