using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>x - log sum exp(x) along a dimension, without overflow.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Aten.log_softmax_int.Call(this, dim, dtype);
    }
}
