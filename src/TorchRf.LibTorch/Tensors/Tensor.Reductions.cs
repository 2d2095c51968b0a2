using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

public static partial class torch
{
    // Reductions and products. A dimension counted from the end is negative; keepdim leaves it with length 1.
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Aten.sum.Call(this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Aten.sum_dim_IntList.Call(this, new[] { dim }, keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Aten.sum_dim_IntList.Call(this, dim, keepdim, type);

        public Tensor mean() => Aten.mean.Call(this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Aten.mean_dim.Call(this, dimensions, keepdim, type);

        /// <summary>Variance, with N - 1 in the denominator unless <paramref name="unbiased"/> is false.</summary>
        public Tensor var(bool unbiased = true) => Aten.var.Call(this, unbiased);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Aten.var_dim.Call(this, new[] { dim }, unbiased, keepdim);

        /// <summary>Standard deviation, with N - 1 in the denominator unless <paramref name="unbiased"/> is false.</summary>
        public Tensor std(bool unbiased = true) => Aten.std.Call(this, unbiased);

        public Tensor max() => Aten.max.Call(this);

        public Tensor min() => Aten.min.Call(this);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) =>
            @out is null ? Aten.amax.Call(this, dims, keepdim) : Aten.amax_out.Call(this, dims, keepdim, @out);

        /// <summary>Where the largest element is.</summary>
        public Tensor argmax(long dim, bool keepdim = false) => Aten.argmax.Call(this, dim, keepdim);

        /// <summary>Whether every element is true.</summary>
        public Tensor all() => Aten.all.Call(this);

        public Tensor any() => Aten.any.Call(this);

        public Tensor cumprod(long dim, ScalarType? type = null) => Aten.cumprod.Call(this, dim, type);

        public Tensor cumsum(long dim, ScalarType? type = null) => Aten.cumsum.Call(this, dim, type);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            stable ? Aten.sort_stable.CallPair(this, true, dim, descending) : Aten.sort.CallPair(this, dim, descending);

        /// <summary>Matrix product, batched over leading dimensions.</summary>
        public Tensor matmul(Tensor target) => Aten.matmul.Call(this, target);

        public Tensor mm(Tensor target) => Aten.mm.Call(this, target);

        public Tensor bmm(Tensor batch2) => Aten.bmm.Call(this, batch2);

        public Tensor dot(Tensor target) => Aten.dot.Call(this, target);

        /// <summary>Whether the tensors agree within rtol times the target plus atol, everywhere.</summary>
        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) =>
            Aten.allclose.CallScalar(this, target, rtol, atol, equal_nan).Bits != 0;
    }

    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    /// <summary>Linear algebra.</summary>
    public static partial class linalg
    {
        /// <summary>Eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix.</summary>
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Aten.linalg_eigh.CallPair(input, UPLO.ToString());

        /// <summary>The l2 norm over <paramref name="dims"/>, or of all elements.</summary>
        public static Tensor norm(Tensor input, long[]? dims = null, bool keepdim = false) =>
            Aten.linalg_vector_norm.Call(input, 2.0, dims is null ? Arg.None : dims, keepdim);
    }

    /// <summary>Discrete Fourier transforms, unnormalised forwards and 1/n backwards.</summary>
    public static partial class fft
    {
        /// <summary>Of a real tensor: the n/2 + 1 coefficients that determine the rest.</summary>
        public static Tensor rfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.fft_rfft.Call(input, n < 0 ? Arg.None : n, dim, Name(norm));

        /// <summary>The real tensor of length <paramref name="n"/> whose rfft is the input.</summary>
        public static Tensor irfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Aten.fft_irfft.Call(input, n < 0 ? Arg.None : n, dim, Name(norm));

        private static Arg Name(FFTNormType norm) => norm switch
        {
            FFTNormType.Backward => Arg.None,
            FFTNormType.Forward => "forward",
            FFTNormType.Ortho => "ortho",
            _ => throw new ArgumentOutOfRangeException(nameof(norm), norm, "not a normalisation"),
        };
    }
}

/// <summary>Which direction of a Fourier transform carries the factor 1/n.</summary>
public enum FFTNormType
{
    Backward = 0,
    Forward = 1,
    Ortho = 2,
}
