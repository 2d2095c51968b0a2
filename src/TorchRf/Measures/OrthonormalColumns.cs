namespace TorchRf.Measures;

/// <summary>
/// An orthonormal basis of the space that a few columns span, batched: least squares without normal equations. A column that
/// adds nothing to those before it (sin at frequency 0 or N/2) is left out, with coefficient 0.
/// </summary>
internal sealed class OrthonormalColumns
{
    // Of columns whose largest element is about 1: a mean square below this is rounding.
    private const double Nothing = 4e-15;

    private readonly Tensor[] basis;
    private readonly Tensor[] inverseDiagonal;
    private readonly Tensor[,] above;

    /// <param name="columns">Up to three, all of shape (..., N), Float64.</param>
    internal OrthonormalColumns(params Tensor[] columns)
    {
        int count = columns.Length;
        double nothing = Nothing * columns[0].shape[^1];
        (basis, inverseDiagonal, above) = (new Tensor[count], new Tensor[count], new Tensor[count, count]);
        for (int k = 0; k < count; k++)
        {
            var rest = columns[k];
            for (int j = 0; j < k; j++)
            {
                above[j, k] = (basis[j] * rest).sum(-1, keepdim: true);
                rest = rest - (basis[j] * above[j, k]);
            }
            var square = rest.square().sum(-1, keepdim: true);
            inverseDiagonal[k] = square.gt(nothing).to(ScalarType.Float64) / square.clamp(min: nothing).sqrt();
            basis[k] = rest * inverseDiagonal[k];
        }
    }

    /// <summary>The basis, each of the columns' shape; zero in place of a column left out.</summary>
    internal IReadOnlyList<Tensor> Basis => basis;

    /// <summary>What of <paramref name="w"/>, shape (..., N), is not in the space.</summary>
    internal Tensor Residual(Tensor w) => basis.Aggregate(w, (rest, q) => rest - (q * (q * rest).sum(-1, keepdim: true)));

    /// <summary>The sum of squares of w's part in the space, shape (...).</summary>
    internal Tensor Energy(Tensor w) => basis.Select(q => (q * w).sum(-1).square()).Aggregate((a, b) => a + b);

    /// <summary>The columns' coefficients in the least-squares fit to w, each of shape (..., 1).</summary>
    internal Tensor[] Coefficients(Tensor w)
    {
        var x = new Tensor[basis.Length];
        for (int k = basis.Length - 1; k >= 0; k--)
        {
            var rest = (basis[k] * w).sum(-1, keepdim: true);
            for (int j = k + 1; j < basis.Length; j++)
                rest = rest - (above[k, j] * x[j]);
            x[k] = rest * inverseDiagonal[k];
        }
        return x;
    }
}
