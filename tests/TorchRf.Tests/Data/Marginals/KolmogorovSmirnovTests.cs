using TorchRf.Data.Marginals;
using TorchRf.Data;

namespace TorchRf.Tests.Data.Marginals;

/// <summary>
/// The first site of drawn examples against the distribution function that the model's density integrates to. The
/// statistic sqrt(n) sup |F_n - F|, here over a grid, exceeds 2.5 by chance once in 130 000 times.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class KolmogorovSmirnovTests : TensorScope
{
    private const int Examples = 100_000;

    private static IEnumerable<IDataModel> Models() =>
    [
        .. new[] { 0.1, 1, 3 }.Select(gain => new NonlinearGaussianProcess(4, 1, gain)),
        .. new[] { 2.1, 3, 5, 10, 50 }.Select(k => new AlgebraicQuantileProcess(4, 1, k)),
        new Gaussian(4, 1),
        new GaussianClone(new IsingRing(4, 0.7)),
        new Elliptical(4, 1, RadialLaw.Surface), new Elliptical(40, 1, RadialLaw.Surface), new Elliptical(4, 1, RadialLaw.OuterShell), new Elliptical(40, 1, RadialLaw.OuterShell),
        // Their kernels have lost eigenvalues, and the marginal is of N dimensions all the same.
        new Elliptical(4, 8, RadialLaw.Surface), new Elliptical(40, 80, RadialLaw.Surface),
        .. new[] { 2.2, 3, 12 }.Select(nu => new StudentT(4, 1, nu)),
        .. new TransformedNormal[] { new UniformMarginal(), new LaplaceMarginal(), new SmoothedBernoulliMarginal(0.5), new SmoothedBernoulliMarginal(4) }
            .Select(marginal => new NormalToAnything(Circulant.Gaussian(4, 1), marginal, marginal.GetType().Name)),
        new NonlinearGaussianProcess(Kernel.Gaussian.On(Lattice.Torus(4), 1), 1, "4x4"),
    ];

    private static IEnumerable<TestCaseData> Cases() =>
        from model in Models()
        from dtype in new[] { ScalarType.Float32, ScalarType.Float64 }
        select new TestCaseData(model, dtype).SetArgDisplayNames($"{model.Description} N={model.Sites}", $"{dtype}");

    [TestCaseSource(nameof(Cases))]
    public void The_first_site_follows_the_density(IDataModel model, ScalarType dtype)
    {
        Check(model, dtype, Sampler.Torch);
        if (dtype == ScalarType.Float32)
            Check(model, dtype, Sampler.Auto);
    }

    private static void Check(IDataModel model, ScalarType dtype, Sampler sampler)
    {
        using var generator = new Generator(17);
        var x = Values(model.By(sampler).Sample(Examples, generator, dtype).select(1, 0));
        Array.Sort(x);
        var marginal = model.Marginal;
        // Towards a bound where the density may diverge, as closely as the dtype's spacing allows.
        var edges = double.IsFinite(marginal.Bound)
            ? Enumerable.Range(1, dtype == ScalarType.Float32 ? 30 : 70).Select(i => marginal.Bound * (1 - Math.Pow(2, -i / 2.0)))
            : Enumerable.Range(1, 400).Select(i => 0.005 * i * Math.Pow(1.01, i));
        double cumulated = 0.5, from = 0, largest = Math.Abs(Share(x, 0) - 0.5);
        foreach (double to in edges)
        {
            cumulated += DirectQuadrature.Panel(from, to).Sum(n => n.Weight * marginal.Density(n.Z));
            largest = Math.Max(largest, Math.Abs(Share(x, to) - cumulated));
            largest = Math.Max(largest, Math.Abs(Share(x, -to) - (1 - cumulated)));
            from = to;
        }
        Assert.That(largest * Math.Sqrt(Examples), Is.LessThan(2.5), model.Description);
    }

    // How many of the sorted values lie at or below.
    private static double Share(double[] sorted, double at)
    {
        int index = Array.BinarySearch(sorted, at);
        return (double)(index >= 0 ? index + 1 : ~index) / sorted.Length;
    }
}
