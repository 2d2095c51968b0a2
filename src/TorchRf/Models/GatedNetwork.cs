namespace TorchRf.Models;

/// <summary>
/// The gated net f(x) = (1/K) sum_k g_k(x) (w_k.x + b_k) (LSG's code): linear units that gates, which see the same input and do not learn,
/// open and close.
/// </summary>
public sealed class GatedNetwork : UnitNetwork
{
    private readonly nn.Module<Tensor, Tensor> gate;

    /// <param name="inits">How many initialisations.</param>
    /// <param name="units">K.</param>
    /// <param name="sites">N.</param>
    /// <param name="gate">From x to g, shape (inits, K, batch) or one that broadcasts to it; the network takes it over.</param>
    /// <param name="generator">What draws the receptive fields; its device is the network's.</param>
    /// <param name="initialBias">b_k at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether the b_k are trained or stay as they are.</param>
    /// <param name="scale">Factor on the variance of Glorot's initialisation.</param>
    public GatedNetwork(int inits, int units, int sites, nn.Module<Tensor, Tensor> gate, Generator generator, double? initialBias = null, bool trainBias = true, double scale = 1)
        : base(nameof(GatedNetwork), inits, units, sites, generator, Activation.Linear, initialBias, trainBias, scale)
    {
        this.gate = gate;
        RegisterComponents();
        Draw(generator);
    }

    /// <summary>g_k(x) (w_k.x + b_k), shape (inits, K, batch).</summary>
    public override Tensor Responses(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return (gate.call(input) * Inputs(input)).MoveToOuterDisposeScope();
    }
}

/// <summary>Gates g_k(x) = 1 where u_k.x > 0 and 0 elsewhere, along fixed directions u_k, for every initialisation (LSG's code gates by random directions).</summary>
public sealed class HalfSpaceGate : nn.Module<Tensor, Tensor>, IResetParameters
{
    private readonly Tensor directions;

    /// <param name="inits">How many initialisations.</param>
    /// <param name="units">K.</param>
    /// <param name="sites">N.</param>
    /// <param name="generator">What draws the directions, standard normal; its device is the gates'.</param>
    public HalfSpaceGate(int inits, int units, int sites, Generator generator) : base(nameof(HalfSpaceGate))
    {
        directions = UnitNetwork.Kept(torch.zeros([inits, units, sites], device: generator.device), trained: false);
        RegisterComponents();
        reset_parameters(generator);
    }

    /// <summary>u, shape (inits, units, N): a buffer.</summary>
    public Tensor Directions => directions;

    /// <inheritdoc/>
    public void reset_parameters(Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        directions.copy_(torch.randn(directions.shape, device: generator.device, generator: generator));
    }

    /// <summary>Which units are open.</summary>
    /// <param name="input">Shape (batch, N) or (inits, batch, N).</param>
    /// <returns>0 or 1, shape (inits, units, batch).</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return UnitNetwork.WeightedSums(directions, input).gt(0).to(input.dtype).MoveToOuterDisposeScope();
    }
}
