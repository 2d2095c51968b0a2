namespace TorchRf.Simd;

/// <summary>The left factor of a product, or its transpose: where it lies in memory and how far apart its elements are.</summary>
/// <param name="start">Its first element.</param>
/// <param name="row">From a row to the next, in elements.</param>
/// <param name="step">From an element of a row to the next.</param>
internal readonly unsafe struct Factor(float* start, nint row, nint step)
{
    internal float* Start => start;

    internal nint Row => row;

    internal nint Step => step;
}
