using System.Runtime.InteropServices;
using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

public static partial class torch
{
    /// <summary>A libtorch tensor: one owned reference, given back when disposed, by its DisposeScope or by the finaliser.</summary>
    public partial class Tensor : IDisposable
    {
        private nint handle;
        internal DisposeScope? Scope;
        internal int Slot;
        private Guard? guard;

        private protected Tensor(nint owned, DisposeScope? scope)
        {
            handle = owned;
            CountOneMore();
            Enter(scope);
        }

        /// <summary>Makes the scope see to the tensor's end, or, without one that is open, the tensor's own guard.</summary>
        internal void Enter(DisposeScope? scope)
        {
            if (scope?.Add(this) != true)
                guard ??= new Guard(this);
        }

        internal void Finalise() => Dispose(false);

        // The finaliser of a tensor in no scope. Not the tensor's: it would cost every tensor more than its making otherwise does.
        private sealed class Guard(Tensor tensor)
        {
            ~Guard() => tensor.Dispose(false);
        }

        /// <summary>Wraps a reference that native code handed out.</summary>
        internal static Tensor Own(nint owned) =>
            owned != 0 ? new Tensor(owned, DisposeScope.Current) : throw new InvalidOperationException("libtorch returned an undefined tensor");

        public nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Tensor), "The tensor was disposed, or became a Parameter.");

        /// <summary>Whether the tensor has been disposed.</summary>
        public bool IsInvalid => handle == 0;

        /// <summary>Gives the reference up to the caller and leaves this wrapper empty.</summary>
        internal nint Release()
        {
            var released = Interlocked.Exchange(ref handle, 0);
            ObjectDisposedException.ThrowIf(released == 0, this);
            CountOneLess();
            Scope?.Forget(this);
            Unguard();
            return released;
        }

        public void Dispose()
        {
            Dispose(true);
            Unguard();
        }

        private void Unguard()
        {
            if (guard is not null)
                GC.SuppressFinalize(guard);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (disposing)
                Scope?.Forget(this);
            var released = Interlocked.Exchange(ref handle, 0);
            if (released == 0)
                return;
            CountOneLess();
            Native.torchrf_release(released);
        }

        /// <summary>Hands the tensor to the scope around its own; without one, to the caller.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            Scope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Takes the tensor out of its scope; the caller disposes it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            Scope?.Detach(this);
            return this;
        }

        public long dim()
        {
            var result = Native.torchrf_dim(Handle);
            GC.KeepAlive(this);
            return result;
        }

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Native.torchrf_dim(Handle)];
                fixed (long* p = sizes)
                    Native.Check(Native.torchrf_sizes(Handle, p));
                GC.KeepAlive(this);
                return sizes;
            }
        }

        public long[] size() => shape;

        public long size(int dim)
        {
            var sizes = shape;
            int d = dim < 0 ? dim + sizes.Length : dim;
            return d >= 0 && d < sizes.Length
                ? sizes[d]
                : throw new ExternalException(FormattableString.Invariant($"Dimension out of range (a tensor of {sizes.Length} dimensions has no dimension {dim})"));
        }

        public long numel()
        {
            long count = 1;
            foreach (var n in shape)
                count *= n;
            return count;
        }

        /// <summary>Bytes an element takes.</summary>
        public long ElementSize
        {
            get
            {
                var result = Native.torchrf_element_size(Handle);
                GC.KeepAlive(this);
                return result;
            }
        }

        public ScalarType dtype
        {
            get
            {
                var result = (ScalarType)Native.torchrf_dtype(Handle);
                GC.KeepAlive(this);
                return result;
            }
        }

        public unsafe Device device
        {
            get
            {
                int type, index;
                Native.Check(Native.torchrf_device(Handle, &type, &index));
                GC.KeepAlive(this);
                return new Device((DeviceType)type, index);
            }
        }

        public bool is_contiguous()
        {
            var result = Native.torchrf_is_contiguous(Handle) > 0;
            GC.KeepAlive(this);
            return result;
        }

        /// <summary>Kind, shape, element type and device.</summary>
        public override string ToString() =>
            IsInvalid ? "[disposed]" : FormattableString.Invariant($"[{string.Join("x", shape)}], type = {dtype}, device = {device}");
    }
}
