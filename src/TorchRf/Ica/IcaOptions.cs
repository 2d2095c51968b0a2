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

    /// <summary>Checks them.</summary>
    /// <exception cref="InvalidSettingException">One is out of its range.</exception>
    public void Validate()
    {
        InvalidSettingException.Require(Enum.IsDefined(Algorithm), nameof(Algorithm), Algorithm, "parallel or deflation");
        InvalidSettingException.Require(Tolerance is > 0 and < 1, nameof(Tolerance), Tolerance, "a number above 0 and below 1");
        InvalidSettingException.Require(MaxIterations >= 1, nameof(MaxIterations), MaxIterations, "at least 1");
    }
}

/// <summary>How far a search for independent components has come.</summary>
/// <param name="Component">Which component is looked for, from 0, in deflation; 0 when all are found at once.</param>
/// <param name="Iteration">Steps taken (for this component), from 1.</param>
/// <param name="Change">By how much the step turns the component it turns most: 1 - |w.w'|.</param>
/// <param name="OrthogonalityError">The largest element of |W W^T - 1| over the components found so far.</param>
public readonly record struct IcaStep(int Component, int Iteration, double Change, double OrthogonalityError);
