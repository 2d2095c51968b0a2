namespace TorchRf.Ica;

/// <summary>
/// Independent component analysis as a network: fixed whitening, then an unmixing matrix that is orthogonal by construction, W = exp(A - A^T) W0,
/// where A is trained by autograd. <see cref="Fit"/> trains it on a contrast; it can be trained on anything else like any module.
/// </summary>
/// <remarks>
/// A is kept in Float64 whatever the examples' dtype, so that W stays orthogonal to 1e-12 or so; forward returns the examples' dtype. As of any module, call <c>to(device)</c> before an
/// optimiser is made of it: it gives the module new parameters.
/// </remarks>
/// <example>
/// <code>
/// using var whitening = Whitening.Of(x, 40);
/// using var ica = new IndependentComponents(whitening, generator);
/// using var solution = ica.Fit(x, new IcaOptions { Contrast = Contrast.LogCosh });
/// var y = ica.call(x); // (examples, 40)
/// </code>
/// </example>
public sealed class IndependentComponents : nn.Module<Tensor, Tensor>, IResetParameters
{
    private readonly Parameter angles;
    private readonly Tensor rotation;

    // The whitening that the module goes by: loading or moving the module changes it.
    private readonly Tensor mean;
    private readonly Tensor whitening;

    /// <summary>A module that whitens nothing yet: one to load a saved one into.</summary>
    /// <param name="components">How many.</param>
    /// <param name="sites">N.</param>
    /// <param name="generator">Where W0, a random rotation, comes from; its device is the module's.</param>
    public IndependentComponents(int components, int sites, Generator generator) : base(nameof(IndependentComponents))
    {
        var device = generator.device;
        mean = torch.zeros(sites, ScalarType.Float64, device).DetachFromDisposeScope();
        whitening = torch.eye(components, sites, ScalarType.Float64, device).DetachFromDisposeScope();
        rotation = torch.zeros(components, components, ScalarType.Float64, device).DetachFromDisposeScope();
        angles = (Parameter)new Parameter(torch.zeros(components, components, ScalarType.Float64, device)).DetachFromDisposeScope();
        RegisterComponents();
        reset_parameters(generator);
    }

    /// <param name="whitening">How examples are whitened; it stays the caller's, and the module keeps a copy.</param>
    /// <param name="generator">Where W0, a random rotation, comes from; on the whitening's device.</param>
    public IndependentComponents(Whitening whitening, Generator generator) : this(whitening.Components, (int)whitening.Mean.shape[0], generator)
    {
        using var scope = torch.NewDisposeScope();
        mean.copy_(whitening.Mean);
        this.whitening.copy_(whitening.Matrix);
    }

    /// <inheritdoc/>
    /// <remarks>W0 is drawn and A zero; the whitening stays.</remarks>
    public void reset_parameters(Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        rotation.copy_(Orthogonal.Random((int)rotation.shape[0], generator));
        angles.detach().zero_();
    }

    /// <summary>A, shape (components, components), Float64; what is symmetric in it has no effect.</summary>
    public Parameter Angles => angles;

    /// <summary>W = exp(A - A^T) W0, shape (components, components), Float64, with orthonormal rows and differentiable by A.</summary>
    public Tensor Rotation()
    {
        using var scope = torch.NewDisposeScope();
        // In Float64 even of a module that was brought to Float32, whose numbers are then rounded, but not what is done with them.
        var a = angles.to(ScalarType.Float64);
        return torch.linalg.matrix_exp(a - a.mT).mm(rotation.to(ScalarType.Float64)).MoveToOuterDisposeScope();
    }

    /// <summary>The receptive fields, W K in the space of the examples: shape (components, N), Float64, differentiable.</summary>
    public Tensor Unmixing()
    {
        using var scope = torch.NewDisposeScope();
        return Rotation().mm(whitening.to(ScalarType.Float64)).MoveToOuterDisposeScope();
    }

    /// <summary>The components y of examples x.</summary>
    /// <param name="input">Shape (examples, N).</param>
    /// <returns>Shape (examples, components), the same dtype.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        return (input.to(ScalarType.Float64) - mean).mm(Unmixing().mT).to(input.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Trains W on a contrast, by <see cref="RotationAscent"/>.</summary>
    /// <param name="x">Examples, shape (examples, N); those that the whitening was measured on.</param>
    /// <param name="options">How; the defaults without.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the training after a step.</param>
    /// <returns>The components, converged or not: the solution says which. The module has them in the solution's order and with its signs.</returns>
    /// <exception cref="InvalidSettingException">An option out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the module is as the last step left it.</exception>
    public IcaSolution Fit(Tensor x, IcaOptions? options = null, IProgress<IcaStep>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new IcaOptions();
        options.Validate();
        using var scope = torch.NewDisposeScope();
        using var whitening = Whitening.With(mean, this.whitening, x);
        var examples = new WhitenedExamples(whitening.Apply(x));
        int components = whitening.Components;
        var (iterations, change) = (0, 0.0);
        bool oneByOne = options.Algorithm == IcaAlgorithm.Deflation && components > 1;
        for (int component = 0; component < (oneByOne ? components - 1 : 1); component++)
        {
            using var ascent = new RotationAscent(this, examples, options.Contrast, oneByOne ? component : null);
            var (taken, last) = ascent.Run(options, progress, cancellation);
            (iterations, change) = (Math.Max(iterations, taken), Math.Max(change, last));
        }
        using var noGrad = torch.no_grad();
        var (solution, arranged) = IcaSolution.Of(Rotation(), whitening, examples, options, iterations, change);
        MoveTo(arranged);
        return solution.InOuterScope();
    }

    /// <summary>W after a turn exp(step) on top of the present W, without changing it; outside the record for gradients.</summary>
    internal Tensor Turned(Tensor step)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        return torch.linalg.matrix_exp(step).mm(Rotation()).MoveToOuterDisposeScope();
    }

    /// <summary>Makes W the new W0 and A zero, where the gradient by A is that along the group and small angles add.</summary>
    internal void MoveTo(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        rotation.copy_(Orthogonal.Nearest(w));
        angles.detach().zero_();
    }
}
