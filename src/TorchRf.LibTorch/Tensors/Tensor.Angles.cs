using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The angle in (-pi, pi] of the point whose height this is and whose abscissa is <paramref name="other"/>.</summary>
        public Tensor atan2(Tensor other) => Aten.atan2.Call(this, other);
    }
}
