namespace TorchRf.Models;

/// <summary>
/// The soft committee machine f(x) = (1/K) sum_k act(w_k.x + b_k) (LSG section 4). Each unit's gradient has the factor 1/K, so
/// that each learns at the rate lr/K: to learn as fast as a single neuron does, it needs K times that neuron's learning rate.
/// </summary>
public sealed class SoftCommittee : UnitNetwork
{
    /// <param name="initial">The initial receptive fields, shape (inits, K, N); copied.</param>
    /// <param name="activation">The units' response.</param>
    /// <param name="initialBias">b_k at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether the b_k are trained or stay as they are.</param>
    /// <exception cref="ArgumentException">The initial weights are not of that shape.</exception>
    public SoftCommittee(Tensor initial, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true)
        : base(nameof(SoftCommittee), initial, activation, initialBias, trainBias) => RegisterComponents();

    /// <summary>f(x) of every initialisation.</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, batch).</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Responses(input).mean([1]).MoveToOuterDisposeScope();
    }
}
