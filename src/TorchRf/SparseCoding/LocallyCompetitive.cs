namespace TorchRf.SparseCoding;

/// <summary>
/// The locally competitive algorithm (LCA; Rozell, Johnson, Baraniuk and Olshausen 2008), neurons that inhibit each other: tau du/dt = x D^T - u - a (D D^T - 1) and a = u shrunk by lambda, from u = 0. At rest
/// the codes are the lasso's, for atoms of any length. Euler's steps are of tau/L, L the Gram matrix's largest eigenvalue, and at most tau.
/// </summary>
/// <param name="stop">When to stop; without, as <see cref="StoppingRule"/> has it by default.</param>
public sealed class LocallyCompetitive(StoppingRule? stop = null) : ISparseCoder
{
    private readonly StoppingRule stop = stop ?? new StoppingRule();

    /// <inheritdoc/>
    public SparseCodes Encode(Tensor dictionary, Tensor examples, double penalty)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var problem = new Lasso(dictionary, examples, penalty);
        var step = problem.Steps().Step.clamp_max(1);
        var (pull, mixing, leak) = (problem.Seen * step, problem.Gram * step, 1 - step);
        using Scalar above = penalty, below = -penalty;
        var potential = torch.zeros_like(pull);
        return problem.Solve(torch.zeros_like(pull), stop, at =>
        {
            potential.mul_(leak).add_(pull).sub_(at.matmul(mixing)).add_(at * step);
            return potential - potential.clamp(below, above);
        }).InOuterScope();
    }
}
