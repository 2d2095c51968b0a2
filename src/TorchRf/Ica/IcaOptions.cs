namespace TorchRf.Ica;

/// <summary>The order in which components are found.</summary>
public enum IcaAlgorithm
{
    /// <summary>All at once.</summary>
    Parallel,

    /// <summary>One after the other, each orthogonal to those before.</summary>
    Deflation,
}

/// <summary>How to look for independent components.</summary>
public sealed record IcaOptions
{
    /// <summary>All at once or one by one.</summary>
    public IcaAlgorithm Algorithm { get; init; } = IcaAlgorithm.Parallel;

    /// <summary>What measures how far a component is from Gaussian.</summary>
    public Contrast Contrast { get; init; } = Contrast.LogCosh;

    /// <summary>
    /// An unmixing has converged when a step turns no component's direction w by more than 1 - |w.w'| &lt; tolerance, as in scikit-learn.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>The most steps to take; in deflation, for each component.</summary>
    public int MaxIterations { get; init; } = 200;

    internal void Validate()
    {
        if (!(Tolerance > 0 && Tolerance < 1))
            throw new ArgumentOutOfRangeException(nameof(Tolerance), Tolerance, "must be above 0 and below 1");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxIterations, 1);
    }
}
