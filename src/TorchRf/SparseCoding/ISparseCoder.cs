namespace TorchRf.SparseCoding;

/// <summary>
/// Finds the codes of examples by a dictionary: for each example x the a that minimises E = |x - a D|^2 / 2 + lambda sum_k |a_k|, the atoms d_k being D's rows (the lasso; Tibshirani 1996, Chen, Donoho and
/// Saunders 1998). lambda is that of one example: scikit-learn's <c>sparse_encode</c> has the same as alpha, its <c>Lasso</c> has alpha = lambda / N.
/// </summary>
public interface ISparseCoder
{
    /// <summary>Codes a batch, each example on its own.</summary>
    /// <param name="dictionary">D, shape (K, N), or (..., K, N) for several dictionaries; Float32 or Float64, on any device. Atoms may be of any length.</param>
    /// <param name="examples">x, shape (batch, N), shown to all dictionaries, or (..., batch, N), to each its own; of the dictionary's dtype and on its device.</param>
    /// <param name="penalty">lambda, above 0.</param>
    /// <returns>Codes without a gradient, which the caller's scope owns.</returns>
    /// <exception cref="ArgumentException">Shapes, dtypes or devices do not go together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The penalty is not a finite number above 0.</exception>
    SparseCodes Encode(Tensor dictionary, Tensor examples, double penalty);
}

/// <summary>Codes, and how far from the best they can be.</summary>
/// <param name="Codes">a, shape (..., batch, K).</param>
/// <param name="Objective">E of each example, shape (..., batch).</param>
/// <param name="Gap">
/// The duality gap of each example, shape (..., batch): E lies no further than this above its minimum. It is E(a) - G(theta) with G(theta) = |x|^2 / 2 - |x - theta|^2 / 2 at theta = r min(1, lambda / max_k |d_k.r|), r = x - a D.
/// </param>
/// <param name="Residual">What is left of the optimality (KKT) conditions, shape (..., batch): the largest over atoms of |d_k.r - lambda sign a_k| where a_k is not 0, and of |d_k.r| - lambda, if that is above 0, where it is.</param>
/// <param name="Iterations">Iterations that the slowest example took.</param>
/// <param name="Converged">Whether each gap came below the tolerance.</param>
/// <param name="Warning">What speaks against the codes, in a sentence; null where they converged.</param>
public sealed record SparseCodes(Tensor Codes, Tensor Objective, Tensor Gap, Tensor Residual, int Iterations, bool Converged, string? Warning) : IDisposable
{
    private Tensor[] Tensors => [Codes, Objective, Gap, Residual];

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(Tensors, t => t.Dispose());

    internal SparseCodes InOuterScope()
    {
        Array.ForEach(Tensors, t => t.MoveToOuterDisposeScope());
        return this;
    }
}

/// <summary>When a solver stops.</summary>
/// <param name="Tolerance">When every example's duality gap is at most this part of |x|^2 / 2, the objective without a code. Float32 reaches some 1e-5, where lambda is not small beside |x|.</param>
/// <param name="MaxIterations">After so many iterations at the latest.</param>
public sealed record StoppingRule(double Tolerance = 1e-4, int MaxIterations = 10_000)
{
    internal void Validate()
    {
        if (!(Tolerance > 0))
            throw new ArgumentOutOfRangeException(nameof(Tolerance), Tolerance, "a tolerance is above 0");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxIterations, nameof(MaxIterations));
    }
}
