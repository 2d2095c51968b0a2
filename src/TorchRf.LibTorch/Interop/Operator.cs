using System.Runtime.CompilerServices;

namespace TorchRf.LibTorch.Interop;

/// <summary>
/// One ATen operator, found by its schema name on first use and called through the dispatcher. Arguments left out at the
/// end take the schema's defaults, so that a call written for libtorch 1.13 stays valid where later versions add some.
/// </summary>
internal sealed unsafe class Operator(string name, string overload = "")
{
    private const int MaxResults = 8;
    private nint handle;

    private nint Handle
    {
        get
        {
            if (handle == 0)
            {
                var found = Native.torchrf_operator("aten::" + name, overload);
                handle = found != 0 ? found : throw Native.Error();
            }
            return handle;
        }
    }

    [SkipLocalsInit]
    internal torch.Tensor Call(params ReadOnlySpan<Arg> args)
    {
        NativeValue* results = stackalloc NativeValue[MaxResults];
        Invoke(args, results);
        return torch.Tensor.Own((nint)results[0].Bits);
    }

    [SkipLocalsInit]
    internal (torch.Tensor, torch.Tensor) CallPair(params ReadOnlySpan<Arg> args)
    {
        NativeValue* results = stackalloc NativeValue[MaxResults];
        Invoke(args, results);
        return (torch.Tensor.Own((nint)results[0].Bits), torch.Tensor.Own((nint)results[1].Bits));
    }

    /// <summary>Calls an operator whose result is a number or a truth value.</summary>
    [SkipLocalsInit]
    internal Scalar CallScalar(params ReadOnlySpan<Arg> args)
    {
        NativeValue* results = stackalloc NativeValue[MaxResults];
        Invoke(args, results);
        return new Scalar(results[0].Tag, results[0].Bits);
    }

    // The buffers on the stack are not cleared first: all that is read of them is written before.
    [SkipLocalsInit]
    private void Invoke(ReadOnlySpan<Arg> args, NativeValue* results)
    {
        int length = 0;
        foreach (ref readonly var arg in args)
            length += arg.ListLength;
        Span<long> lists = length <= 64 ? stackalloc long[64] : new long[length];
        NativeValue* values = stackalloc NativeValue[args.Length];
        fixed (long* buffer = lists)
        {
            int used = 0;
            for (int i = 0; i < args.Length; i++)
            {
                ref readonly var arg = ref args[i];
                int n = arg.ListLength;
                values[i] = new NativeValue { Tag = arg.Tag, Count = n, Bits = arg.IsList ? (long)(buffer + used) : arg.Bits };
                if (n > 0)
                    arg.CopyList(lists.Slice(used, n));
                used += n;
            }
            Native.Check(Native.torchrf_call(Handle, values, args.Length, results, MaxResults));
        }
        foreach (ref readonly var arg in args)
            GC.KeepAlive(arg.Owner);
    }
}
