using TorchRf.Data;

namespace TorchRf.Theory;

/// <summary>
/// What the effective equation of LSG Lemma 3.1, and its extension to committees, covers, said in one place. It also takes each class's marginals to be symmetric and
/// the same at every site, which a <see cref="IDataModel"/> promises.
/// </summary>
public static class Lemma
{
    /// <summary>What it covers, as half a sentence.</summary>
    public const string Coverage = "The theory covers ReLU units without bias, one or a committee of them, trained on two classes with the squared error";

    /// <summary>Refuses what the lemma does not cover, rather than computing something all the same.</summary>
    /// <param name="covered">Whether the lemma covers it.</param>
    /// <param name="found">What it is instead, to follow "this is" ("a sigmoid unit", "the cross-entropy").</param>
    /// <exception cref="NotSupportedException">It is not covered.</exception>
    public static void Requires(bool covered, string found)
    {
        if (!covered)
            throw new NotSupportedException($"{Coverage}; this is {found}.");
    }

    /// <summary>Refuses a task of other than two classes, and data whose projections w.x are far from Gaussian.</summary>
    /// <exception cref="NotSupportedException">The task is not covered.</exception>
    public static void Requires(ClassificationTask task)
    {
        Requires(task.Classes.Count == 2, $"a task of {task.Classes.Count} classes");
        // Of class 0 the flow takes the covariance only, for any symmetric law.
        if (task.Classes[1].OutsideTheLemma is string why)
            throw new NotSupportedException($"The theory does not cover these data: the lemma takes w.x for Gaussian; {why}.");
    }

    /// <summary>a = Sigma_1 w / sqrt(w . Sigma_1 w), the correlation of w.x with each site in class 1.</summary>
    /// <param name="w">Shape (..., N).</param>
    /// <param name="pulled">Sigma_1 w.</param>
    /// <returns>A new tensor, shape (..., N).</returns>
    internal static Tensor Correlations(Tensor w, Tensor pulled)
    {
        using var products = w * pulled;
        using var variance = products.sum(-1, keepdim: true);
        return pulled * variance.rsqrt_();
    }
}
