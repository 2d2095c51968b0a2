using System.Globalization;

namespace TorchRf.SparseCoding;

/// <summary>A batch of problems as the solvers see it. It is made of temporaries that the scope of whoever makes it owns.</summary>
internal sealed class Lasso
{
    // To look at the gaps costs about as much as two iterations.
    private const int Between = 10;

    private readonly Tensor dictionary, examples;
    private readonly double penalty;

    /// <exception cref="ArgumentException">Shapes, dtypes or devices do not go together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The penalty is not a finite number above 0.</exception>
    internal Lasso(Tensor dictionary, Tensor examples, double penalty)
    {
        if (!(penalty > 0 && double.IsFinite(penalty)))
            throw new ArgumentOutOfRangeException(nameof(penalty), penalty, "the penalty is a finite number above 0");
        if (dictionary.dim() < 2 || examples.dim() < 2 || dictionary.shape[^1] != examples.shape[^1] || (examples.dim() > 2 && !examples.shape.AsSpan()[..^2].SequenceEqual(dictionary.shape.AsSpan()[..^2])))
            throw new ArgumentException($"A dictionary has shape (..., K, N) and examples (batch, N) or (..., batch, N), not ({string.Join(", ", dictionary.shape)}) and ({string.Join(", ", examples.shape)}).", nameof(examples));
        if (dictionary.dtype is not (ScalarType.Float32 or ScalarType.Float64) || examples.dtype != dictionary.dtype || examples.device.ToString() != dictionary.device.ToString())
            throw new ArgumentException($"A dictionary and examples are both Float32 or both Float64 on one device, not {dictionary.dtype} on {dictionary.device} and {examples.dtype} on {examples.device}.", nameof(examples));
        (this.dictionary, this.examples, this.penalty) = (dictionary.detach(), examples.detach(), penalty);
        (Gram, Seen) = (this.dictionary.matmul(this.dictionary.mT), this.examples.matmul(this.dictionary.mT));
        Silent = this.examples.square().sum([-1]) * 0.5;
    }

    /// <summary>D D^T, the overlaps of the atoms, shape (..., K, K).</summary>
    internal Tensor Gram { get; }

    /// <summary>x D^T, shape (..., batch, K).</summary>
    internal Tensor Seen { get; }

    /// <summary>|x|^2 / 2, shape (..., batch) or (batch).</summary>
    internal Tensor Silent { get; }

    /// <summary>1/L and lambda/L of each dictionary, shape (..., 1, 1): L, the largest eigenvalue of the Gram matrix, is how fast the gradient changes at most.</summary>
    internal (Tensor Step, Tensor Threshold) Steps()
    {
        // Rounding must not make the step too long; without any atom of some length nothing moves at whatever step.
        var step = (torch.linalg.eigvalsh(Gram).amax([-1]) * (1 + 1e-6)).clamp_min(1e-30).reciprocal().unsqueeze(-1).unsqueeze(-1);
        return (step, step * penalty);
    }

    /// <summary>Goes from codes to codes until every example's gap is within the tolerance.</summary>
    /// <param name="codes">Where to start; disposed of.</param>
    /// <param name="stop">When to stop.</param>
    /// <param name="next">One iteration.</param>
    /// <returns>Tensors that the caller's scope owns.</returns>
    internal SparseCodes Solve(Tensor codes, StoppingRule stop, Func<Tensor, Tensor> next)
    {
        stop.Validate();
        using var scope = torch.NewDisposeScope();
        int iteration = 0;
        for (bool solved = false; !solved && iteration < stop.MaxIterations;)
        {
            using var before = codes;
            using var step = torch.NewDisposeScope();
            codes = next(before).MoveToOuterDisposeScope();
            // What is not a number gets no better.
            solved = ++iteration % Between == 0 && !Judge(codes).Gap.gt(Silent * stop.Tolerance).any().item<bool>();
        }
        return Result(codes, iteration, stop).InOuterScope();
    }

    /// <summary>What codes are worth.</summary>
    /// <returns>Tensors that the caller's scope owns.</returns>
    internal SparseCodes Result(Tensor codes, int iterations, StoppingRule stop)
    {
        using var scope = torch.NewDisposeScope();
        var (objective, gap, residual) = Judge(codes);
        bool converged = gap.le(Silent * stop.Tolerance).all().item<bool>();
        string? warning = converged ? null : string.Create(CultureInfo.InvariantCulture,
            $"Sparse codes did not converge in {iterations} iterations: of {gap.numel()} examples {gap.le(Silent * stop.Tolerance).logical_not().sum().item<long>()} have a duality gap above {stop.Tolerance:0.0e+0} of |x|^2 / 2.");
        return new SparseCodes(codes, objective, gap, residual, iterations, converged, warning).InOuterScope();
    }

    // The gap is written so that nothing nearly equal is subtracted: with c = D r and s = min(1, lambda / max |c|), it is (1 - s)^2 |r|^2 / 2 + sum_k (lambda |a_k| - s a_k c_k), whose terms are none of them negative.
    private (Tensor Objective, Tensor Gap, Tensor Residual) Judge(Tensor codes)
    {
        var r = examples - codes.matmul(dictionary);
        var (half, cost, c) = (r.square().sum([-1]) * 0.5, codes.abs().sum([-1]) * penalty, r.matmul(dictionary.mT));
        var s = (c.abs().amax([-1]).clamp_min(penalty) / penalty).reciprocal();
        var gap = ((1 - s).square() * half) + cost - (s * (codes * c).sum([-1]));
        var residual = torch.where(codes.eq(0), (c.abs() - penalty).relu(), (c - (codes.sign() * penalty)).abs()).amax([-1]);
        return (half + cost, gap.clamp_min(0), residual);
    }
}
