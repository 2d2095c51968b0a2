namespace TorchRf.Models;

/// <summary>
/// Sparse coding (Olshausen and Field 1996): x is explained by few of K atoms d_k of unit length, x' = sum_k a_k d_k. The codes a minimise
/// E = |x - x'|^2 / 2 + lambda sum_k |a_k| by a fixed number of steps of iterative shrinkage (ISTA; Daubechies et al. 2004); the atoms then descend
/// mean E with the codes held.
/// </summary>
/// <remarks>The atoms are the weights divided by their length, so they stay of unit length whatever a step of training does.</remarks>
public sealed class SparseCodingNetwork : UnitNetwork, IReconstruction
{
    private readonly double penalty;
    private readonly int steps;

    /// <param name="inits">How many initialisations.</param>
    /// <param name="units">K.</param>
    /// <param name="sites">N.</param>
    /// <param name="generator">What draws the atoms' directions; its device is the model's.</param>
    /// <param name="penalty">lambda, above 0.</param>
    /// <param name="steps">Steps of shrinkage, from a = 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">lambda or the steps are out of their range.</exception>
    public SparseCodingNetwork(int inits, int units, int sites, Generator generator, double penalty, int steps = 50)
        : base(nameof(SparseCodingNetwork), inits, units, sites, generator, Activation.Linear, null, false, 1)
    {
        if (!(penalty > 0 && double.IsFinite(penalty)))
            throw new ArgumentOutOfRangeException(nameof(penalty), penalty, "the penalty is a finite number above 0");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        (this.penalty, this.steps) = (penalty, steps);
        RegisterComponents();
        Draw(generator);
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

    /// <inheritdoc/>
    protected override Tensor Output(Tensor responses) => responses.mT.matmul(Atoms());

    /// <summary>The mean of E over the batch, for every initialisation, shape (inits).</summary>
    public Tensor Losses(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var codes = Responses(input);
        var error = (input - Output(codes)).square().sum([-1]) * 0.5;
        return (error + (codes.abs().sum([-2]) * penalty)).mean([-1]).MoveToOuterDisposeScope();
    }

    private Tensor Codes(Tensor atoms, Tensor input)
    {
        var (seen, overlap) = (WeightedSums(atoms, input), atoms.matmul(atoms.mT));
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

    private protected override Tensor Prepared(Tensor initial)
    {
        var atoms = UnitLength(initial);
        return atoms.isfinite().all().item<bool>() ? atoms : throw new ArgumentException("An atom has no length.", nameof(initial));
    }
}
