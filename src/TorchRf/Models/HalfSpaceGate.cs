namespace TorchRf.Models;

/// <summary>Gates g_k(x) = 1 where u_k.x > 0 and 0 elsewhere, along fixed directions u_k, for every initialisation (LSG's code gates by random directions).</summary>
public sealed class HalfSpaceGate : nn.Module<Tensor, Tensor>
{
    private readonly Parameter directions;

    /// <param name="directions">u, shape (inits, units, N); copied, never trained.</param>
    public HalfSpaceGate(Tensor directions) : base(nameof(HalfSpaceGate))
    {
        this.directions = new Parameter(directions.detach().clone(), requires_grad: false);
        RegisterComponents();
    }

    /// <summary>Which units are open.</summary>
    /// <param name="input">Shape (batch, N) or (inits, batch, N).</param>
    /// <returns>0 or 1, shape (inits, units, batch).</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return WeightedSums.Of(directions, input).gt(0).to(input.dtype).MoveToOuterDisposeScope();
    }
}
