using TorchRf.Data;

namespace TorchRf.Tests.Data;

[Parallelizable(ParallelScope.Self)]
public sealed class KernelTests : TensorScope
{
    private const double Psi = 9;

    private static IEnumerable<TestCaseData> Kernels()
    {
        static TestCaseData Case(Kernel kernel, Func<double, double, double, double> formula) => new TestCaseData(kernel, formula).SetArgDisplayNames(kernel.Name);

        yield return Case(Kernel.Gaussian, (d, xi, _) => Math.Exp(-d * d / (xi * xi)));
        yield return Case(Kernel.Exponential, (d, xi, _) => Math.Exp(-d / xi));
        yield return Case(Kernel.Cosine(Psi), (d, xi, n) => Math.Exp(-d * d / (xi * xi)) * Math.Cos(Psi * d / n));
        yield return Case(Kernel.Sine(Psi), (d, xi, n) => Math.Exp(-d * d / (xi * xi)) * Math.Abs(Math.Sin(Psi * d / n)));
        yield return Case(Kernel.Gap, (d, xi, _) => d == 0 ? 0.025 : Math.Exp(-d * d / (xi * xi)));
    }

    // The nearest positive semi-definite matrix of the formula's, by the eigenvectors of the matrix itself.
    private static double[] Nearest(int sites, double xi, Func<double, double, double, double> formula)
    {
        var (eigenvalues, vectors) = torch.linalg.eigh(CovarianceTests.Written([.. Enumerable.Range(0, sites).Select(i => formula(Math.Min(i, sites - i), xi, sites))]));
        var clipped = (vectors * eigenvalues.clamp(min: 0.0)).matmul(vectors.mT);
        return Values(clipped[0] / clipped[0, 0]);
    }

    [TestCaseSource(nameof(Kernels))]
    public void A_kernel_is_the_nearest_correlation_to_its_formula(Kernel kernel, Func<double, double, double, double> formula)
    {
        var sizes = from sites in new[] { 8, 21, 40 } from xi in new[] { 0.7, 2, 6 } select (sites, xi);
        foreach (var (sites, xi) in sizes.Concat([(4, 20), (11, 7), (41, 30), (40, 100), (513, 3), (600, 400)]))
        {
            var covariance = kernel.On(Lattice.Ring(sites), xi);
            Assert.That(Values(covariance.FirstRow), Is.EqualTo(Nearest(sites, xi, formula)).Within(1e-10), $"N = {sites}, xi = {xi}");
            Assert.That(covariance.Eigenvalues().min().item<double>(), Is.GreaterThan(-1e-11));
        }
    }

    [TestCaseSource(nameof(Kernels))]
    public void On_a_torus_it_is_the_product_over_the_axes(Kernel kernel, Func<double, double, double, double> formula)
    {
        var axis = Nearest(9, 1.3, formula);
        Assert.That(Values(kernel.On(Lattice.Torus(9), 1.3).FirstRow), Is.EqualTo(axis.SelectMany(a => axis.Select(b => a * b))).Within(1e-10));
    }

    // A sine and a gap at distance 0 are what the clipping takes away, so the result is not the formula.
    [Test]
    public void The_clipped_kernels_differ_from_their_formulas()
    {
        Assert.That(Kernel.Gap.On(Lattice.Ring(40), 2).Eigenvalues().min().item<double>(), Is.EqualTo(0).Within(1e-12));
        Assert.That(Kernel.Sine(2).On(Lattice.Ring(40), 2).Eigenvalues().min().item<double>(), Is.EqualTo(0).Within(1e-12));
    }

    [Test]
    public void Each_says_what_it_is()
    {
        Assert.That(Kernel.Gaussian.Describe(3), Is.EqualTo("ξ = 3"));
        Assert.That(Kernel.Cosine(2.5).Describe(0.5), Is.EqualTo("cosine kernel, ψ = 2.5, ξ = 0.5"));
    }
}
