using System.Runtime.InteropServices;

namespace TorchRf.LibTorch.Interop;

/// <summary>What an argument or result is; the same numbers as in native/torchrf_native.cpp.</summary>
internal enum Tag
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    String,
    IntList,
    DoubleList,
    TensorList,
    OptionalTensorList,
    Generator,
    Device,
}

/// <summary>One argument or result as it crosses the boundary: a tag, a list's length, and 8 bytes that the tag explains.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeValue
{
    public Tag Tag;
    public int Count;
    public long Bits;
}
