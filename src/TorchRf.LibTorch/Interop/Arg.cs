using System.Runtime.InteropServices;

namespace TorchRf.LibTorch.Interop;

/// <summary>
/// One operator argument, converted implicitly from what a caller has at hand. It keeps the managed owner of what it
/// points at, so that nothing is collected while the native call runs.
/// </summary>
internal readonly struct Arg
{
    internal readonly Tag Tag;
    internal readonly long Bits;
    internal readonly object? Owner;

    private Arg(Tag tag, long bits, object? owner = null) => (Tag, Bits, Owner) = (tag, bits, owner);

    internal static Arg None => default;

    /// <summary>A list in which a null stands for "all of this dimension" (aten::index).</summary>
    internal static Arg OptionalTensors(torch.Tensor?[] tensors) => new(Tag.OptionalTensorList, 0, tensors);

    public static implicit operator Arg(torch.Tensor? value) => value is null ? None : new Arg(Tag.Tensor, value.Handle, value);
    public static implicit operator Arg(int value) => new(Tag.Int, value);
    public static implicit operator Arg(long value) => new(Tag.Int, value);
    public static implicit operator Arg(long? value) => value is long v ? new Arg(Tag.Int, v) : None;
    public static implicit operator Arg(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Arg(bool value) => new(Tag.Bool, value ? 1 : 0);
    public static implicit operator Arg(string? value) => value is null ? None : new(Tag.String, 0, value);
    public static implicit operator Arg(long[] value) => new(Tag.IntList, 0, value);
    public static implicit operator Arg(torch.Tensor[] value) => new(Tag.TensorList, 0, value);
    public static implicit operator Arg(torch.ScalarType? value) => value is torch.ScalarType v ? new Arg(Tag.Int, (long)v) : None;
    public static implicit operator Arg(torch.Device? value) => value is null ? None : new Arg(Tag.Device, value.Packed);
    public static implicit operator Arg(torch.Generator? value) => value is null ? None : new Arg(Tag.Generator, value.Handle, value);
    public static implicit operator Arg(Scalar? value) => value is null ? None : new Arg(value.Tag, value.Bits);

    /// <summary>Whether the argument crosses the boundary as a pointer into the call's buffer.</summary>
    internal bool IsList => Tag is Tag.String or Tag.IntList or Tag.TensorList or Tag.OptionalTensorList;

    /// <summary>How many 8-byte elements this argument's list takes in the call's buffer; 0 for what is no list.</summary>
    internal int ListLength => IsList ? Length(Owner) : 0;

    private static int Length(object? list) => list switch
    {
        null => 0,
        long[] ints => ints.Length,
        string text => (System.Text.Encoding.UTF8.GetByteCount(text) / sizeof(long)) + 1,
        _ => ((torch.Tensor?[])list).Length,
    };

    /// <summary>Copies the list's elements into <paramref name="buffer"/>, which is ListLength long.</summary>
    internal void CopyList(Span<long> buffer)
    {
        switch (Owner)
        {
            case long[] ints:
                ints.CopyTo(buffer);
                break;
            case string text:
                // The last element holds the terminating zero.
                buffer[^1] = 0;
                System.Text.Encoding.UTF8.GetBytes(text, MemoryMarshal.AsBytes(buffer));
                break;
            case torch.Tensor?[] tensors:
                for (int i = 0; i < tensors.Length; i++)
                    buffer[i] = tensors[i]?.Handle ?? 0;
                break;
        }
    }
}
