using TorchRf.Data;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

/// <summary>R on laws of which it is known whether they are elliptical, at 20 000 examples.</summary>
[Parallelizable(ParallelScope.Self)]
public class EllipticityTests : TensorScope
{
    private static Tensor Draw(IDataModel model)
    {
        using var generator = new Generator(2);
        return model.Sample(20_000, generator);
    }

    private static IEnumerable<TestCaseData> Others =>
    [
        new(new NonlinearGaussianProcess(40, 3, 0.4)), new(new NonlinearGaussianProcess(40, 3, 3)), new(new AlgebraicQuantileProcess(40, 3, 6)), new(new AlgebraicQuantileProcess(40, 3, 30)),
        new(new NonlinearGaussianProcess(200, 20, 0.4)), new(new AlgebraicQuantileProcess(40, 0.7, 30)), new(new IsingRing(40, 0.7)),
    ];

    [TestCaseSource(nameof(Others))]
    public void Processes_warped_site_by_site_are_not_elliptical(IDataModel model)
    {
        var found = Ellipticity.Of(Draw(model));
        Assert.That(found.Shape, Is.EqualTo(LawShape.NotElliptical), model.Description);
        Assert.That(found.Ratio.Mean, Is.InRange(0.5, 0.95));
        Assert.That(found.Ratio.Error, Is.InRange(1e-3, 0.1));
    }

    [TestCase(3)]
    [TestCase(9)]
    public void Student_t_is_elliptical(double nu)
    {
        var found = Ellipticity.Of(Draw(new StudentT(Circulant.Gaussian(40, 3), nu, "")));
        Assert.That(found.Shape, Is.EqualTo(LawShape.Elliptical));
        Assert.That(found.Ratio.Mean, Is.InRange(-0.11, 0.11));
    }

    [Test]
    public void A_sphere_in_a_few_waves_is_elliptical_whatever_its_kurtosis()
    {
        using var generator = new Generator(2);
        var angle = torch.arange(0, 40, ScalarType.Float64) * (2 * Math.PI / 40);
        var waves = torch.stack([torch.ones_like(angle) / Math.Sqrt(2), angle.cos(), angle.sin(), (angle * 2).cos(), (angle * 2).sin(), (angle * 3).cos(), (angle * 3).sin()]);
        var z = torch.randn(20_000, 7, ScalarType.Float64, generator: generator);
        var x = (z / torch.linalg.norm(z, [-1], keepdim: true)).matmul(waves);
        Assert.That(KurtosisEstimate.Of(x).ExcessKurtosis, Is.EqualTo(-2.0 / 3).Within(0.02));
        var found = Ellipticity.Of(x);
        Assert.That(found.Shape, Is.EqualTo(LawShape.Elliptical));
        Assert.That(found.Ratio.Mean, Is.EqualTo(0).Within(0.1));
    }

    [Test]
    public void A_gaussian_has_no_departure_and_few_examples_decide_nothing()
    {
        var x = Draw(new Gaussian(40, 3));
        var found = Ellipticity.Of(x);
        Assert.That(found.Shape, Is.EqualTo(LawShape.Gaussian));
        Assert.That(Math.Abs(found.Departure.Mean), Is.LessThan(4 * found.Departure.Error).And.LessThan(1e-4));
        Assert.That(Ellipticity.Of(x.narrow(0, 0, 300)).Shape, Is.EqualTo(LawShape.Unclear));
        Assert.That(() => Ellipticity.Of(x.narrow(0, 0, 31)), Throws.ArgumentException);
    }

    [Test]
    public void A_torus_is_no_different()
    {
        using var generator = new Generator(3);
        var field = new Gaussian(Kernel.Gaussian.On(Lattice.Torus(10), 2), "").Sample(20_000, generator);
        Assert.That(Ellipticity.Of(field.sign()).Shape, Is.EqualTo(LawShape.NotElliptical));
        Assert.That(Ellipticity.Of(field).Shape, Is.EqualTo(LawShape.Gaussian));
    }
}
