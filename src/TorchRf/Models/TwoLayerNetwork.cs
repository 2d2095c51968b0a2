namespace TorchRf.Models;

/// <summary>
/// A two-layer network f_c(x) = (1/K) sum_k v_ck act(w_k.x + b_k) + o_c whose second layer can be trained too (IG; LSG section 5 for
/// several classes). IG divides x by sqrt(N) and has erf units.
/// </summary>
public sealed class TwoLayerNetwork : UnitNetwork
{
    private readonly LinearHead head;
    private readonly double inputScale;

    /// <param name="initial">The initial receptive fields, shape (inits, K, N); copied.</param>
    /// <param name="head">The second layer, of as many initialisations and units; the network takes it over.</param>
    /// <param name="activation">The units' response.</param>
    /// <param name="initialBias">b_k at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether the b_k are trained or stay as they are.</param>
    /// <param name="scaleInput">Whether x is divided by sqrt(N), as in IG.</param>
    /// <exception cref="ArgumentException">The initial weights are not of that shape, or the head does not fit them.</exception>
    public TwoLayerNetwork(
        Tensor initial, LinearHead head, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true,
        bool scaleInput = false)
        : base(nameof(TwoLayerNetwork), initial, activation, initialBias, trainBias)
    {
        head.RequireFit(weight);
        this.head = head;
        inputScale = scaleInput ? 1 / Math.Sqrt(weight.shape[2]) : 1;
        RegisterComponents();
    }

    /// <summary>The second layer.</summary>
    public LinearHead Head => head;

    /// <summary>f(x) of every initialisation.</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, batch) with one output, (inits, batch, C) with C.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return head.call(Responses(input)).MoveToOuterDisposeScope();
    }

    private protected override Tensor Inputs(Tensor input) => base.Inputs(inputScale == 1 ? input : input * inputScale);
}
