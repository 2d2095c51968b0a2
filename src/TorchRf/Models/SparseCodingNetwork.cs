using TorchSharp.Utils;
using TorchRf.SparseCoding;

namespace TorchRf.Models;

/// <summary>
/// Sparse coding (Olshausen and Field 1996): x is explained by few of K atoms d_k of unit length, x' = sum_k a_k d_k. The codes a minimise
/// E = |x - x'|^2 / 2 + lambda sum_k |a_k|, by a solver or a fixed number of steps of iterative shrinkage (ISTA; Daubechies et al. 2004); the atoms then descend
/// mean E with the codes held, or learn online (<see cref="Learn"/>).
/// </summary>
/// <remarks>The atoms are the weights divided by their length, so they stay of unit length whatever a step of training does.</remarks>
public sealed class SparseCodingNetwork : UnitNetwork, IReconstruction
{
    // How fast batches are forgotten: after t of them the last t/40 count. Early codes are those of a dictionary that has long changed.
    private const double Forgetting = 40;

    // Of the energy of a batch's codes, below which an atom is as good as never used.
    private const double Dead = 1e-6;

    private readonly double penalty;
    private readonly int steps;
    private readonly ISparseCoder? coder;

    // E[a a^T], shape (inits, K, K), and E[a x^T], shape (inits, K, N), over batches that are gradually forgotten; and how many batches there were, shape (inits).
    [ComponentName(Name = "code_products")]
    private readonly Tensor? codeProducts;
    [ComponentName(Name = "code_examples")]
    private readonly Tensor? codeExamples;
    private readonly Tensor? batches;

    /// <param name="inits">How many initialisations.</param>
    /// <param name="units">K.</param>
    /// <param name="sites">N.</param>
    /// <param name="generator">What draws the atoms' directions; its device is the model's.</param>
    /// <param name="penalty">lambda, above 0.</param>
    /// <param name="coder">What finds the codes; <paramref name="steps"/> of ISTA without.</param>
    /// <param name="online">Whether it keeps what <see cref="Learn"/> needs of earlier batches, as buffers.</param>
    /// <param name="steps">Steps of shrinkage, from a = 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">lambda or the steps are out of their range.</exception>
    public SparseCodingNetwork(int inits, int units, int sites, Generator generator, double penalty, ISparseCoder? coder = null, bool online = false, int steps = 50)
        : base(nameof(SparseCodingNetwork), inits, units, sites, generator, Activation.Linear, null, false, 1)
    {
        if (!(penalty > 0 && double.IsFinite(penalty)))
            throw new ArgumentOutOfRangeException(nameof(penalty), penalty, "the penalty is a finite number above 0");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        (this.penalty, this.steps, this.coder) = (penalty, steps, coder);
        if (online)
        {
            codeProducts = Kept(torch.zeros([inits, units, units], device: generator.device), trained: false);
            codeExamples = Kept(torch.zeros([inits, units, sites], device: generator.device), trained: false);
            batches = Kept(torch.zeros([inits], device: generator.device), trained: false);
        }
        RegisterComponents();
        Draw(generator);
    }

    /// <summary>Whether it can <see cref="Learn"/>.</summary>
    public bool IsOnline => batches is not null;

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
        var atoms = Atoms();
        return (coder is null ? Codes(atoms, input) : coder.Encode(atoms, input, penalty).Codes.mT).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override Tensor Output(Tensor responses) => responses.mT.matmul(Atoms());

    /// <summary>The mean of E over the batch, for every initialisation, shape (inits).</summary>
    public Tensor Losses(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Losses(input, Responses(input)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// One step of online dictionary learning (Mairal, Bach, Ponce and Sapiro 2010): with A and B the means of a a^T and a x^T, in which earlier batches count (1 - 1/t)^40, each atom in its turn becomes
    /// d_k + (b_k - A_k D) / A_kk at unit length. That is the best for these codes while the others stay; theirs may be shorter than 1, but would cost more. An atom that no code uses is drawn anew: it becomes
    /// one of the batch's examples, those explained worst first.
    /// </summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>The mean of E over the batch before the step, for every initialisation, shape (inits).</returns>
    /// <exception cref="InvalidOperationException">It was not made to learn online.</exception>
    public Tensor Learn(Tensor input)
    {
        if (codeProducts is null || codeExamples is null || batches is null)
            throw new InvalidOperationException("This network was not made to learn online.");
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var codes = Responses(input);
        var losses = Losses(input, codes);
        using Scalar share = 1.0 / input.shape[^2];
        var kept = (1 - batches.add_(1).reciprocal()).pow(Forgetting).view(-1, 1, 1);
        codeProducts.mul_(kept).add_(codes.matmul(codes.mT).mul_(share));
        codeExamples.mul_(kept).add_(codes.matmul(input).mul_(share));
        weight.copy_(Atoms());
        Replace(input, codes);
        for (long k = 0; k < weight.shape[1]; k++)
        {
            using var atom = torch.NewDisposeScope();
            var products = codeProducts.narrow(1, k, 1);
            var moved = weight.narrow(1, k, 1) + ((codeExamples.narrow(1, k, 1) - products.matmul(weight)) / products.narrow(2, k, 1).clamp_min(1e-30));
            weight.narrow(1, k, 1).copy_(UnitLength(moved));
        }
        return losses.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Draw(Generator generator)
    {
        using var noGrad = torch.no_grad();
        codeProducts?.zero_();
        codeExamples?.zero_();
        batches?.zero_();
        base.Draw(generator);
    }

    private Tensor Losses(Tensor input, Tensor codes)
    {
        var error = (input - Output(codes)).square().sum([-1]) * 0.5;
        return (error + (codes.abs().sum([-2]) * penalty)).mean([-1]);
    }

    // The statistics of an atom drawn anew are those of one that is used once a batch for what it is.
    private void Replace(Tensor input, Tensor codes)
    {
        var energy = codeProducts!.diagonal(0, -2, -1);
        var dead = energy.le(energy.sum([-1], keepdim: true) * Dead);
        if (!dead.any().item<bool>())
            return;
        var worst = (input - Output(codes)).square().sum([-1]).argsort(-1, descending: true);
        for (long init = 0; init < weight.shape[0]; init++)
        {
            var examples = input.dim() == 2 ? input : input[init];
            long next = 0;
            foreach (long k in dead[init].nonzero().ToArray<long>())
            {
                var atom = UnitLength(examples[worst[init, next++ % worst.shape[1]].item<long>()]);
                // An example of zeros is none.
                if (!atom.isfinite().all().item<bool>())
                    continue;
                weight[init, k].copy_(atom);
                codeProducts[init, k].zero_();
                codeProducts[init].select(1, k).zero_();
                codeProducts[init, k, k].fill_(1.0 / input.shape[^2]);
                codeExamples![init, k].copy_(atom / (double)input.shape[^2]);
            }
        }
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
