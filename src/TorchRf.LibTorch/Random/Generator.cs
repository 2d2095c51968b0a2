using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

public static partial class torch
{
    /// <summary>A stream of random numbers of its own, on one device.</summary>
    public class Generator : IDisposable
    {
        private nint handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? new Device(DeviceType.CPU);
            handle = Native.torchrf_generator(this.device.Packed, seed);
            if (handle == 0)
                throw Native.Error();
        }

        ~Generator() => Dispose(false);

        public Device device { get; }

        public nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Generator));

        /// <summary>Starts the stream anew from <paramref name="seed"/>.</summary>
        public Generator manual_seed(long seed)
        {
            Native.Check(Native.torchrf_generator_seed(Handle, (ulong)seed));
            GC.KeepAlive(this);
            return this;
        }

        /// <summary>The seed the stream was started from.</summary>
        public long initial_seed()
        {
            var seed = (long)Native.torchrf_generator_initial_seed(Handle);
            GC.KeepAlive(this);
            return seed;
        }

        /// <summary>The whole state, as bytes on the CPU.</summary>
        public Tensor get_state()
        {
            var state = Native.torchrf_generator_get_state(Handle);
            GC.KeepAlive(this);
            return state != 0 ? Tensor.Own(state) : throw Native.Error();
        }

        /// <summary>Puts the stream where <see cref="get_state"/> was taken.</summary>
        public void set_state(Tensor value)
        {
            Native.Check(Native.torchrf_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(value);
            GC.KeepAlive(this);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var released = Interlocked.Exchange(ref handle, 0);
            if (released != 0)
                Native.torchrf_generator_release(released);
        }
    }
}
