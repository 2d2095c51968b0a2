namespace TorchRf.Ica;

/// <summary>How far a search for independent components has come.</summary>
/// <param name="Component">Which component is looked for, from 0, in deflation; 0 when all are found at once.</param>
/// <param name="Iteration">Steps taken (for this component), from 1.</param>
/// <param name="Change">By how much the step turns the component it turns most: 1 - |w.w'|.</param>
/// <param name="OrthogonalityError">The largest element of |W W^T - 1| over the components found so far.</param>
public readonly record struct IcaStep(int Component, int Iteration, double Change, double OrthogonalityError);
