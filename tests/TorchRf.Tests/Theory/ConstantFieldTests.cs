using TorchRf.Data.Marginals;
using TorchRf.Data;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

/// <summary>Whether the constant field of the effective equation is stable; where it stops being so is in <see cref="LocalizationTransitionTests"/>.</summary>
public class ConstantFieldTests
{
    [Test]
    public void A_Gaussian_keeps_the_constant_field() => Assert.That(Instability(xi => new Gaussian(40, xi)), Is.Negative);

    [Test]
    public void The_condition_says_nothing_when_class_1_is_the_short_one() =>
        Assert.That(ConstantField.Instability(Circulant.Gaussian(40, 3), Circulant.Gaussian(40, 1), Amplifier.Sign()), Is.Null);

    // Long lengthscales: the high modes of both classes are rounding, which must not decide.
    [TestCase(5, 10, 100)]
    [TestCase(10, 20, 200)]
    public void Rounding_does_not_decide(double shorter, double longer, int sites)
    {
        using var scope = torch.NewDisposeScope();
        var (first, second) = (new NonlinearGaussianProcess(sites, shorter, 0.01), new NonlinearGaussianProcess(sites, longer, 0.01));
        Assert.That(ConstantField.Instability((Circulant)first.Covariance, (Circulant)second.Covariance, second.Marginal.FullAmplifier()), Is.Negative);
    }

    [Test]
    public void A_class_that_is_constant_over_the_ring_is_not_judged()
    {
        var (first, second) = (new IsingRing(4, 0.3), new IsingRing(4, 10));
        Assert.That(ConstantField.Instability((Circulant)first.Covariance, (Circulant)second.Covariance, Amplifier.Sign()), Is.Null.Or.Not.NaN);
    }

    // Where the ring is nearly white (figure 5) all modes compete within a thousandth: the ripple of mode m must still follow
    // exp(1/2 (lambda_0^m + lambda_1^m) instability t) below and above the transition at g = 0.1231.
    [TestCase(0.1)]
    [TestCase(0.15)]
    public void A_ripple_moves_at_the_rate_that_the_condition_implies(double gain)
    {
        using var scope = torch.NewDisposeScope();
        var (first, second) = (new NonlinearGaussianProcess(40, 0.3, gain), new NonlinearGaussianProcess(40, 0.7, gain));
        var (c0, c1) = ((Circulant)first.Covariance, (Circulant)second.Covariance);
        double sum = c0.Eigenvalues()[1].item<double>() + c1.Eigenvalues()[1].item<double>();
        double rate = sum / 2 * ConstantField.Instability(c0, c1, second.Marginal.FullAmplifier())!.Value;
        var flow = GradientFlow.Of(new ClassificationTask(first, second));
        var constant = flow.Adaptive(torch.full([40], 0.1, ScalarType.Float64), [100.0])[0];
        var mode = (torch.arange(0, 40, ScalarType.Float64) * (2 * Math.PI / 40)).cos();
        var later = flow.Adaptive(constant + (mode * 1e-5), [300.0], 1e-11, 1e-14)[0];
        double grown = (later * mode).sum().item<double>() / 20 / 1e-5;
        Assert.That(Math.Sign(rate), Is.EqualTo(Math.Sign(gain - 0.1231)));
        Assert.That(Math.Log(grown) / 300, Is.EqualTo(rate).Within(0.02 * Math.Abs(rate)));
    }

    private static double Instability(Func<double, IDataModel> model)
    {
        using var scope = torch.NewDisposeScope();
        var (first, second) = (model(1), model(3));
        return ConstantField.Instability((Circulant)first.Covariance, (Circulant)second.Covariance, second.Marginal.FullAmplifier())!.Value;
    }
}
