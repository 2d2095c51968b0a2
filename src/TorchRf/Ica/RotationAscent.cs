namespace TorchRf.Ica;

/// <summary>
/// Trains a rotation by its gradient from autograd: it climbs F(W) = sum_i s_i E[G(y_i)] over orthogonal W, with s_i = sign(E[y_i g(y_i) - g'(y_i)]), whose
/// maxima are what the symmetric FastICA fixed point stands still at, for sources of either kind of kurtosis. (Where it stands still, E[g(y) y^T] - diag E[g'(y)] is
/// symmetric but for the signs s, and that says that F's gradient is 0; the squares (E G(y_i) - E G(n))^2 would weight the components and have other maxima.)
/// Steps are quasi-Newton: L-BFGS over the angles of all pairs (i, j), started from their curvature k_i + k_j, k_i = |E[y_i g(y_i) - g'(y_i)]|, at independent
/// components, with backtracking (Ablin, Cardoso and Gramfort, "Faster ICA under orthogonal constraint", ICASSP 2018).
/// </summary>
internal sealed class RotationAscent : IDisposable
{
    private const int Remembered = 7;
    private const int Halvings = 12;

    // Radians that one step may turn a pair of components by.
    private const double LongestTurn = 0.7;

    // Pairs of components as good as Gaussian have no curvature to divide by; this much of the mean is taken instead.
    private const double LeastCurvature = 1e-3;

    private readonly IndependentComponents module;
    private readonly WhitenedExamples examples;
    private readonly Contrast contrast;
    private readonly int first;
    private readonly int count;
    private readonly Tensor pairs;
    private readonly PairMemory memory = new(Remembered);

    // Of one component only, if there is one, turning with those after it.
    internal RotationAscent(IndependentComponents module, WhitenedExamples examples, Contrast contrast, int? only)
    {
        (this.module, this.examples, this.contrast) = (module, examples, contrast);
        int components = (int)module.Angles.shape[0];
        (first, count) = only is int one ? (one, 1) : (0, components);
        using var scope = torch.NewDisposeScope();
        var order = torch.arange(components, ScalarType.Float64, examples.Device);
        var (own, later) = (order.eq(first).to(ScalarType.Float64), order.gt(first).to(ScalarType.Float64));
        pairs = (only is null ? torch.ones([components, components], ScalarType.Float64, examples.Device) : own.outer(later) + later.outer(own)).DetachFromDisposeScope();
    }

    /// <summary>Steps until one is below the tolerance.</summary>
    /// <returns>Steps taken, and how far the last would turn the component it turns most (1 - cos).</returns>
    internal (int Iterations, double Change) Run(IcaOptions options, IProgress<IcaStep>? progress, CancellationToken cancellation)
    {
        // The examples have their threads all the same.
        using var one = new OneThread(examples.Device);
        var (iteration, change, stalled) = (0, double.PositiveInfinity, false);
        while (iteration < options.MaxIterations && change >= options.Tolerance && !stalled)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            (change, stalled) = Step();
            iteration++;
            progress?.Report(new IcaStep(first, iteration, change, Orthogonal.Error(module.Rotation().detach().narrow(0, 0, first + count))));
        }
        return (iteration, change);
    }

    private (double Change, bool Stalled) Step()
    {
        var (sign, strength) = Strengths();
        memory.Keep(sign);
        var gradient = Gradient(sign);
        memory.Arrive(gradient);
        // Curvature of the pairs; rows that are not trained have none of their own.
        var curvature = strength.unsqueeze(0) + strength.unsqueeze(1);
        curvature = curvature.clamp(min: Math.Max(1e-300, LeastCurvature * strength.mean().item<double>()));

        var newton = gradient / curvature;
        var step = memory.Apply(gradient, curvature);
        double slope = Inner(gradient, step);
        if (!(slope > 0))
        {
            memory.Forget();
            (step, slope) = (newton, Inner(gradient, newton));
        }
        double change = Math.Max(Turn(newton), Turn(step));
        double longest = step.abs().max().item<double>();
        if (longest > LongestTurn)
            (step, slope) = (step * (LongestTurn / longest), slope * LongestTurn / longest);

        double before = Value(module.Rotation(), sign);
        // What Float32 leaves uncertain in a mean over all examples.
        double rounding = 1e-9 * (Math.Abs(before) + 1);
        double length = 1;
        for (int halving = 0; halving <= Halvings; halving++, length /= 2)
        {
            using var scope = torch.NewDisposeScope();
            var turned = module.Turned(step * length);
            if (Value(turned, sign) < before + (1e-4 * length * slope) - rounding)
                continue;
            module.MoveTo(turned);
            memory.Leave(step * length, gradient);
            return (change, false);
        }
        bool last = memory.IsEmpty;
        memory.Forget();
        return (change, last);
    }

    // s and k of every component; k is 0 where nothing is trained.
    private (Tensor Sign, Tensor Strength) Strengths()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var w = Trained(module.Rotation());
        var (products, curvatures) = examples.Moments(contrast, w);
        var k = (products * w).sum(-1) - curvatures;
        var strength = torch.zeros(pairs.shape[0], ScalarType.Float64, examples.Device);
        strength.narrow(0, first, count).copy_(k.abs());
        return (k.sign().MoveToOuterDisposeScope(), strength.MoveToOuterDisposeScope());
    }

    // dF/dA: since W depends on A - A^T, it is antisymmetric, and its element (i, j) is the slope of F along the angle of that pair.
    private Tensor Gradient(Tensor sign)
    {
        using var scope = torch.NewDisposeScope();
        var rotation = module.Rotation();
        var byRotation = examples.Gradient(contrast, Trained(rotation), sign);
        return (torch.autograd.grad([Trained(rotation)], [module.Angles], [byRotation])[0] * pairs).MoveToOuterDisposeScope();
    }

    private double Value(Tensor rotation, Tensor sign)
    {
        using var scope = torch.NewDisposeScope();
        return (examples.Values(contrast, Trained(rotation)) * sign).sum().item<double>();
    }

    private Tensor Trained(Tensor rotation) => rotation.narrow(0, first, count);

    // 1 - cos of the angle by which exp(step) turns the row it turns most.
    private static double Turn(Tensor step)
    {
        double square = step.square().sum(-1).max().item<double>();
        return 1 - Math.Cos(Math.Min(Math.PI / 2, Math.Sqrt(square)));
    }

    /// <summary>The sum over pairs, each of which an antisymmetric matrix holds twice.</summary>
    internal static double Inner(Tensor a, Tensor b)
    {
        using var scope = torch.NewDisposeScope();
        return (a * b).sum().item<double>() / 2;
    }

    public void Dispose()
    {
        pairs.Dispose();
        memory.Dispose();
    }
}

/// <summary>The last steps over the angles of pairs and how they changed the gradient: L-BFGS, for a maximum (Nocedal and Wright, algorithm 7.4).</summary>
/// <param name="capacity">How many steps are remembered.</param>
internal sealed class PairMemory(int capacity) : IDisposable
{
    private readonly List<(Tensor Step, Tensor Drop, double Product)> steps = [];
    private Tensor? sign;
    private Tensor? lastStep;
    private Tensor? lastGradient;

    internal bool IsEmpty => steps.Count == 0;

    /// <summary>Forgets all if the signs in the function have changed: it is another function then.</summary>
    internal void Keep(Tensor now)
    {
        if (sign is null || !sign.allclose(now))
            Forget();
        sign?.Dispose();
        sign = now.clone().DetachFromDisposeScope();
    }

    /// <summary>Notes the step taken and the gradient where it began.</summary>
    internal void Leave(Tensor step, Tensor gradient)
    {
        lastStep = step.clone().DetachFromDisposeScope();
        lastGradient = gradient.clone().DetachFromDisposeScope();
    }

    /// <summary>Takes the last step in, now that the gradient where it ended is known.</summary>
    internal void Arrive(Tensor gradient)
    {
        if (lastStep is null || lastGradient is null)
            return;
        var drop = (lastGradient - gradient).DetachFromDisposeScope();
        double product = RotationAscent.Inner(lastStep, drop);
        // Where the function is not concave along the step there is nothing to learn from it.
        bool concave = product > 1e-8 * Math.Sqrt(RotationAscent.Inner(lastStep, lastStep) * RotationAscent.Inner(drop, drop));
        steps.Add((lastStep, drop, product));
        lastGradient.Dispose();
        (lastStep, lastGradient) = (null, null);
        if (!concave)
            Drop(steps.Count - 1);
        else if (steps.Count > capacity)
            Drop(0);
    }

    /// <summary>The step that the remembered curvature and that of single pairs suggest.</summary>
    internal Tensor Apply(Tensor gradient, Tensor curvature)
    {
        using var scope = torch.NewDisposeScope();
        var q = gradient;
        var weights = new double[steps.Count];
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            weights[i] = RotationAscent.Inner(steps[i].Step, q) / steps[i].Product;
            q = q - (steps[i].Drop * weights[i]);
        }
        q = q / curvature;
        for (int i = 0; i < steps.Count; i++)
            q = q + (steps[i].Step * (weights[i] - (RotationAscent.Inner(steps[i].Drop, q) / steps[i].Product)));
        return q.MoveToOuterDisposeScope();
    }

    /// <summary>Forgets all steps.</summary>
    internal void Forget()
    {
        while (steps.Count > 0)
            Drop(0);
        lastStep?.Dispose();
        lastGradient?.Dispose();
        (lastStep, lastGradient) = (null, null);
    }

    public void Dispose()
    {
        Forget();
        sign?.Dispose();
    }

    private void Drop(int index)
    {
        steps[index].Step.Dispose();
        steps[index].Drop.Dispose();
        steps.RemoveAt(index);
    }
}
