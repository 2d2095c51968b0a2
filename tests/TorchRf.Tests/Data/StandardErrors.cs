namespace TorchRf.Tests.Data;

/// <summary>How far means over independent examples lie from what they should be, in standard errors.</summary>
internal static class StandardErrors
{
    // A spin's square never varies; what is left then is rounding.
    private const double Rounding = 1e-7;

    /// <summary>The largest deviation of several means.</summary>
    /// <param name="perExample">Shape (examples, M).</param>
    /// <param name="expected">Shape (M), Float64.</param>
    internal static double Largest(Tensor perExample, Tensor expected)
    {
        using var scope = torch.NewDisposeScope();
        var x = perExample.to(ScalarType.Float64);
        var error = (x.var(0, unbiased: true) / (double)x.shape[0]).sqrt() + Rounding;
        return ((x.mean([0]) - expected).abs() / error).max().item<double>();
    }
}
