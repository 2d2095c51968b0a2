namespace TorchRf.Models;

// Fields' names are parameters' names, and torch's are lower case.
#pragma warning disable CA1708
/// <summary>
/// A network whose first layer is of units act(w_k.x + b_k), in many initialisations that train side by side as one batched
/// module: they share nothing but the batch they are shown, so each learns as it would alone.
/// </summary>
public abstract class UnitNetwork : nn.Module<Tensor, Tensor>, IReceptiveFields
#pragma warning restore CA1708
{
    // Not private, for a module finds its parameters among the fields that it declares or inherits.
    private protected readonly Parameter weight;
    private protected readonly Parameter? bias;

    /// <param name="name">The module's name.</param>
    /// <param name="initial">The initial receptive fields, shape (inits, units, N); copied.</param>
    /// <param name="activation">The units' response.</param>
    /// <param name="initialBias">b at the start, one number for all; none without.</param>
    /// <param name="trainBias">Whether b is trained or stays as it is.</param>
    /// <exception cref="ArgumentException">The initial weights are not of that shape.</exception>
    private protected UnitNetwork(string name, Tensor initial, Activation activation, double? initialBias, bool trainBias) : base(name)
    {
        if (initial.dim() != 3)
            throw new ArgumentException($"Initial weights have shape (inits, units, N), not ({string.Join(", ", initial.shape)}).", nameof(initial));
        Activation = activation;
        weight = new Parameter(initial.detach().clone());
        if (initialBias is double b)
            bias = new Parameter(torch.full([initial.shape[0], initial.shape[1]], b, initial.dtype, initial.device), trainBias);
    }

    /// <inheritdoc/>
    public Parameter Weight => weight;

    /// <summary>b of each unit, shape (inits, units); null without.</summary>
    public Parameter? Bias => bias;

    /// <summary>act, the units' response.</summary>
    private protected Activation Activation { get; }

    /// <summary>What every unit answers, act(w_k.x + b_k).</summary>
    /// <param name="input">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <returns>Shape (inits, units, batch).</returns>
    public virtual Tensor Responses(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return Activation.Apply(Inputs(input)).MoveToOuterDisposeScope();
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
        return Responses(input).abs().amax([-1]).eq(0).MoveToOuterDisposeScope();
    }

    /// <summary>The units' inputs w_k.x + b_k, shape (inits, units, batch).</summary>
    private protected virtual Tensor Inputs(Tensor input)
    {
        var u = WeightedSums.Of(weight, input);
        return bias is null ? u : u + bias.unsqueeze(-1);
    }

    /// <summary>The units' response to inputs of any shape.</summary>
    private protected Tensor Respond(Tensor inputs) => Activation.Apply(inputs);
}
