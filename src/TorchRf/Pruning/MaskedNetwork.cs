using TorchRf.Training;
using TorchSharp.Modules;

namespace TorchRf.Pruning;

/// <summary>
/// A fully connected network whose weights and biases can be taken away: ReLU units, batch normalisation on the input of every layer, the pixels included, and logits at the end (Pellegrini and
/// Biroli 2022). Weights start as N(0, 2 / (inputs + outputs)), biases at 0; what was taken away is 0 and, where <see cref="MaskGradients"/> comes between gradient and step, stays exactly 0
/// whatever the optimiser. A <see cref="Trainer"/> sees to that.
/// </summary>
/// <remarks>It is made in Float32 on the generator's device. In <c>train()</c> batches are normalised by their own moments; in <c>eval()</c> by running ones, weighted means with a decay of 0.99 a batch.</remarks>
public sealed class MaskedNetwork : nn.Module<Tensor, Tensor>, IMaskedGradients, IResetParameters
{
    // A field, so that the module knows its parts.
    private readonly ModuleList<MaskedLayer> layers;

    /// <param name="widths">N, then how many units each hidden layer has, then C: at least two, all above 0.</param>
    /// <param name="generator">What draws the weights; its device is where they are made.</param>
    /// <exception cref="ArgumentException">There are fewer than two widths.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is not positive.</exception>
    public MaskedNetwork(IReadOnlyList<int> widths, Generator generator) : base(nameof(MaskedNetwork))
    {
        if (widths.Count < 2)
            throw new ArgumentException("A network needs inputs and outputs.", nameof(widths));
        Widths = [.. widths];
        layers = new ModuleList<MaskedLayer>([.. widths.Skip(1).Zip(widths, (outputs, inputs) => new MaskedLayer(inputs, outputs, generator))]);
        RegisterComponents();
    }

    /// <summary>N, then how many units each layer has.</summary>
    public IReadOnlyList<int> Widths { get; }

    /// <summary>The weights of each layer, shape (out, in).</summary>
    public IReadOnlyList<Tensor> Weights => [.. layers.Select(l => l.Weight)];

    /// <summary>The biases of each layer, shape (out).</summary>
    public IReadOnlyList<Tensor> Biases => [.. layers.Select(l => l.Bias)];

    /// <summary>Which weights of each layer there are, Bool, shape (out, in).</summary>
    public IReadOnlyList<Tensor> Masks => [.. layers.Select(l => l.Mask)];

    /// <summary>Which biases of each layer there are, Bool, shape (out).</summary>
    public IReadOnlyList<Tensor> BiasMasks => [.. layers.Select(l => l.BiasMask)];

    /// <summary>The logits.</summary>
    /// <param name="input">Shape (batch, N).</param>
    /// <returns>Shape (batch, C).</returns>
    public override Tensor forward(Tensor input) => Through(input, layers.Count - 1);

    /// <summary>What reaches the units of a layer before their ReLU.</summary>
    /// <param name="x">Shape (batch, N).</param>
    /// <param name="layer">Which layer, from 0.</param>
    /// <returns>Shape (batch, out).</returns>
    public Tensor Preactivations(Tensor x, int layer) => Through(x, layer);

    /// <summary>What a layer's weights multiply in <c>eval()</c>: its input, normalised by running moments.</summary>
    /// <inheritdoc cref="Preactivations" path="/param"/>
    /// <returns>Shape (batch, in).</returns>
    public Tensor Inputs(Tensor x, int layer)
    {
        using var scope = torch.NewDisposeScope();
        return layers[layer].Normalised(layer == 0 ? x : Through(x, layer - 1).relu()).MoveToOuterDisposeScope();
    }

    /// <summary>Leaves those weights and biases alone that masks keep: the others become 0.</summary>
    /// <param name="masks">One a layer.</param>
    public void Keep(IReadOnlyList<LayerMask> masks)
    {
        foreach (var (layer, mask) in layers.Zip(masks))
            layer.Keep(mask);
    }

    /// <inheritdoc/>
    public void reset_parameters(Generator generator)
    {
        foreach (var layer in layers)
            layer.reset_parameters(generator);
    }

    /// <summary>Forgets the running moments.</summary>
    public void ResetMoments()
    {
        foreach (var layer in layers)
            layer.ResetMoments();
    }

    /// <inheritdoc/>
    public void MaskGradients()
    {
        using var noGrad = torch.no_grad();
        foreach (var layer in layers)
            layer.MaskGradients();
    }

    private Tensor Through(Tensor x, int last)
    {
        using var scope = torch.NewDisposeScope();
        var h = layers[0].call(x);
        for (int l = 1; l <= last; l++)
            h = layers[l].call(h.relu());
        return h.MoveToOuterDisposeScope();
    }
}

// Fields' names are parameters' names, and torch's are lower case.
#pragma warning disable CA1708
/// <summary>One layer: W normalise(x) + b.</summary>
internal sealed class MaskedLayer : nn.Module<Tensor, Tensor>, IResetParameters
#pragma warning restore CA1708
{
    private const double Epsilon = 1e-10;
    private const double Decay = 0.99;

    private readonly Parameter weight, bias, gamma, beta;
    // 1 and 0, which multiply faster than truths.
    private readonly Tensor mask, bias_mask, mean, variance, batches;

    internal MaskedLayer(int inputs, int outputs, Generator generator) : base(nameof(MaskedLayer))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        var device = generator.device;
        static Tensor Kept(Tensor buffer) => buffer.DetachFromDisposeScope();
        static Parameter Learnt(Tensor value) => (Parameter)Kept(new Parameter(value));
        (weight, bias) = (Learnt(torch.zeros([outputs, inputs], device: device)), Learnt(torch.zeros(outputs, device: device)));
        (gamma, beta) = (Learnt(torch.zeros(inputs, device: device)), Learnt(torch.zeros(inputs, device: device)));
        (mask, bias_mask) = (Kept(torch.zeros([outputs, inputs], device: device)), Kept(torch.zeros([outputs], device: device)));
        (mean, variance, batches) = (Kept(torch.zeros(inputs, device: device)), Kept(torch.zeros(inputs, device: device)), Kept(torch.zeros([], device: device)));
        RegisterComponents();
        reset_parameters(generator);
    }

    /// <inheritdoc/>
    public void reset_parameters(Generator generator)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        weight.copy_(torch.randn(weight.shape, device: generator.device, generator: generator).mul_(Math.Sqrt(2.0 / weight.shape.Sum())));
        bias.zero_();
        gamma.fill_(1);
        beta.zero_();
        mask.fill_(1);
        bias_mask.fill_(1);
        ResetMoments();
    }

    internal Parameter Weight => weight;

    internal Parameter Bias => bias;

    internal Tensor Mask => mask.ne(0);

    internal Tensor BiasMask => bias_mask.ne(0);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return (training ? Trained(input) : nn.functional.linear(Normalised(input), weight, bias)).MoveToOuterDisposeScope();
    }

    internal void Keep(LayerMask kept)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        mask.copy_(kept.Weights);
        bias_mask.copy_(kept.Biases);
        weight.mul_(mask);
        bias.mul_(bias_mask);
    }

    internal void ResetMoments()
    {
        foreach (var moment in (Tensor[])[mean, variance, batches])
            moment.zero_();
    }

    internal void MaskGradients()
    {
        using var scope = torch.NewDisposeScope();
        weight.grad?.mul_(mask);
        bias.grad?.mul_(bias_mask);
    }

    private Tensor Trained(Tensor x)
    {
        using (torch.no_grad())
            batches.add_(1);
        // Nobody asks for the gradient of pixels: gamma and beta then go into the weights, which saves as much as a product of matrices.
        if (!x.requires_grad)
            return nn.functional.linear(nn.functional.batch_norm(x, mean, variance, null, null, training: true, momentum: 1 - Decay, eps: Epsilon), weight * gamma, bias + weight.mv(beta));
        return nn.functional.linear(nn.functional.batch_norm(x, mean, variance, gamma, beta, training: true, momentum: 1 - Decay, eps: Epsilon), weight, bias);
    }

    // Running moments begin at 0: divided by the weights so far they are means of the batches seen, however few.
    internal Tensor Normalised(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        double seen = 1 - Math.Pow(Decay, batches.to(ScalarType.Float64).item<double>());
        using Scalar share = seen == 0 ? 1 : 1 / seen;
        var (centre, spread) = (mean.mul(share), seen == 0 ? torch.ones_like(variance) : variance.mul(share));
        return nn.functional.batch_norm(x, centre, spread, gamma, beta, training: false, eps: Epsilon).MoveToOuterDisposeScope();
    }
}
