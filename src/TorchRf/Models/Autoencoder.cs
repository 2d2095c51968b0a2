using TorchSharp.Utils;

namespace TorchRf.Models;

/// <summary>What an autoencoder pays for the activity of its hidden units (LSG's code).</summary>
public enum Sparsity
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The Kullback-Leibler divergence of their mean activity from a target.</summary>
    KL,

    /// <summary>Their mean absolute input.</summary>
    L1,
}

/// <summary>
/// An autoencoder x' = D act(W x + b) + d that learns to give back its input (LSG's code). Its loss is
/// mean (x' - x)^2 over examples and sites, plus beta times the mean over units of what their inputs u = w_k.x + b_k cost:
/// with KL, rho log(rho / r_k) + (1 - rho) log((1 - rho) / (1 - r_k)) where r_k is the batch's mean of sigmoid(u_k); with L1, mean |u_k|.
/// </summary>
public sealed class Autoencoder : UnitNetwork, IReconstruction
{
    private readonly Parameter decoder;
    [ComponentName(Name = "decoder_bias")]
    private readonly Tensor? decoderBias;
    private readonly Sparsity sparsity;
    private readonly double strength;
    private readonly double target;

    /// <param name="inits">How many initialisations.</param>
    /// <param name="units">K.</param>
    /// <param name="sites">N.</param>
    /// <param name="generator">What draws W and D; its device is the network's.</param>
    /// <param name="activation">The units' response.</param>
    /// <param name="initialBias">b and d at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether b and d are trained or stay as they are.</param>
    /// <param name="sparsity">What activity costs.</param>
    /// <param name="strength">beta, how much; not negative.</param>
    /// <param name="target">rho in (0, 1).</param>
    /// <param name="scale">Factor on the variance of Glorot's initialisation, of W and of D.</param>
    /// <exception cref="ArgumentOutOfRangeException">beta or rho is out of its range.</exception>
    public Autoencoder(
        int inits, int units, int sites, Generator generator, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true,
        Sparsity sparsity = Sparsity.None, double strength = 0, double target = 0.05, double scale = 1)
        : base(nameof(Autoencoder), inits, units, sites, generator, activation, initialBias, trainBias, scale)
    {
        if (!(strength >= 0 && double.IsFinite(strength)))
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "a sparsity's strength is not negative");
        if (!(target > 0 && target < 1))
            throw new ArgumentOutOfRangeException(nameof(target), target, "a sparsity's target is between 0 and 1");
        (this.sparsity, this.strength, this.target) = (sparsity, strength, target);
        decoder = (Parameter)Kept(torch.zeros([inits, sites, units], device: generator.device), trained: true);
        if (initialBias is not null)
            decoderBias = Kept(torch.zeros([inits, sites], device: generator.device), trainBias);
        RegisterComponents();
        Draw(generator);
    }

    /// <summary>D, shape (inits, N, K).</summary>
    public Parameter Decoder => decoder;

    /// <inheritdoc/>
    protected override Tensor Output(Tensor responses)
    {
        var x = decoder.matmul(responses).mT;
        return decoderBias is null ? x : x + decoderBias.unsqueeze(1);
    }

    /// <inheritdoc/>
    public Tensor Losses(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var u = Inputs(input);
        var error = (Output(Respond(u)) - input).square().mean([-2, -1]);
        return (sparsity == Sparsity.None ? error : error + (Cost(u) * strength)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Draw(Generator generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        decoder.copy_(Glorot.Normal((int)decoder.shape[0], (int)decoder.shape[2], scale, generator, (int)decoder.shape[1]));
        decoderBias?.fill_(initialBias);
        base.Draw(generator);
    }

    // A mean over the units, shape (inits).
    private Tensor Cost(Tensor u)
    {
        if (sparsity == Sparsity.L1)
            return u.abs().mean([-2, -1]);
        // Saturated units would make log(0); a unit in 10 million examples is as good as none.
        var activity = u.sigmoid().mean([-1]).clamp(1e-7, 1 - 1e-7);
        var divergence = (target * Math.Log(target)) - (target * activity.log())
            + ((1 - target) * Math.Log(1 - target)) - ((1 - target) * (1 - activity).log());
        return divergence.mean([-1]);
    }
}
