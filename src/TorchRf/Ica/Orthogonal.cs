namespace TorchRf.Ica;

/// <summary>Matrices with orthonormal rows, in Float64.</summary>
internal static class Orthogonal
{
    // Of an eigenvalue relative to their sum: what lies below is rounding.
    private const double Smallest = 1e-24;

    /// <summary>A random orthogonal matrix, every one equally likely; Float64 on the generator's device.</summary>
    internal static Tensor Random(int components, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        return Nearest(torch.randn([components, components], ScalarType.Float64, generator.device, generator: generator)).MoveToOuterDisposeScope();
    }

    /// <summary>(W W^T)^(-1/2) W: symmetric decorrelation, which favours no row (Hyvärinen 1999, eq. 24).</summary>
    internal static Tensor Nearest(Tensor w)
    {
        using var one = new OneThread(w);
        using var scope = torch.NewDisposeScope();
        var scaled = w / torch.linalg.norm(w);
        var (values, vectors) = torch.linalg.eigh(scaled.mm(scaled.mT));
        var near = (vectors * values.clamp(min: Smallest).sqrt().reciprocal()).mm(vectors.mT).mm(scaled);
        // W W^T has the square of W's condition number; two Newton-Schulz steps win the lost digits back.
        for (int i = 0; i < 2; i++)
            near = (near * 1.5) - (near.mm(near.mT).mm(near) * 0.5);
        return near.MoveToOuterDisposeScope();
    }

    /// <summary>The largest element of |W W^T - 1|.</summary>
    internal static double Error(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return (w.mm(w.mT) - torch.eye(w.shape[0], dtype: w.dtype, device: w.device)).abs().max().item<double>();
    }
}
