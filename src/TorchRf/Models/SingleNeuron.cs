namespace TorchRf.Models;

/// <summary>One neuron f(x) = act(w.x + b); ReLU without a bias in LSG.</summary>
public sealed class SingleNeuron : UnitNetwork
{
    /// <param name="initial">The initial receptive fields, shape (inits, 1, N); copied.</param>
    /// <param name="activation">The neuron's response; ReLU in LSG.</param>
    /// <param name="initialBias">b at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether b is trained or stays as it is.</param>
    /// <exception cref="ArgumentException">The initial weights are not of that shape.</exception>
    public SingleNeuron(Tensor initial, Activation activation = Activation.ReLU, double? initialBias = null, bool trainBias = true)
        : base(nameof(SingleNeuron), OfOneUnit(initial), activation, initialBias, trainBias) => RegisterComponents();

    /// <summary>Whether this is LSG's neuron, relu(w.x).</summary>
    internal bool IsReluWithoutBias => Bias is null && Activation == Activation.ReLU;

    /// <inheritdoc cref="Glorot.Normal"/>
    public static Tensor GlorotNormal(int inits, int sites, double scale, Generator generator, int units = 1) =>
        Glorot.Normal(inits, sites, scale, generator, units);

    /// <summary>f(x) of every initialisation.</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, batch).</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Responses(input).squeeze(1).MoveToOuterDisposeScope();
    }

    private static Tensor OfOneUnit(Tensor initial) => initial.dim() == 3 && initial.shape[1] == 1
        ? initial
        : throw new ArgumentException($"Initial weights have shape (inits, 1, N), not ({string.Join(", ", initial.shape)}).", nameof(initial));
}
