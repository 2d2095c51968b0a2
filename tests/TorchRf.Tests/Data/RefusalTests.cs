using System.Runtime.CompilerServices;
using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data;

/// <summary>Arguments that make no data.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class RefusalTests : TensorScope
{
    private static readonly double[] NotPositive = [0, -1, double.NaN, double.PositiveInfinity];

    private static IEnumerable<TestCaseData> OutOfRange()
    {
        static TestCaseData Case(Func<object> make, object? value = null, [CallerArgumentExpression(nameof(make))] string name = "") =>
            new TestCaseData(make).SetArgDisplayNames(FormattableString.Invariant($"{name[6..]} {value}"));

        yield return Case(() => Circulant.Gaussian(0, 1));
        yield return Case(() => Kernel.Sine(2).On(Lattice.Ring(8), 0.09));
        foreach (double number in NotPositive)
        {
            yield return Case(() => Kernel.Gaussian.On(Lattice.Ring(8), number), number);
            yield return Case(() => Kernel.Sine(number), number);
            yield return Case(() => Kernel.Cosine(number), number);
            yield return Case(() => new NonlinearGaussianProcess(8, 1, number), number);
        }
        yield return Case(() => new NonlinearGaussianProcess(0, 1, 1));
        yield return Case(() => new AlgebraicQuantileProcess(8, -1, 5));
        foreach (double number in new[] { 2, -1, double.NaN, double.PositiveInfinity })
        {
            yield return Case(() => new AlgebraicQuantileProcess(8, 1, number), number);
            yield return Case(() => new StudentT(8, 1, number), number);
            yield return Case(() => new StudentTMarginal(number), number);
        }
        foreach (double steepness in new[] { 0, -1, 1e-4, 1e5, double.NaN })
            yield return Case(() => new SmoothedBernoulliMarginal(steepness), steepness);
        yield return Case(() => new IsingRing(1, 0.3));
        foreach (double coupling in new[] { -0.1, 10.5, double.NaN })
            yield return Case(() => new IsingRing(8, coupling), coupling);
        yield return Case(() => new Elliptical(3, 1, RadialLaw.Surface));
        yield return Case(() => new StudentT(3, 1, 5));
        yield return Case(() => new EllipticalMarginal(RadialLaw.Surface, 2));
        yield return Case(() => new BlockCovariance(Lattice.Ring(64), 5, 1));
        yield return Case(() => new BlockCovariance(Lattice.Torus(8), 4, -1));
        foreach (var (sites, shortest, longest) in new[] { (3, 1, 1), (8, 0, 2), (8, 3, 2), (8, 2, 8) })
            yield return Case(() => new SinglePulse(sites, shortest, longest), (sites, shortest, longest));
        foreach (var (sites, length) in new[] { (8, 3), (8, 8), (8, 0), (3, 1) })
            yield return Case(() => new BlockPulse(sites, length), (sites, length));
    }

    [TestCaseSource(nameof(OutOfRange))]
    public void Numbers_out_of_range_are_refused(Func<object> make) => Assert.That(() => make(), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static IEnumerable<TestCaseData> Wrong()
    {
        static TestCaseData Case(Func<object> make, string message = "", [CallerArgumentExpression(nameof(make))] string name = "") =>
            new TestCaseData(make, message).SetArgDisplayNames(name[6..]);

        // Matrices and rows that are not symmetric, not square or not in double precision.
        yield return Case(() => new Circulant(torch.tensor(new[] { 1.0, 0.5, 0.2 })));
        yield return Case(() => new Circulant(torch.zeros(4, ScalarType.Float32)));
        yield return Case(() => new Circulant(torch.zeros(4, 4, ScalarType.Float64)));
        yield return Case(() => new TorusCovariance(torch.zeros(4, 5, ScalarType.Float64)));
        yield return Case(() => new TorusCovariance(torch.zeros(4, 4, ScalarType.Float32)));
        yield return Case(() => new TorusCovariance(torch.zeros(16, ScalarType.Float64)));
        yield return Case(() => new TorusCovariance(torch.tensor(new[] { 1, 0.5, 0.1, 0, 0, 0, 0, 0, 0 }, [3, 3])));
        yield return Case(() => new DenseCovariance(torch.zeros(2, 3, ScalarType.Float64)));
        yield return Case(() => new DenseCovariance(torch.zeros(3, 3, ScalarType.Float32)));
        yield return Case(() => new DenseCovariance(torch.tensor([1.0, 0.5, 0.4, 1.0], [2, 2])));
        // Laws that are not symmetric, or not of unit variance.
        yield return Case(() => new DiscreteMarginal([]));
        yield return Case(() => new DiscreteMarginal([(-1, 0.5), (1, 0.4)]));
        yield return Case(() => new DiscreteMarginal([(-1.1, 0.5), (1.1, 0.5)]));
        yield return Case(() => new DiscreteMarginal([(-0.5, 0.8), (2, 0.2)]));
        yield return Case(() => new DiscreteMarginal([(-1, 0.5), (1, 0.5), (3, 0)]));
        yield return Case(() => new DiscreteMarginal([(double.NaN, 0.5), (1, 0.5)]));
        yield return Case(() => new EmpiricalMarginal([1]));
        yield return Case(() => new EmpiricalMarginal([0, 0]));
        yield return Case(() => new EmpiricalMarginal([1, double.NaN]));
        yield return Case(() => new RadialLaw("wrong", u => u - 0.5), "wrong");
        yield return Case(() => new RadialLaw("wrong", u => u * 0), "wrong");
        yield return Case(() => new RadialLaw("wrong", u => u * double.NaN), "wrong");
        yield return Case(() => new RadialLaw("wrong", u => (u * 0).log()), "wrong");
        yield return Case(() => new RadialLaw("wrong", u => (1 - u).pow(-0.5)), "wrong");
        yield return Case(() => new ClassificationTask());
        yield return Case(() => new ClassificationTask(new IsingRing(8, 0.3), new IsingRing(9, 0.3)), "9");
    }

    [TestCaseSource(nameof(Wrong))]
    public void What_makes_no_law_is_refused(Func<object> make, string message) => Assert.That(() => make(), Throws.ArgumentException.With.Message.Contains(message));

    [Test]
    public void A_batch_that_cannot_be_shared_is_refused([Values(0, 1, 7, -2)] int batch)
    {
        using var generator = new Generator(1);
        Assert.That(() => new ClassificationTask(new IsingRing(8, 0.3), new IsingRing(8, 0.7)).Draw(batch, generator),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("multiple of the 2 classes"));
    }
}
