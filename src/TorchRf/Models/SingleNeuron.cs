namespace TorchRf.Models;

/// <summary>
/// One neuron f(x) = act(w.x + b), in many initialisations that train side by side as one batched module: they share
/// nothing but the batch they are shown, so each learns as it would alone.
/// </summary>
public sealed class SingleNeuron : nn.Module<Tensor, Tensor>, IReceptiveFields
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly Activation activation;

    /// <param name="initial">The initial receptive fields, shape (inits, 1, N); copied.</param>
    /// <param name="activation">The neuron's response; ReLU in LSG.</param>
    /// <param name="initialBias">b at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether b is trained or stays as it is.</param>
    /// <exception cref="ArgumentException">The initial weights are not of that shape.</exception>
    public SingleNeuron(Tensor initial, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true)
        : base(nameof(SingleNeuron))
    {
        if (initial.dim() != 3 || initial.shape[1] != 1)
            throw new ArgumentException($"Initial weights have shape (inits, 1, N), not ({string.Join(", ", initial.shape)}).", nameof(initial));
        this.activation = activation;
        weight = new Parameter(initial.detach().clone());
        if (initialBias is double b)
            bias = new Parameter(torch.full([initial.shape[0], 1], b, initial.dtype, initial.device), trainBias);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public Parameter Weight => weight;

    /// <summary>b of each initialisation, shape (inits, 1); null without.</summary>
    public Parameter? Bias => bias;

    /// <summary>
    /// Glorot's normal initialisation, standard deviation sqrt(2 / (N + units)) times sqrt(scale) (LSG appendix).
    /// </summary>
    /// <param name="inits">How many initialisations.</param>
    /// <param name="sites">N.</param>
    /// <param name="scale">Factor on the variance; LSG's small initialisation has 0.001.</param>
    /// <param name="generator">The stream of randomness; its device is where the weights are made.</param>
    /// <param name="units">Units a network has; 1 for a single neuron.</param>
    /// <returns>Float32, shape (inits, units, N).</returns>
    public static Tensor GlorotNormal(int inits, int sites, double scale, Generator generator, int units = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inits);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sites);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        return torch.randn([inits, units, sites], device: generator.device, generator: generator).mul_(Math.Sqrt(2.0 / (sites + units) * scale));
    }

    /// <summary>f(x) of every initialisation.</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, batch).</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var u = input.dim() == 2
            ? weight.squeeze(1).matmul(input.mT)
            : weight.matmul(input.mT).squeeze(1);
        if (bias is not null)
            u = u + bias;
        return activation.Apply(u).MoveToOuterDisposeScope();
    }
}
