using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Theory;

/// <summary>
/// The effective dynamics of a soft committee of K ReLU units without bias, f = (1/K) sum_k relu(w_k . x), trained on two balanced classes with the loss
/// mean (f - y)^2: for one neuron LSG's Lemma 3.1,
/// <code>dw/dt = 1/2 [ phi(a) - (Sigma_0 + Sigma_1) w ],   a = Sigma_1 w / sqrt(w . Sigma_1 w)</code>
/// and for more the same carried to K units by closing the pairs of units as it closes one,
/// <code>
/// dw_k/dt = 1/2 phi(a_k) - (1/K) sum_j sum_c [ P_jk Sigma_c w_j + sqrt(1 - rho_jk^2) sigma_j / (2 pi sigma_k) Sigma_c w_k ]
/// </code>
/// with sigma_k the standard deviation of w_k . x in class c, rho_jk the correlation of two of them, and
/// P_jk = 1/4 + asin(rho_jk) / (2 pi) how often both are driven.
/// A step of gradient descent of size lr is a time lr / K. With a share p_c of examples of each class and targets y_c it is, in place of 1/2 phi and 1/2 Sigma_c, sum_c p_c y_c phi_c and p_c Sigma_c.
/// </summary>
/// <remarks>
/// Minus the gradient, times K/lr of a step, is E[y x 1_k] 2 - (2/K) sum_j E[relu(u_j) 1_k x] with u = w . x and 1_k = 1(u_k &gt; 0). The first is the lemma's. In the second,
/// x and (u_j, u_k) taken as jointly Gaussian give (Stein) E_c[x relu(u_j) 1_k] = Sigma_c w_j E[1_j 1_k] + Sigma_c w_k E[relu(u_j) delta(u_k)], and the two
/// expectations are P_jk and sigma_j sqrt(1 - rho^2) / (2 pi sigma_k). Exact for Gaussian and, for one neuron, elliptical data; for j = k exact for all symmetric data; otherwise an early-time law.
/// </remarks>
/// <param name="first">Sigma_0, of the class with label 0.</param>
/// <param name="second">Sigma_1, of the class with label 1, which the units answer to.</param>
/// <param name="drive">What stands in place of phi(a): class 1's drive, by the lemma or in another way.</param>
public sealed class GradientFlow(ICovariance first, ICovariance second, IDrive drive) : IFlow
{
    private static readonly Scalar One = 1.0, MinusOne = -1.0, Quarter = 0.25, PerTurn = 1 / (2 * Math.PI);

    /// <summary>The flow with the lemma's drive.</summary>
    /// <param name="first">Sigma_0.</param>
    /// <param name="second">Sigma_1.</param>
    /// <param name="amplifier">phi of class 1's marginal.</param>
    public GradientFlow(ICovariance first, ICovariance second, Amplifier amplifier) : this(first, second, new AmplifierDrive(amplifier))
    {
    }

    /// <summary>Which share of the examples shown is of each class.</summary>
    public (double First, double Second) Shares { get; init; } = (0.5, 0.5);

    /// <summary>What f is to be on each class; other than 0 on class 0, that class needs a drive too.</summary>
    public (double First, double Second) Targets { get; init; } = (0, 1);

    /// <summary>Class 0's drive, where its target is not 0.</summary>
    public IDrive? FirstDrive { get; init; }

    /// <summary>The flow of a task of two classes with the full amplifier, or with the third-order one.</summary>
    /// <exception cref="NotSupportedException">The task has more than two classes, the lemma does not cover class 1, or the amplifier does not exist.</exception>
    public static GradientFlow Of(ClassificationTask task, bool thirdOrder = false)
    {
        Lemma.Requires(task);
        var (zero, one) = (task.Classes[0], task.Classes[1]);
        return new GradientFlow(zero.Covariance, one.Covariance, thirdOrder ? Amplifier.ThirdOrder(one.Marginal) : one.Marginal.FullAmplifier());
    }

    /// <summary>dw/dt.</summary>
    /// <param name="w">Receptive fields, shape (..., K, N), or (N) for a neuron; none of them zero; Float64. Those of one committee lie along K.</param>
    /// <returns>The same shape. Gradients are not tracked.</returns>
    public Tensor Velocity(Tensor w)
    {
        using var noGrad = torch.no_grad();
        using var one = new OneThread(w);
        using var pulled = second.Times(w);
        using var decay = first.Times(w);
        using Scalar pull = Shares.Second * Targets.Second, minus0 = -Shares.First, minus1 = -Shares.Second;
        var driven = drive.Of(w, pulled).mul_(pull);
        if (Targets.First != 0)
        {
            using Scalar other = Shares.First * Targets.First;
            using var too = (FirstDrive ?? throw new InvalidOperationException("Class 0 has a target other than 0 and no drive.")).Of(w, decay);
            driven.add_(too, other);
        }
        if (w.dim() == 1 || w.size(-2) == 1)
            return driven.add_(pulled, minus1).add_(decay, minus0);
        using var scope = torch.NewDisposeScope();
        using Scalar each = 2.0 / w.size(-2);
        return driven.add_(Crowding(w, decay).mul_(minus0).add_(Crowding(w, pulled), minus1), each);
    }

    // sum_j E_c[relu(u_j) 1_k x] of one class, with pulled = Sigma_c w: a product with the matrix P_jk + delta_jk sum_i sqrt(1 - rho_ik^2) sigma_i / (2 pi sigma_k).
    private static Tensor Crowding(Tensor w, Tensor pulled)
    {
        var rho = w.matmul(pulled.mT);
        var sigma = Diagonal(rho).sqrt().unsqueeze(-1);
        rho.div_(sigma).div_(sigma.mT).clamp_(MinusOne, One);
        // A unit with itself has rho = 1, where asin and the root would make much of its rounding.
        Diagonal(rho).fill_(One);
        var edge = rho.neg().add_(One, One).mul_(rho.add(One, One)).sqrt_().matmul(sigma).div_(sigma);
        var share = rho.asin_().mul_(PerTurn).add_(Quarter, One);
        Diagonal(share).add_(edge.squeeze(-1), PerTurn);
        return share.matmul(pulled);
    }

    private static Tensor Diagonal(Tensor matrix) => matrix.diagonal(0, -2, -1);
}

/// <summary>
/// What the effective equation of LSG Lemma 3.1, and its extension to committees, covers, said in one place. It also takes each class's marginals to be symmetric and
/// the same at every site, which a <see cref="IDataModel"/> promises.
/// </summary>
public static class Lemma
{
    // As half a sentence.
    private const string Coverage = "The theory covers ReLU units without bias, one or a committee of them, trained on two classes with the squared error";

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
