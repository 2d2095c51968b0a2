using System.Text.Json.Serialization;

namespace TorchRf.Models;

/// <summary>A model whose first layer looks at the sites through weights.</summary>
public interface IReceptiveFields
{
    /// <summary>The receptive fields of every unit of every initialisation, shape (inits, units, N).</summary>
    Parameter Weight { get; }
}

/// <summary>A model that learns without labels, from a loss of its own.</summary>
public interface IReconstruction
{
    /// <summary>The loss of every initialisation.</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits).</returns>
    Tensor Losses(Tensor input);
}

/// <summary>A unit's response to its input w.x + b.</summary>
public enum Activation
{
    /// <summary>max(0, u).</summary>
    [JsonStringEnumMemberName("relu")]
    ReLU,

    /// <summary>erf(u / sqrt(2)), IG's unit.</summary>
    Erf,

    /// <summary>1 / (1 + exp(-u)).</summary>
    Sigmoid,

    /// <summary>tanh(u).</summary>
    Tanh,

    /// <summary>u itself.</summary>
    Linear,

    /// <summary>(1 + erf(u / sqrt(2))) / 2, between 0 and 1.</summary>
    [JsonStringEnumMemberName("erf-plus")]
    ErfPlus,

    /// <summary>u^3 / 3.</summary>
    Cube,

    /// <summary>u - u^3 / 3.</summary>
    [JsonStringEnumMemberName("odd-cubic")]
    OddCubic,

    /// <summary>The start of <see cref="Erf"/>'s series, (2 / sqrt(pi)) (u / sqrt(2) - u^3 / (3 sqrt(8))).</summary>
    [JsonStringEnumMemberName("erf-cubic")]
    ErfCubic,
}

/// <summary>Glorot's initialisation.</summary>
public static class Glorot
{
    /// <summary>
    /// Normal numbers with standard deviation sqrt(2 / (N + units)) times sqrt(scale) (Glorot and Bengio 2010; LSG appendix).
    /// </summary>
    /// <remarks>Not torch's xavier_normal_, for which the initialisations would be inputs of a layer.</remarks>
    /// <param name="inits">How many initialisations.</param>
    /// <param name="sites">N.</param>
    /// <param name="scale">Factor on the variance; LSG's small initialisation has 0.001.</param>
    /// <param name="generator">The stream of randomness; its device is where the weights are made.</param>
    /// <param name="units">Units a network has; 1 for a single neuron.</param>
    /// <returns>Float32, shape (inits, units, N).</returns>
    public static Tensor Normal(int inits, int sites, double scale, Generator generator, int units = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inits);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sites);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units);
        return torch.randn([inits, units, sites], device: generator.device, generator: generator).mul_(Math.Sqrt(2.0 / (sites + units) * scale));
    }
}

// Fields' names are parameters' names, and torch's are lower case.
#pragma warning disable CA1708
/// <summary>
/// A network whose first layer is of units act(w_k.x + b_k), in many initialisations that train side by side as one batched
/// module: they share nothing but the batch they are shown, so each learns as it would alone.
/// </summary>
/// <remarks>
/// It is made in Float32 on the generator's device. <c>to(device)</c> and <c>to(dtype)</c> give it new parameters: call them before an optimiser or a trainer is made of it. What does
/// not learn (a frozen bias, a frozen second layer, gates) is a buffer: it moves, is saved and loaded with the rest, and no optimiser sees it. A network of one's own calls
/// <c>RegisterComponents</c> and <see cref="Draw"/> at the end of its constructor.
/// </remarks>
public abstract class UnitNetwork : nn.Module<Tensor, Tensor>, IReceptiveFields, IResetParameters
#pragma warning restore CA1708
{
    // Not private, for a module finds its parameters among the fields that it declares or inherits.
    private protected readonly Parameter weight;
    private protected readonly Tensor? bias;
    private protected readonly Activation activation;
    private protected readonly double initialBias, scale;

    /// <param name="name">The module's name.</param>
    /// <param name="inits">How many initialisations.</param>
    /// <param name="units">K, how many units each has.</param>
    /// <param name="sites">N, how many sites each unit sees.</param>
    /// <param name="generator">What draws the parameters; its device is where they are made.</param>
    /// <param name="activation">The units' response.</param>
    /// <param name="initialBias">b at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether b is trained or stays as it is.</param>
    /// <param name="scale">Factor on the variance of Glorot's initialisation; LSG's small one has 0.001.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    protected UnitNetwork(string name, int inits, int units, int sites, Generator generator, Activation activation, double? initialBias, bool trainBias, double scale) : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inits);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sites);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        (this.activation, this.scale) = (activation, scale);
        weight = (Parameter)Kept(torch.zeros([inits, units, sites], device: generator.device), trained: true);
        if (initialBias is double b)
            (bias, this.initialBias) = (Kept(torch.zeros([inits, units], device: generator.device), trainBias), b);
    }

    /// <summary>Whether the second half of the units, of an odd number the larger, starts at minus the bias; setting it puts the biases at their start.</summary>
    public bool SplitBias
    {
        get;
        init
        {
            field = value;
            ResetBias();
        }
    }

    /// <inheritdoc/>
    public Parameter Weight => weight;

    /// <summary>By what a unit's part in the answer is multiplied (1/K in a mean); a unit learns at the learning rate times this.</summary>
    internal virtual double UnitShare => 1.0 / weight.shape[1];

    /// <summary>b of each unit, shape (inits, units), a parameter where it learns; null without.</summary>
    public Tensor? Bias => bias;

    /// <inheritdoc/>
    /// <remarks>The receptive fields are drawn last, so that the rest is the same whatever they are.</remarks>
    public void reset_parameters(Generator generator)
    {
        foreach (var part in children().OfType<IResetParameters>())
            part.reset_parameters(generator);
        Draw(generator);
    }

    /// <summary>Starts from given receptive fields, such as the theory starts from, with the bias at its start.</summary>
    /// <param name="initial">Shape (inits, units, N), of any dtype on any device; copied.</param>
    /// <exception cref="ArgumentException">They are not of that shape.</exception>
    public void StartFrom(Tensor initial)
    {
        if (!initial.shape.SequenceEqual(weight.shape))
            throw new ArgumentException($"Initial receptive fields have shape (inits, units, N), here ({string.Join(", ", weight.shape)}), not ({string.Join(", ", initial.shape)}).", nameof(initial));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        weight.copy_(Prepared(initial));
        ResetBias();
    }

    /// <summary>f(x) of every initialisation.</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, batch) with one output, (inits, batch, C) with C, one a class or one a site.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Output(Responses(input)).MoveToOuterDisposeScope();
    }

    /// <summary>What every unit answers, act(w_k.x + b_k).</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, units, batch).</returns>
    public virtual Tensor Responses(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Respond(Inputs(input)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The units that answer 0 to every example of a batch. A ReLU unit with a bias that does so on all data has no gradient
    /// and stays dead; without a bias, half of symmetric data drive it.
    /// </summary>
    /// <param name="input">As <see cref="Responses"/> takes it.</param>
    /// <returns>Truth values, shape (inits, units).</returns>
    public Tensor DeadUnits(Tensor input)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        // A kernel is dead where all its places are.
        var largest = Responses(input).abs().amax([-1]);
        return largest.view(largest.shape[0], weight.shape[1], -1).eq(0).all(-1).MoveToOuterDisposeScope();
    }

    /// <summary>Draws what of this module itself, but not of those within it, is random at the start.</summary>
    /// <param name="generator">The stream of randomness.</param>
    protected virtual void Draw(Generator generator)
    {
        using var initial = Glorot.Normal((int)weight.shape[0], (int)weight.shape[2], scale, generator, (int)weight.shape[1]);
        StartFrom(initial);
    }

    /// <summary>f(x) from what the units answer: their mean, where a network does not say otherwise.</summary>
    /// <param name="responses">Shape (inits, units, batch).</param>
    /// <returns>As <see cref="forward"/> returns it.</returns>
    protected virtual Tensor Output(Tensor responses) => responses.mean([1]);

    /// <summary>What the weights are, for given initial receptive fields.</summary>
    private protected virtual Tensor Prepared(Tensor initial) => initial;

    /// <summary>The units' inputs w_k.x + b_k, shape (inits, units, batch).</summary>
    private protected virtual Tensor Inputs(Tensor input)
    {
        var u = WeightedSums(weight, input);
        return bias is null ? u : u + bias.unsqueeze(-1);
    }

    /// <summary>The units' response to inputs of any shape.</summary>
    /// <param name="inputs">u.</param>
    protected virtual Tensor Respond(Tensor inputs) => activation switch
    {
        Activation.ReLU => inputs.relu(),
        Activation.Erf => (inputs * Math.Sqrt(0.5)).erf(),
        Activation.Sigmoid => inputs.sigmoid(),
        Activation.Tanh => inputs.tanh(),
        Activation.Linear => inputs,
        Activation.ErfPlus => ((inputs * Math.Sqrt(0.5)).erf() + 1) * 0.5,
        Activation.Cube => inputs.pow(3) / 3,
        Activation.OddCubic => inputs - (inputs.pow(3) / 3),
        Activation.ErfCubic => (inputs - (inputs.pow(3) / 6)) * Math.Sqrt(2 / Math.PI),
        _ => throw new NotSupportedException($"{activation} is no activation."),
    };

    /// <summary>The units' response, act(u), for training without autograd.</summary>
    internal Tensor Answers(Tensor inputs) => Respond(inputs);

    /// <summary>Its derivative act'(u), in a new tensor.</summary>
    internal Tensor Slopes(Tensor inputs) => activation switch
    {
        Activation.ReLU => inputs.gt(0).to(inputs.dtype),
        Activation.Erf => Bell(inputs, Math.Sqrt(2 / Math.PI)),
        Activation.Sigmoid => inputs.sigmoid().mul_(inputs.neg().sigmoid_()),
        Activation.Tanh => inputs.cosh().pow_(-2),
        Activation.Linear => torch.ones_like(inputs),
        Activation.ErfPlus => Bell(inputs, Math.Sqrt(0.5 / Math.PI)),
        Activation.Cube => inputs.square(),
        Activation.OddCubic => 1 - inputs.square(),
        Activation.ErfCubic => (1 - (inputs.square() / 2)) * Math.Sqrt(2 / Math.PI),
        _ => throw new NotSupportedException($"{activation} is no activation."),
    };

    private static Tensor Bell(Tensor inputs, double height)
    {
        using Scalar down = -0.5, high = height;
        return inputs.square().mul_(down).exp_().mul_(high);
    }

    private void ResetBias()
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        bias?.fill_(initialBias);
        if (SplitBias)
            bias?.narrow(-1, bias.shape[^1] / 2, bias.shape[^1] - (bias.shape[^1] / 2)).fill_(-initialBias);
    }

    /// <summary>w.x for every unit of every initialisation.</summary>
    /// <param name="weight">Shape (inits, units, N).</param>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, units, batch).</returns>
    internal static Tensor WeightedSums(Tensor weight, Tensor input) => input.dim() == 2
        // One product of two matrices, however many initialisations there are.
        ? weight.view(-1, weight.shape[2]).matmul(input.mT).view(weight.shape[0], weight.shape[1], -1)
        : weight.matmul(input.mT);

    /// <summary>A tensor as a module holds it, a parameter where it learns and a buffer where not; no scope owns it.</summary>
    internal static Tensor Kept(Tensor value, bool trained) => (trained ? new Parameter(value) : value).DetachFromDisposeScope();
}
