namespace TorchRf.Models;

/// <summary>
/// The soft committee machine f(x) = (1/K) sum_k act(w_k.x + b_k) (LSG section 4). Each unit's gradient has the factor 1/K, so
/// that each learns at the rate lr/K: to learn as fast as a single neuron does, it needs K times that neuron's learning rate.
/// </summary>
public sealed class SoftCommittee : UnitNetwork
{
    /// <inheritdoc cref="UnitNetwork(string, int, int, int, Generator, Activation, double?, bool, double)"/>
    public SoftCommittee(int inits, int units, int sites, Generator generator, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true, double scale = 1)
        : base(nameof(SoftCommittee), inits, units, sites, generator, activation, initialBias, trainBias, scale)
    {
        RegisterComponents();
        Draw(generator);
    }
}

/// <summary>One neuron f(x) = act(w.x + b); ReLU without a bias in LSG.</summary>
public sealed class SingleNeuron : UnitNetwork
{
    /// <inheritdoc cref="UnitNetwork(string, int, int, int, Generator, Activation, double?, bool, double)"/>
    public SingleNeuron(int inits, int sites, Generator generator, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true, double scale = 1)
        : base(nameof(SingleNeuron), inits, 1, sites, generator, activation, initialBias, trainBias, scale)
    {
        RegisterComponents();
        Draw(generator);
    }

    /// <summary>Whether this is LSG's neuron, relu(w.x).</summary>
    internal bool IsReluWithoutBias => Bias is null && activation == Activation.ReLU;

    /// <inheritdoc/>
    protected override Tensor Output(Tensor responses) => responses.squeeze(1);
}
