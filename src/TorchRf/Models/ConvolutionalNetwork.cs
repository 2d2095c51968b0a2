using System.Text.Json.Serialization;

namespace TorchRf.Models;

/// <summary>What a convolutional network hands to its second layer.</summary>
public enum Readout
{
    /// <summary>The mean of each kernel's answers over all positions.</summary>
    Mean,

    /// <summary>Every answer of every kernel (IG's network whose second layer sees every position).</summary>
    Positions,

    /// <summary>Of kernels that do not reach across the border, the largest of two neighbouring answers, or of 2 x 2 (IG's convolutional network).</summary>
    [JsonStringEnumMemberName("max-pool")]
    MaxPool,
}

/// <summary>
/// IG's control, which has the convolution built in: K kernels slide around the ring or torus, h_ki(x) = act(sum_t w_kt x_(i+t) + b_k), and a head weighs their means over the positions i, or each
/// of them, or the largest of neighbours (<see cref="Readout"/>). Rotating the ring does not change the means.
/// </summary>
/// <remarks>
/// The weight holds the kernels placed in the middle of N sites, so that they can be looked at as receptive fields. Outside of the kernel
/// it is 0, has no gradient, and stays 0.
/// </remarks>
public sealed class ConvolutionalNetwork : UnitNetwork
{
    private readonly LinearHead head;
    private readonly Readout readout;
    private readonly int side, kernel;
    private readonly bool onTorus;

    /// <param name="sites">N.</param>
    /// <param name="kernels">K.</param>
    /// <param name="head">The second layer, which says how many initialisations there are and weighs <see cref="Weighed"/> answers; the network takes it over.</param>
    /// <param name="generator">What draws the receptive fields, whose middle the kernels are; its device is the network's.</param>
    /// <param name="activation">The units' response.</param>
    /// <param name="initialBias">b_k at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether the b_k are trained or stay as they are.</param>
    /// <param name="kernel">Sites a kernel sees along each axis; 5 in IG.</param>
    /// <param name="scale">Factor on the variance of Glorot's initialisation.</param>
    /// <param name="readout">What the second layer weighs.</param>
    /// <param name="side">The length of each axis: N on a ring, the default, and L on a torus of L x L.</param>
    /// <exception cref="ArgumentOutOfRangeException">The kernel has no site or more than the ring, or the head weighs another number of answers.</exception>
    public ConvolutionalNetwork(
        int sites, int kernels, LinearHead head, Generator generator, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true,
        int kernel = 5, double scale = 1, Readout readout = Readout.Mean, int? side = null)
        : base(nameof(ConvolutionalNetwork), head.Inits, kernels, sites, generator, activation, initialBias, trainBias, scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kernel, side ?? sites);
        if (head.Units != Weighed(sites, kernels, readout, kernel, side))
            throw new ArgumentOutOfRangeException(nameof(head), head.Units, $"the second layer is to weigh {Weighed(sites, kernels, readout, kernel, side)} answers");
        (this.head, this.readout, this.kernel, this.side, onTorus) = (head, readout, kernel, side ?? sites, side is int l && l != sites);
        RegisterComponents();
        Draw(generator);
    }

    /// <summary>How many answers a second layer weighs.</summary>
    /// <param name="sites">N.</param>
    /// <param name="kernels">K.</param>
    /// <param name="readout">What it weighs of each kernel.</param>
    /// <param name="kernel">Sites a kernel sees along each axis.</param>
    /// <param name="side">The length of each axis.</param>
    public static int Weighed(int sites, int kernels, Readout readout, int kernel = 5, int? side = null) => readout switch
    {
        Readout.Mean => kernels,
        Readout.Positions => kernels * sites,
        _ => kernels * (int)Math.Pow(((side ?? sites) - kernel + 1) / 2, side is int l && l != sites ? 2 : 1),
    };

    /// <summary>The second layer.</summary>
    public LinearHead Head => head;

    /// <summary>The kernels, shape (inits, K, kernel), or (inits, K, kernel, kernel) on a torus: a view of the weight.</summary>
    public Tensor Kernels => Middle(weight);

    internal override double UnitShare => head.Scale;

    /// <inheritdoc/>
    protected override Tensor Output(Tensor responses) => head.call(responses);

    /// <summary>What the second layer weighs: every kernel's answers averaged over the positions, shape (inits, K, batch), or all of them, or the largest of neighbours, a kernel after the other.</summary>
    public override Tensor Responses(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var answers = Respond(Inputs(input));
        return (readout switch
        {
            Readout.Mean => answers.mean([-1]),
            Readout.Positions => Places(answers),
            _ => Places(Pooled(answers)),
        }).MoveToOuterDisposeScope();
    }

    // (inits, K, batch, places) -> (inits, K places, batch).
    private static Tensor Places(Tensor answers) => answers.transpose(-1, -2).flatten(1, 2);

    private Tensor Pooled(Tensor answers)
    {
        long valid = side - kernel + 1, pooled = valid / 2;
        long[] batch = answers.shape[..^1];
        if (!onTorus)
            return answers.narrow(-1, 0, 2 * pooled).reshape([.. batch, pooled, 2]).amax([-1]);
        return answers.view([.. batch, side, side]).narrow(-1, 0, 2 * pooled).narrow(-2, 0, 2 * pooled)
            .reshape([.. batch, pooled, 2, pooled, 2]).amax([-1, -3]).flatten(-2);
    }

    // At every position, shape (inits, K, batch, N).
    private protected override Tensor Inputs(Tensor input)
    {
        var (sites, dim) = (input.shape[^1], input.dim() - 2);
        // (sites of the kernel, batch * N), or that for every initialisation.
        var patches = torch.stack(Shifted(input), dim).flatten(-2);
        var u = Kernels.flatten(2).matmul(patches).view(weight.shape[0], weight.shape[1], input.shape[^2], sites);
        return bias is null ? u : u + bias.unsqueeze(-1).unsqueeze(-1);
    }

    // The examples as each site of a kernel sees them from every position.
    private Tensor[] Shifted(Tensor input)
    {
        if (!onTorus)
        {
            var around = kernel == 1 ? input : torch.cat([input, input.narrow(-1, 0, kernel - 1)], -1);
            return [.. Enumerable.Range(0, kernel).Select(t => around.narrow(-1, t, input.shape[^1]))];
        }
        var plane = input.view([.. input.shape[..^1], side, side]);
        return [.. Enumerable.Range(0, kernel * kernel).Select(t => plane.roll([-(t / kernel), -(t % kernel)], [-2L, -1L]).flatten(-2))];
    }

    private protected override Tensor Prepared(Tensor initial)
    {
        var placed = torch.zeros_like(initial);
        Middle(placed).copy_(Middle(initial));
        return placed;
    }

    private Tensor Middle(Tensor fields)
    {
        long first = (side - kernel) / 2;
        return !onTorus ? fields.narrow(-1, first, kernel) : fields.view(fields.shape[0], fields.shape[1], side, side).narrow(-1, first, kernel).narrow(-2, first, kernel);
    }
}
