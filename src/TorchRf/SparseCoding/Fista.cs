namespace TorchRf.SparseCoding;

/// <summary>
/// Iterative shrinkage with momentum (FISTA; Beck and Teboulle 2009): a gradient step of length 1/L from a point ahead of the codes, then shrinkage by lambda/L. An example's momentum starts anew whenever it
/// leads uphill (O'Donoghue and Candès 2015). All examples go side by side, on any device.
/// </summary>
/// <param name="stop">When to stop; without, as <see cref="StoppingRule"/> has it by default.</param>
public sealed class Fista(StoppingRule? stop = null) : ISparseCoder
{
    private readonly StoppingRule stop = stop ?? new StoppingRule();

    /// <inheritdoc/>
    public SparseCodes Encode(Tensor dictionary, Tensor examples, double penalty)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var problem = new Lasso(dictionary, examples, penalty);
        var (step, threshold) = problem.Steps();
        var (pull, mixing, below) = (problem.Seen * step, problem.Gram * step, -threshold);
        using Scalar one = 1.0, half = 0.5, four = 4.0;
        var start = torch.ones_like(pull.narrow(-1, 0, 1));
        var (codes, ahead, momentum) = (torch.zeros_like(pull), torch.zeros_like(pull), start.clone());
        return problem.Solve(codes, stop, at =>
        {
            var moved = ahead + pull - ahead.matmul(mixing);
            moved = moved - moved.clamp(below, threshold);
            var change = moved - at;
            var kept = torch.where(((ahead - moved) * change).sum([-1], keepdim: true).gt(0), start, momentum);
            momentum.copy_(kept.square().mul_(four).add_(one).sqrt_().add_(one).mul_(half));
            ahead.copy_(moved + (kept.sub_(one).div_(momentum) * change));
            return moved;
        }).InOuterScope();
    }
}
