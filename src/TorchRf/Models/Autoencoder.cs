namespace TorchRf.Models;

/// <summary>
/// An autoencoder x' = D act(W x + b) + d that learns to give back its input (LSG's code). Its loss is
/// mean (x' - x)^2 over examples and sites, plus beta times the mean over units of what their inputs u = w_k.x + b_k cost:
/// with KL, rho log(rho / r_k) + (1 - rho) log((1 - rho) / (1 - r_k)) where r_k is the batch's mean of sigmoid(u_k); with L1, mean |u_k|.
/// </summary>
public sealed class Autoencoder : UnitNetwork, IReconstruction
{
    private readonly Parameter decoder;
    private readonly Parameter? decoderBias;
    private readonly Sparsity sparsity;
    private readonly double strength;
    private readonly double target;

    /// <param name="initial">The initial receptive fields W, shape (inits, K, N); copied.</param>
    /// <param name="decoder">D at the start, shape (inits, N, K); copied.</param>
    /// <param name="activation">The units' response.</param>
    /// <param name="initialBias">b and d at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether b and d are trained or stay as they are.</param>
    /// <param name="sparsity">What activity costs.</param>
    /// <param name="strength">beta, how much; not negative.</param>
    /// <param name="target">rho in (0, 1).</param>
    /// <exception cref="ArgumentException">The weights are not of that shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">beta or rho is out of its range.</exception>
    public Autoencoder(
        Tensor initial, Tensor decoder, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true,
        Sparsity sparsity = Sparsity.None, double strength = 0, double target = 0.05)
        : base(nameof(Autoencoder), initial, activation, initialBias, trainBias)
    {
        var (inits, units, sites) = (initial.shape[0], initial.shape[1], initial.shape[2]);
        if (!decoder.shape.SequenceEqual([inits, sites, units]))
            throw new ArgumentException($"The decoder has shape (inits, N, units), here ({inits}, {sites}, {units}), not ({string.Join(", ", decoder.shape)}).", nameof(decoder));
        if (!(strength >= 0 && double.IsFinite(strength)))
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "a sparsity's strength is not negative");
        if (!(target > 0 && target < 1))
            throw new ArgumentOutOfRangeException(nameof(target), target, "a sparsity's target is between 0 and 1");
        (this.sparsity, this.strength, this.target) = (sparsity, strength, target);
        this.decoder = new Parameter(decoder.detach().clone());
        if (initialBias is double b)
            decoderBias = new Parameter(torch.full([inits, sites], b, initial.dtype, initial.device), trainBias);
        RegisterComponents();
    }

    /// <summary>D, shape (inits, N, K).</summary>
    public Parameter Decoder => decoder;

    /// <summary>x' of every initialisation.</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, batch, N).</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Decode(Inputs(input)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Losses(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var u = Inputs(input);
        var error = (Decode(u) - input).square().mean([-2, -1]);
        return (error + (sparsity.Of(u, target) * strength)).MoveToOuterDisposeScope();
    }

    private Tensor Decode(Tensor u)
    {
        var x = decoder.matmul(Respond(u)).mT;
        return decoderBias is null ? x : x + decoderBias.unsqueeze(1);
    }
}
