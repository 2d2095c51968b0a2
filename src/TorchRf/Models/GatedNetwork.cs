namespace TorchRf.Models;

/// <summary>
/// The gated net f(x) = (1/K) sum_k g_k(x) (w_k.x + b_k) (LSG's code): linear units that gates, which see the same input and do not learn,
/// open and close.
/// </summary>
public sealed class GatedNetwork : UnitNetwork
{
    private readonly nn.Module<Tensor, Tensor> gate;

    /// <param name="initial">The initial receptive fields, shape (inits, K, N); copied.</param>
    /// <param name="gate">From x to g, shape (inits, K, batch) or one that broadcasts to it; the network takes it over.</param>
    /// <param name="initialBias">b_k at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether the b_k are trained or stay as they are.</param>
    /// <exception cref="ArgumentException">The initial weights are not of that shape.</exception>
    public GatedNetwork(Tensor initial, nn.Module<Tensor, Tensor> gate, double? initialBias = null, bool trainBias = true)
        : base(nameof(GatedNetwork), initial, Activation.Linear, initialBias, trainBias)
    {
        this.gate = gate;
        RegisterComponents();
    }

    /// <summary>f(x) of every initialisation.</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, batch).</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Responses(input).mean([1]).MoveToOuterDisposeScope();
    }

    /// <summary>g_k(x) (w_k.x + b_k), shape (inits, K, batch).</summary>
    public override Tensor Responses(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return (gate.call(input) * Inputs(input)).MoveToOuterDisposeScope();
    }
}
