using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

// What independent component analysis asks for: rotations as exponentials, and nonlinearities in place.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor exp_() => Aten.exp_.Call(this);

        public Tensor tanh_() => Aten.tanh_.Call(this);
    }

    public static partial class linalg
    {
        /// <summary>The exponential of square matrices, batched over leading dimensions.</summary>
        public static Tensor matrix_exp(Tensor input) => Aten.linalg_matrix_exp.Call(input);
    }
}
