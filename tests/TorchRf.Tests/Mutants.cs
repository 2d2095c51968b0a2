using System.Buffers.Binary;

namespace TorchRf.Tests;

/// <summary>Damages the bytes of files in the ways that disks, transfers and enemies do, the same way for the same seed.</summary>
internal static class Mutants
{
    private static readonly long[] Extremes =
        [0, 1, -1, 255, 65535, 65536, int.MaxValue, uint.MaxValue, 1L << 32, 1L << 62, long.MaxValue, long.MinValue];

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
        switch (random.Next(7))
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
            default:
                var extreme = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(extreme, Extremes[random.Next(Extremes.Length)]);
                for (var i = 0; i < Math.Min(1 << random.Next(4), bytes.Count - at); i++)
                    bytes[at + i] = extreme[i];
                break;
        }
    }
}
