using TorchRf.Data;

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

    /// <summary>That a model draws these examples and no others, each as often as any, by chi-square.</summary>
    internal static void CheckEquallyOften(IDataModel model, IEnumerable<double[]> examples, ScalarType dtype)
    {
        const int Draws = 40_000;
        double digits = dtype == ScalarType.Float32 ? 1e4 : 1e6;
        string Name(double[] row) => string.Join(" ", row.Select(v => Math.Round(v * digits) + 0.0));
        using var generator = new Generator(8);
        var drawn = model.Sample(Draws, generator, dtype);
        Assert.That(drawn.dtype, Is.EqualTo(dtype));
        var counts = drawn.ToArray<double>().Chunk(model.Sites).CountBy(Name).ToDictionary();
        var names = examples.Select(Name).ToArray();
        Assert.That(names, Is.Unique);
        Assert.That(counts.Keys, Is.EquivalentTo(names));
        double each = (double)Draws / names.Length, freedom = names.Length - 1;
        double square = counts.Values.Sum(c => (c - each) * (c - each) / each);
        Assert.That(Math.Abs(square - freedom) / Math.Sqrt(2 * freedom), Is.LessThan(5), "chi-square");
    }
}
