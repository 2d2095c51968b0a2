namespace TorchRf.Models;

/// <summary>
/// IG's control, which has the convolution built in: K kernels slide around the ring, h_k(x) = mean_i act(sum_t w_kt x_(i+t) + b_k),
/// and a head weighs them as in <see cref="TwoLayerNetwork"/>. Rotating the ring does not change what it answers.
/// </summary>
/// <remarks>
/// The weight holds the kernels placed in the middle of N sites, so that they can be looked at as receptive fields. Outside of the kernel
/// it is 0, has no gradient, and stays 0.
/// </remarks>
public sealed class ConvolutionalNetwork : UnitNetwork
{
    private readonly LinearHead head;
    private readonly int kernel;

    /// <param name="sites">N.</param>
    /// <param name="head">The second layer, which says how many initialisations and kernels there are; the network takes it over.</param>
    /// <param name="generator">What draws the receptive fields, whose middle the kernels are; its device is the network's.</param>
    /// <param name="activation">The units' response.</param>
    /// <param name="initialBias">b_k at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether the b_k are trained or stay as they are.</param>
    /// <param name="kernel">Sites a kernel sees; 5 in IG.</param>
    /// <param name="scale">Factor on the variance of Glorot's initialisation.</param>
    /// <exception cref="ArgumentOutOfRangeException">The kernel has no site or more than the ring.</exception>
    public ConvolutionalNetwork(
        int sites, LinearHead head, Generator generator, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true,
        int kernel = 5, double scale = 1)
        : base(nameof(ConvolutionalNetwork), head.Inits, head.Units, sites, generator, activation, initialBias, trainBias, scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kernel, sites);
        (this.head, this.kernel) = (head, kernel);
        RegisterComponents();
        Draw(generator);
    }

    /// <summary>The second layer.</summary>
    public LinearHead Head => head;

    /// <summary>The kernels, shape (inits, K, kernel): a view of the weight.</summary>
    public Tensor Kernels => Middle(weight);

    internal override double UnitShare => head.Scale;

    /// <inheritdoc/>
    protected override Tensor Output(Tensor responses) => head.call(responses);

    /// <summary>What every kernel answers, averaged over the positions; shape (inits, K, batch).</summary>
    public override Tensor Responses(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Respond(Inputs(input)).mean([-1]).MoveToOuterDisposeScope();
    }

    // At every position, shape (inits, K, batch, N).
    private protected override Tensor Inputs(Tensor input)
    {
        var (sites, dim) = (input.shape[^1], input.dim() - 2);
        var around = kernel == 1 ? input : torch.cat([input, input.narrow(-1, 0, kernel - 1)], -1);
        // (kernel, batch * N), or that for every initialisation.
        var patches = torch.stack(Enumerable.Range(0, kernel).Select(t => around.narrow(-1, t, sites)), dim).flatten(-2);
        var u = Kernels.matmul(patches).view(weight.shape[0], weight.shape[1], input.shape[^2], sites);
        return bias is null ? u : u + bias.unsqueeze(-1).unsqueeze(-1);
    }

    private protected override Tensor Prepared(Tensor initial)
    {
        var placed = torch.zeros_like(initial);
        Middle(placed).copy_(Middle(initial));
        return placed;
    }

    private Tensor Middle(Tensor fields) => fields.narrow(-1, (fields.shape[2] - kernel) / 2, kernel);
}
