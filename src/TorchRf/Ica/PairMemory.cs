namespace TorchRf.Ica;

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
