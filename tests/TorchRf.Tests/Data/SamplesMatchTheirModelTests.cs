using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data;

/// <summary>
/// What a model draws has the mean, covariance and kurtosis that the model states. Some 20 000 means are compared, nearly all
/// of them site means; beyond 5.5 standard errors one of them lies by chance once in 1000 fresh sets of seeds.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class SamplesMatchTheirModelTests : TensorScope
{
    private const double Bound = 5.5;
    private const int Lags = 12;

    private static IEnumerable<TestCaseData> Models()
    {
        static TestCaseData Case(
            Func<IDataModel> model, string name, ScalarType dtype = ScalarType.Float32, int examples = 20_000, bool fourth = true) =>
            new TestCaseData(model, dtype, examples, fourth).SetArgDisplayNames(name, dtype.ToString());

        yield return Case(() => new IsingRing(4, 0.3), "Ising N=4 J=0.3", ScalarType.Float64);
        yield return Case(() => new IsingRing(7, 0.7), "Ising N=7 J=0.7");
        yield return Case(() => new IsingRing(40, 0.7), "Ising N=40 J=0.7");
        yield return Case(() => new IsingRing(41, 0), "Ising N=41 J=0", ScalarType.Float64);
        yield return Case(() => new IsingRing(12, 3), "Ising N=12 J=3");
        yield return Case(() => new IsingRing(1000, 1.2), "Ising N=1000 J=1.2", examples: 1000);
        // Of their covariance too there is a measurement only.
        yield return Case(() => new IsingTorus(8, 0.4), "Ising 8x8 J=0.4", examples: 1000);
        yield return Case(() => new IsingTorus(5, 0.7), "Ising 5x5 J=0.7", ScalarType.Float64, 3000);
        yield return Case(() => new Phi4Ring(40, -6, 8), "phi4 N=40 (-6, 8)");
        yield return Case(() => new Phi4Ring(21, -6, 4), "phi4 N=21 (-6, 4)", ScalarType.Float64);
        yield return Case(() => new Phi4Ring(4, -6, 0.1), "phi4 N=4, frozen");
        yield return Case(() => new Phi4Ring(13, 0.1, 0), "phi4 N=13, Gaussian", ScalarType.Float64);
        yield return Case(() => new Phi4Ring(300, 0.02, 0.01), "phi4 N=300, shallow", examples: 1000);
        yield return Case(() => new NonlinearGaussianProcess(4, 1, 0.1), "NLGP N=4 g=0.1", ScalarType.Float64);
        yield return Case(() => new NonlinearGaussianProcess(40, 3, 3), "NLGP N=40 g=3");
        yield return Case(() => new NonlinearGaussianProcess(41, 1, 100), "NLGP N=41 g=100");
        yield return Case(() => new NonlinearGaussianProcess(513, 2, 0.01), "NLGP N=513 g=0.01", ScalarType.Float64, 4000);
        yield return Case(() => new NonlinearGaussianProcess(1000, 3, 1), "NLGP N=1000 g=1", examples: 1000);
        yield return Case(() => new AlgebraicQuantileProcess(40, 1, 10), "Kur N=40 k=10");
        yield return Case(() => new AlgebraicQuantileProcess(600, 2, 50), "Kur N=600 k=50", examples: 1000);
        yield return Case(() => new AlgebraicQuantileProcess(1001, 3, 12), "Kur N=1001 k=12", ScalarType.Float64, 3000);
        // The fourth moment's own spread needs moments up to the eighth, which k = 6 lacks.
        yield return Case(() => new AlgebraicQuantileProcess(15, 3, 6), "Kur N=15 k=6", ScalarType.Float64, 40_000, fourth: false);
        yield return Case(() => new Gaussian(5, 1), "Gaussian N=5", ScalarType.Float64);
        yield return Case(() => new Gaussian(40, 3), "Gaussian N=40");
        yield return Case(() => new Gaussian(10, 20), "Gaussian N=10, clipped");
        yield return Case(() => new Gaussian(1000, 5), "Gaussian N=1000", examples: 1000);
        yield return Case(() => new Elliptical(5, 1, RadialLaw.Surface), "surface N=5", ScalarType.Float64);
        yield return Case(() => new Elliptical(40, 3, RadialLaw.Surface), "surface N=40");
        yield return Case(() => new Elliptical(10, 20, RadialLaw.Surface), "surface N=10, clipped");
        yield return Case(() => new Elliptical(40, 1, RadialLaw.OuterShell), "outer shell N=40");
        yield return Case(() => new Elliptical(1000, 3, RadialLaw.OuterShell), "outer shell N=1000", examples: 1000);
        yield return Case(() => new Elliptical(Torus(8, 2), RadialLaw.OuterShell, "8x8"), "outer shell 8x8");
        yield return Case(() => new StudentT(Torus(9, 2), 12, "9x9"), "t(12) 9x9");
        yield return Case(() => new SinglePulse(Lattice.Torus(9), 2, 4), "pulse of 2 to 4, 9x9");
        yield return Case(() => new StudentT(40, 3, 12), "t(12) N=40");
        yield return Case(() => new StudentT(9, 1, 5.5), "t(5.5) N=9", ScalarType.Float64, fourth: false);
        // Kurtosis is of a pilot, and has an error of its own.
        yield return Case(() => new BrokenSymmetry(Circulant.Gaussian(20, 1), 0.4, above: false, "N=20"), "directions below 0.4, N=20", fourth: false);
        yield return Case(() => new BrokenSymmetry(Torus(5, 1), 0.6, above: true, "5x5"), "directions above 0.6, 5x5", ScalarType.Float64, fourth: false);
        yield return Case(() => new AdjustedMarginal(new NonlinearGaussianProcess(40, 1, 3), -0.5), "NLGP radially adjusted to -0.5, N=40");
        yield return Case(() => new SinglePulse(40, 5, 5), "pulse of 5, N=40");
        yield return Case(() => new SinglePulse(41, 3, 30), "pulse of 3 to 30, N=41", ScalarType.Float64);

        static IStationaryCovariance Torus(int side, double xi) => Kernel.Gaussian.On(Lattice.Torus(side), xi);
        yield return Case(() => new Gaussian(Torus(4, 1), "4x4"), "Gaussian 4x4", ScalarType.Float64);
        yield return Case(() => new Gaussian(Torus(17, 2), "17x17"), "Gaussian 17x17");
        yield return Case(() => new NonlinearGaussianProcess(Torus(30, 2), 100, "30x30"), "NLGP 30x30 g=100", examples: 1000);
        yield return Case(() => new NonlinearGaussianProcess(Torus(9, 3), 1, "9x9"), "NLGP 9x9 g=1");
        yield return Case(() => new AlgebraicQuantileProcess(Torus(8, 2), 12, "8x8"), "Kur 8x8 k=12", ScalarType.Float64);
        yield return Case(() => new GaussianClone(new NonlinearGaussianProcess(Torus(12, 3), 3, "12x12")), "clone of NLGP 12x12");

        foreach (var kernel in new[] { Kernel.Exponential, Kernel.Cosine(20), Kernel.Sine(8), Kernel.Gap })
        {
            yield return Case(() => new Gaussian(kernel.On(Lattice.Ring(40), 3), kernel.Name), $"Gaussian N=40 {kernel.Name}");
            yield return Case(() => new NonlinearGaussianProcess(kernel.On(Lattice.Torus(10), 2), 3, kernel.Name), $"NLGP 10x10 {kernel.Name}");
        }

        static NormalToAnything Norta(TransformedNormal marginal, int side = 0) =>
            new(side > 0 ? Torus(side, 2) : Circulant.Gaussian(20, 3), marginal, marginal.GetType().Name);
        yield return Case(() => Norta(new UniformMarginal()), "uniform N=20");
        yield return Case(() => Norta(new UniformMarginal(), 8), "uniform 8x8", ScalarType.Float64);
        yield return Case(() => Norta(new LaplaceMarginal()), "Laplace N=20", examples: 60_000);
        yield return Case(() => Norta(new LaplaceMarginal(), 8), "Laplace 8x8", ScalarType.Float64);
        yield return Case(() => Norta(new SmoothedBernoulliMarginal(100)), "Bernoulli N=20 s=100");
        yield return Case(() => Norta(new SmoothedBernoulliMarginal(3), 8), "Bernoulli 8x8 s=3", ScalarType.Float64);
        yield return Case(() => new GaussianClone(new IsingRing(21, 0.7)), "clone of Ising N=21", ScalarType.Float64);
        yield return Case(() => new GaussianClone(new NonlinearGaussianProcess(1000, 3, 3)), "clone of NLGP N=1000", examples: 1000);
    }

    [TestCaseSource(nameof(Models))]
    public void Mean_covariance_and_kurtosis(Func<IDataModel> make, ScalarType dtype, int examples, bool fourth)
    {
        var model = make();
        Check(model.By(Sampler.Torch), dtype, examples, fourth);
        if (dtype == ScalarType.Float32 && model.VectorCode() is not null)
            Check(model, dtype, examples, fourth);
    }

    private static void Check(IDataModel model, ScalarType dtype, int examples, bool fourth)
    {
        using var generator = new Generator(20_250_101);
        var drawn = model.Sample(examples, generator, dtype);
        Assert.That(drawn.dtype, Is.EqualTo(dtype));
        Assert.That(drawn.shape, Is.EqualTo(new long[] { examples, model.Sites }));

        var x = drawn.to(ScalarType.Float64);
        Assert.That(x.isfinite().all().item<bool>(), Is.True);
        Assert.That(StandardErrors.Largest(x, torch.zeros(model.Sites, ScalarType.Float64)), Is.LessThan(Bound), "mean of each site");

        int side = model.Lattice.Side;
        var lags = Enumerable.Range(0, Math.Min(side / 2, Lags) + 1).ToArray();
        // On a torus by d sites along the rows and half as many along the columns.
        var image = x.reshape(examples, -1, side);
        var products = torch.stack([.. lags.Select(d => (image * image.roll(d, 2).roll(d / 2, 1)).mean([1, 2]))], 1);
        var row = Values(model.Covariance.FirstRow);
        var stated = lags.Select(d => row[model.Lattice.Dimensions == 1 ? d : (d / 2 * side) + d]).ToArray();
        Assert.That(StandardErrors.Largest(products, torch.tensor(stated)), Is.LessThan(Bound), "covariance by distance");

        // Directions without symmetry see what an average around the ring does not.
        using var directions = new Generator(7);
        var u = torch.randn(4, model.Sites, ScalarType.Float64, generator: directions);
        var expected = (model.Covariance.Times(u) * u).sum(-1);
        Assert.That(StandardErrors.Largest(x.matmul(u.mT).square(), expected), Is.LessThan(Bound), "variance along random directions");

        if (fourth)
        {
            var moment = torch.tensor(new[] { model.Marginal.ExcessKurtosis + 3 });
            Assert.That(StandardErrors.Largest(x.pow(4).mean([1], keepdim: true), moment), Is.LessThan(Bound), "fourth moment");
        }
    }

    [TestCaseSource(nameof(Models))]
    public void The_covariance_is_a_correlation(Func<IDataModel> make, ScalarType dtype, int examples, bool fourth)
    {
        var covariance = (IStationaryCovariance)make().Covariance;
        Assert.That(covariance.FirstRow[0].item<double>(), Is.EqualTo(1).Within(1e-12), "diagonal");
        Assert.That(covariance.Eigenvalues().min().item<double>(), Is.GreaterThan(-1e-10), "no negative eigenvalue");
    }

    [TestCaseSource(nameof(Models))]
    public void The_same_seed_draws_the_same_examples(Func<IDataModel> make, ScalarType dtype, int examples, bool fourth)
    {
        var model = make();
        using var one = new Generator(3);
        using var two = new Generator(3);
        using var other = new Generator(4);
        var x = model.Sample(50, one, dtype);
        Assert.That(x.eq(model.Sample(50, two, dtype)).all().item<bool>(), Is.True);
        Assert.That(x.eq(model.Sample(50, other, dtype)).all().item<bool>(), Is.False);
        Assert.That(x.eq(model.Sample(50, one, dtype)).all().item<bool>(), Is.False);
    }
}
