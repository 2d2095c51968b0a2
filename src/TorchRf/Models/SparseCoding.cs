namespace TorchRf.Models;

/// <summary>
/// Sparse coding (Olshausen and Field 1996): x is explained by few of K atoms d_k of unit length, x' = sum_k a_k d_k. The codes a minimise
/// E = |x - x'|^2 / 2 + lambda sum_k |a_k| by a fixed number of steps of iterative shrinkage (ISTA; Daubechies et al. 2004); the atoms then descend
/// mean E with the codes held.
/// </summary>
/// <remarks>The atoms are the weights divided by their length, so they stay of unit length whatever a step of training does.</remarks>
public sealed class SparseCoding : UnitNetwork, IReconstruction
{
    private readonly double penalty;
    private readonly int steps;

    /// <param name="initial">The atoms' initial directions, shape (inits, K, N); copied and brought to unit length.</param>
    /// <param name="penalty">lambda, above 0.</param>
    /// <param name="steps">Steps of shrinkage, from a = 0.</param>
    /// <exception cref="ArgumentException">The initial atoms are not of that shape, or one has no length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">lambda or the steps are out of their range.</exception>
    public SparseCoding(Tensor initial, double penalty, int steps = 50)
        : base(nameof(SparseCoding), WithLength(initial), Activation.Linear, null, false)
    {
        if (!(penalty > 0 && double.IsFinite(penalty)))
            throw new ArgumentOutOfRangeException(nameof(penalty), penalty, "the penalty is a finite number above 0");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        (this.penalty, this.steps) = (penalty, steps);
        RegisterComponents();
    }

    /// <summary>The atoms, of unit length, shape (inits, K, N).</summary>
    public Tensor Atoms()
    {
        using var scope = torch.NewDisposeScope();
        return UnitLength(weight).MoveToOuterDisposeScope();
    }

    /// <summary>The codes a, shape (inits, K, batch); they carry no gradient.</summary>
    public override Tensor Responses(Tensor input)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return Codes(Atoms(), input).MoveToOuterDisposeScope();
    }

    /// <summary>x' of every initialisation.</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, batch, N).</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var codes = Responses(input);
        return codes.mT.matmul(Atoms()).MoveToOuterDisposeScope();
    }

    /// <summary>The mean of E over the batch, for every initialisation, shape (inits).</summary>
    public Tensor Losses(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var codes = Responses(input);
        var error = (input - codes.mT.matmul(Atoms())).square().sum([-1]) * 0.5;
        return (error + (codes.abs().sum([-2]) * penalty)).mean([-1]).MoveToOuterDisposeScope();
    }

    private Tensor Codes(Tensor atoms, Tensor input)
    {
        var (seen, overlap) = (WeightedSums.Of(atoms, input), atoms.matmul(atoms.mT));
        // No eigenvalue of the overlaps is above their largest row, so this step never goes uphill.
        var step = overlap.abs().sum([-1]).amax([-1]).reciprocal().view(-1, 1, 1);
        var codes = torch.zeros(seen.shape, seen.dtype, seen.device);
        for (int i = 0; i < steps; i++)
        {
            using var scope = torch.NewDisposeScope();
            var downhill = codes + ((seen - overlap.matmul(codes)) * step);
            codes = (downhill.sign() * (downhill.abs() - (step * penalty)).relu()).MoveToOuterDisposeScope();
        }
        return codes;
    }

    private static Tensor UnitLength(Tensor directions) => directions / torch.linalg.norm(directions, [-1], keepdim: true);

    private static Tensor WithLength(Tensor initial)
    {
        if (initial.dim() != 3)
            return initial;
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var atoms = UnitLength(initial);
        return atoms.isfinite().all().item<bool>()
            ? atoms.MoveToOuterDisposeScope()
            : throw new ArgumentException("An atom has no length.", nameof(initial));
    }
}
