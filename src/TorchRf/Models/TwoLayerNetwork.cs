using System.Text.Json.Serialization;

namespace TorchRf.Models;

/// <summary>
/// A two-layer network f_c(x) = (1/K) sum_k v_ck act(w_k.x + b_k) whose second layer can be trained too (IG; LSG section 5 for
/// several classes). IG divides x by sqrt(N) and has erf units.
/// </summary>
public sealed class TwoLayerNetwork : UnitNetwork
{
    private readonly LinearHead head;
    private readonly double inputScale;

    /// <param name="sites">N.</param>
    /// <param name="head">The second layer, which says how many initialisations and units there are; the network takes it over.</param>
    /// <param name="generator">What draws the receptive fields; its device is the network's.</param>
    /// <param name="activation">The units' response.</param>
    /// <param name="initialBias">b_k at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether the b_k are trained or stay as they are.</param>
    /// <param name="scaleInput">Whether x is divided by sqrt(N), as in IG.</param>
    /// <param name="scale">Factor on the variance of Glorot's initialisation.</param>
    public TwoLayerNetwork(
        int sites, LinearHead head, Generator generator, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true,
        bool scaleInput = false, double scale = 1)
        : base(nameof(TwoLayerNetwork), head.Inits, head.Units, sites, generator, activation, initialBias, trainBias, scale)
    {
        this.head = head;
        inputScale = scaleInput ? 1 / Math.Sqrt(sites) : 1;
        RegisterComponents();
        Draw(generator);
    }

    /// <summary>The second layer.</summary>
    public LinearHead Head => head;

    /// <summary>What x is multiplied by.</summary>
    internal double InputScale => inputScale;

    internal override double UnitShare => head.Scale;

    /// <inheritdoc/>
    protected override Tensor Output(Tensor responses) => head.call(responses);

    private protected override Tensor Inputs(Tensor input) => base.Inputs(inputScale == 1 ? input : input * inputScale);
}

/// <summary>What a head divides its sum over K units by.</summary>
public enum HeadScaling
{
    /// <summary>K: units move far from their start (IG's mean-field scaling).</summary>
    [JsonStringEnumMemberName("mean-field")]
    MeanField,

    /// <summary>sqrt(K): units move little where K is large (IG's lazy scaling).</summary>
    Lazy,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>The second layer f_c = (1/K) sum_k v_ck h_k of a network, or with 1/sqrt(K), for every initialisation.</summary>
public sealed class LinearHead : nn.Module<Tensor, Tensor>, IResetParameters
{
    private readonly Tensor weight;
    private readonly double scale;
    private readonly Head start;

    /// <param name="inits">How many initialisations.</param>
    /// <param name="units">K.</param>
    /// <param name="generator">What draws v, standard normal as in IG where it is drawn; its device is the head's.</param>
    /// <param name="outputs">C.</param>
    /// <param name="scaling">What the sum over units is divided by.</param>
    /// <param name="start">Whether v is drawn and trained, or a buffer that stays as it is.</param>
    /// <exception cref="ArgumentOutOfRangeException">v is to be 1, and there are more outputs than that and its negative.</exception>
    public LinearHead(int inits, int units, Generator generator, int outputs = 1, HeadScaling scaling = HeadScaling.MeanField, Head start = Models.Head.Trained)
        : base(nameof(LinearHead))
    {
        if (start == Models.Head.Ones && outputs > 2)
            throw new ArgumentOutOfRangeException(nameof(outputs), outputs, "a second layer of ones has one output, or two that are each other's negative");
        this.start = start;
        weight = UnitNetwork.Kept(torch.zeros([inits, outputs, units], device: generator.device), start == Models.Head.Trained);
        scale = scaling switch { HeadScaling.MeanField => 1.0 / units, HeadScaling.Lazy => 1 / Math.Sqrt(units), _ => 1 };
        RegisterComponents();
        reset_parameters(generator);
    }

    /// <summary>v, shape (inits, C, K), a parameter where it learns.</summary>
    public Tensor Weight => weight;

    /// <summary>What the sum over units is multiplied by.</summary>
    internal double Scale => scale;

    /// <summary>Whether v is 1 and stays so.</summary>
    internal bool IsOnes => start == Models.Head.Ones;

    internal int Inits => (int)weight.shape[0];

    internal int Units => (int)weight.shape[2];

    /// <inheritdoc/>
    public void reset_parameters(Generator generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (start != Models.Head.Ones)
        {
            weight.copy_(torch.randn(weight.shape, device: generator.device, generator: generator));
            return;
        }
        weight.fill_(1);
        if (weight.shape[1] == 2)
            weight[.., 1].neg_();
    }

    /// <summary>Weighs what the units answer.</summary>
    /// <param name="input">h, shape (inits, K, batch).</param>
    /// <returns>Shape (inits, batch) with one output, (inits, batch, C) with C.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var f = weight.matmul(input) * scale;
        return (f.shape[1] == 1 ? f.squeeze(1) : f.mT).MoveToOuterDisposeScope();
    }
}
