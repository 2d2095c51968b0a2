using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

public static partial class torch
{
    /// <summary>Independent numbers from the Gamma laws of scale 1 whose shapes are the elements of <paramref name="input"/>.</summary>
    public static Tensor _standard_gamma(Tensor input, Generator? generator = null) => Aten._standard_gamma.Call(input, generator);
}
