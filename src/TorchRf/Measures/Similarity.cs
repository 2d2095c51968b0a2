namespace TorchRf.Measures;

/// <summary>How alike two sets of receptive fields are, in shape and in size.</summary>
public static class Similarity
{
    /// <summary>The cosine of the angle between v and w.</summary>
    /// <param name="v">Shape (..., N).</param>
    /// <param name="w">Shape (..., N), same dtype and device.</param>
    /// <returns>Shape (...).</returns>
    public static Tensor Cosine(Tensor v, Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return ((v * w).sum(-1) / (Norm(v) * Norm(w))).MoveToOuterDisposeScope();
    }

    /// <summary>|v| / |w|.</summary>
    /// <param name="v">Shape (..., N).</param>
    /// <param name="w">Shape (..., N), same dtype and device.</param>
    /// <returns>Shape (...).</returns>
    public static Tensor NormRatio(Tensor v, Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return (Norm(v) / Norm(w)).MoveToOuterDisposeScope();
    }

    private static Tensor Norm(Tensor w) => torch.linalg.norm(w, [-1]);
}
