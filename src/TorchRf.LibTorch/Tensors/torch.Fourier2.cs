using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

public static partial class torch
{
    // Transforms over two dimensions, the last two unless others are named.
    public static partial class fft
    {
        /// <summary>Of a real tensor: of the second dimension the n/2 + 1 coefficients that determine the rest.</summary>
        public static Tensor rfft2(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) =>
            Aten.fft_rfft2.Call(input, s is null ? Arg.None : s, dim ?? [-2, -1], Name(norm));

        /// <summary>The real tensor of sizes <paramref name="s"/> whose rfft2 is the input.</summary>
        public static Tensor irfft2(Tensor input, long[]? s = null, long[]? dim = null, FFTNormType norm = FFTNormType.Backward) =>
            Aten.fft_irfft2.Call(input, s is null ? Arg.None : s, dim ?? [-2, -1], Name(norm));
    }
}
