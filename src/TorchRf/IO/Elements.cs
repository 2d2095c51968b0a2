using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TorchRf.IO;

/// <summary>What one value of an array in a file is.</summary>
internal enum Element
{
    Bool, UInt8, Int8, UInt16, Int16, UInt32, Int32, UInt64, Int64, Float16, Float32, Float64,
}

/// <summary>From the bytes of elements to numbers.</summary>
internal static unsafe class Elements
{
    /// <summary>How many bytes one takes.</summary>
    public static int SizeOf(this Element element) => element switch
    {
        Element.Bool or Element.UInt8 or Element.Int8 => 1,
        Element.UInt16 or Element.Int16 or Element.Float16 => 2,
        Element.UInt32 or Element.Int32 or Element.Float32 => 4,
        _ => 8,
    };

    /// <summary>Its name in numpy's words, such as uint8.</summary>
    public static string Name(this Element element) => element.ToString().ToLowerInvariant();

    /// <summary>Reads a block of numbers that lie a fixed distance apart in one direction, and at given places in the other.</summary>
    /// <param name="element">What they are.</param>
    /// <param name="reversed">Whether their bytes are in the other order than this machine's.</param>
    /// <param name="from">Where each row starts.</param>
    /// <param name="columns">The places in a row, in bytes from its start; null where the elements follow each other.</param>
    /// <param name="width">How many there are in a row.</param>
    /// <param name="into">Row after row.</param>
    public static void Read(Element element, bool reversed, ReadOnlySpan<nint> from, long[]? columns, int width, Span<double> into)
    {
        switch (element)
        {
            // As numpy has it, every byte but 0 is true.
            case Element.Bool:
                Read<byte>(false, from, columns, width, into);
                foreach (ref var value in into)
                    value = value == 0 ? 0 : 1;
                break;
            case Element.UInt8: Read<byte>(false, from, columns, width, into); break;
            case Element.Int8: Read<sbyte>(false, from, columns, width, into); break;
            case Element.UInt16: Read<ushort>(reversed, from, columns, width, into); break;
            case Element.Int16: Read<short>(reversed, from, columns, width, into); break;
            case Element.UInt32: Read<uint>(reversed, from, columns, width, into); break;
            case Element.Int32: Read<int>(reversed, from, columns, width, into); break;
            case Element.UInt64: Read<ulong>(reversed, from, columns, width, into); break;
            case Element.Int64: Read<long>(reversed, from, columns, width, into); break;
            case Element.Float16: Read<Half>(reversed, from, columns, width, into); break;
            case Element.Float32: Read<float>(reversed, from, columns, width, into); break;
            default: Read<double>(reversed, from, columns, width, into); break;
        }
    }

    private static void Read<T>(bool reversed, ReadOnlySpan<nint> from, long[]? columns, int width, Span<double> into)
        where T : unmanaged, INumberBase<T>
    {
        if (columns is null)
        {
            for (int row = 0; row < from.Length; row++)
            {
                var target = into.Slice(row * width, width);
                var at = (byte*)from[row];
                for (int column = 0; column < target.Length; column++, at += sizeof(T))
                    target[column] = Number<T>(at, reversed);
            }
            return;
        }
        // Rows lie side by side in such a file: down each column the memory is read in order.
        for (int column = 0; column < width; column++)
        {
            var place = (nint)columns[column];
            for (int row = 0; row < from.Length; row++)
                into[(row * width) + column] = Number<T>((byte*)(from[row] + place), reversed);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Number<T>(byte* at, bool reversed)
        where T : unmanaged, INumberBase<T>
    {
        if (!reversed || sizeof(T) == 1)
            return double.CreateTruncating(Unsafe.ReadUnaligned<T>(at));
        if (sizeof(T) == 2)
            return double.CreateTruncating(Unsafe.BitCast<ushort, T>(BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(at))));
        if (sizeof(T) == 4)
            return double.CreateTruncating(Unsafe.BitCast<uint, T>(BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(at))));
        return double.CreateTruncating(Unsafe.BitCast<ulong, T>(BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(at))));
    }
}
