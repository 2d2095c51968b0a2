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

    /// <param name="initial">Initial receptive fields, shape (inits, K, N); their middle is copied, the rest of them ignored.</param>
    /// <param name="head">The second layer, of as many initialisations and units; the network takes it over.</param>
    /// <param name="activation">The units' response.</param>
    /// <param name="initialBias">b_k at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether the b_k are trained or stay as they are.</param>
    /// <param name="kernel">Sites a kernel sees; 5 in IG.</param>
    /// <exception cref="ArgumentException">The initial weights are not of that shape, or the head does not fit them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The kernel has no site or more than the ring.</exception>
    public ConvolutionalNetwork(
        Tensor initial, LinearHead head, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true, int kernel = 5)
        : base(nameof(ConvolutionalNetwork), Placed(initial, kernel), activation, initialBias, trainBias)
    {
        head.RequireFit(weight);
        (this.head, this.kernel) = (head, kernel);
        RegisterComponents();
    }

    /// <summary>The second layer.</summary>
    public LinearHead Head => head;

    /// <summary>The kernels, shape (inits, K, kernel): a view of the weight.</summary>
    public Tensor Kernels => weight.narrow(-1, First(weight.shape[2], kernel), kernel);

    /// <summary>f(x) of every initialisation.</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, batch) with one output, (inits, batch, C) with C.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return head.call(Responses(input)).MoveToOuterDisposeScope();
    }

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

    private static long First(long sites, int kernel) => (sites - kernel) / 2;

    private static Tensor Placed(Tensor initial, int kernel)
    {
        if (initial.dim() != 3)
            return initial;
        long sites = initial.shape[2];
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kernel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(kernel, sites);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var placed = torch.zeros(initial.shape, initial.dtype, initial.device);
        placed.narrow(-1, First(sites, kernel), kernel).copy_(initial.narrow(-1, First(sites, kernel), kernel));
        return placed.MoveToOuterDisposeScope();
    }
}
