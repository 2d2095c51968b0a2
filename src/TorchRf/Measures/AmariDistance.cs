namespace TorchRf.Measures;

/// <summary>
/// How far an unmixing is from undoing a mixing, whatever the order, the signs and the sizes of the components: 0 where each component is one source, 1 at the
/// farthest (Amari, Cichocki and Yang, NIPS 1995, divided by its largest value).
/// </summary>
public static class AmariDistance
{
    /// <summary>
    /// (sum_i (sum_j |p_ij| / max_j |p_ij| - 1) + sum_j (sum_i |p_ij| / max_i |p_ij| - 1)) / (2 K (K - 1)), after every row of P was brought to unit length: the size
    /// of a component (a row) has no effect. That of a source (a column) is taken as it is: for sources of unit variance.
    /// </summary>
    /// <param name="p">What the components are made of: unmixing times mixing, shape (K, K), K &gt;= 2.</param>
    /// <exception cref="ArgumentException">P is not of that shape, not finite, or has a row of zeros.</exception>
    public static double Of(Tensor p)
    {
        if (p.dim() != 2 || p.shape[0] != p.shape[1] || p.shape[0] < 2)
            throw new ArgumentException($"The product of unmixing and mixing is a square matrix of 2 or more, not {p}.", nameof(p));
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var size = p.to(ScalarType.Float64).abs();
        size = size / size.amax([1], keepdim: true);
        size = size / torch.linalg.norm(size, [1], keepdim: true);
        if (!size.isfinite().all().item<bool>())
            throw new ArgumentException("The product of unmixing and mixing must be finite, without a row of zeros.", nameof(p));
        double k = p.shape[0];
        var rows = size.sum([1]) / size.amax([1]) - 1;
        // A column of zeros is a source that no component has: as far as can be.
        var columns = (size.sum([0]) / size.amax([0]).clamp(min: double.Epsilon)) - 1;
        columns = torch.where(size.amax([0]).gt(0), columns, torch.full([], k - 1, ScalarType.Float64, p.device));
        return (rows.sum() + columns.sum()).item<double>() / (2 * k * (k - 1));
    }

    /// <summary>The distance between two unmixings of the same examples, of P = V W^+. Rows of W give components of unit variance.</summary>
    /// <param name="v">Shape (K, N), K &lt;= N.</param>
    /// <param name="w">Shape (K, N), of rank K.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static double Between(Tensor v, Tensor w)
    {
        if (v.dim() != 2 || !v.shape.SequenceEqual(w.shape))
            throw new ArgumentException($"Two unmixings to compare have one shape (components, N), not {v} and {w}.", nameof(w));
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var (a, b) = (v.to(ScalarType.Float64), w.to(ScalarType.Float64));
        // W^+ = W^T (W W^T)^-1, where rows of unit length spare digits.
        var length = torch.linalg.norm(b, [1], keepdim: true);
        var unit = b / length;
        var (values, vectors) = torch.linalg.eigh(unit.mm(unit.mT));
        var inverse = (vectors / values).mm(vectors.mT);
        return Of(a.mm(unit.mT).mm(inverse) / length.mT);
    }
}
