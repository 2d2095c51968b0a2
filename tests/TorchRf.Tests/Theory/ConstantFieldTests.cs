using TorchRf.Data;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

/// <summary>Where the constant field of the effective equation loses stability.</summary>
public class ConstantFieldTests
{
    // science: N = 40: g* = 0.2285, k* = 5.819; N = 100: g* = 0.127, k* = 5.718, for lengthscales 1 and 3.
    [TestCase(40, 0.2285)]
    [TestCase(100, 0.1274)]
    public void The_transition_in_the_gain(int sites, double expected) =>
        Assert.That(Root(g => Instability(xi => new NonlinearGaussianProcess(sites, xi, g)), 0.05, 1), Is.EqualTo(expected).Within(1e-4));

    [TestCase(40, 5.819)]
    [TestCase(100, 5.718)]
    public void The_transition_in_k(int sites, double expected) =>
        Assert.That(Root(k => Instability(xi => new AlgebraicQuantileProcess(sites, xi, k)), 5, 7), Is.EqualTo(expected).Within(1e-3));

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
        Assert.That(ConstantField.Instability((Circulant)first.Covariance, (Circulant)second.Covariance, Amplifier.Full(second.Marginal)), Is.Negative);
    }

    [Test]
    public void A_class_that_is_constant_over_the_ring_is_not_judged()
    {
        var (first, second) = (new IsingRing(4, 0.3), new IsingRing(4, 10));
        Assert.That(ConstantField.Instability((Circulant)first.Covariance, (Circulant)second.Covariance, Amplifier.Sign()), Is.Null.Or.Not.NaN);
    }

    // The condition against the equation itself: a ripple on the steady constant field grows or decays as it says.
    [TestCase(0.20)]
    [TestCase(0.26)]
    public void A_ripple_does_as_the_condition_says(double gain)
    {
        using var scope = torch.NewDisposeScope();
        var (first, second) = (new NonlinearGaussianProcess(40, 1, gain), new NonlinearGaussianProcess(40, 3, gain));
        var flow = GradientFlow.Of(new LengthscaleTask(first, second));
        var constant = flow.Adaptive(torch.full([40], 0.1, ScalarType.Float64), [2000.0])[0];
        var ripple = (torch.arange(0, 40, ScalarType.Float64) * (2 * Math.PI / 40)).cos() * 1e-5;
        double growth = (flow.Velocity(constant + ripple) * ripple).sum().item<double>();
        Assert.That(Math.Sign(growth), Is.EqualTo(Math.Sign(Instability(xi => new NonlinearGaussianProcess(40, xi, gain)))));
    }

    private static double Instability(Func<double, IDataModel> model)
    {
        using var scope = torch.NewDisposeScope();
        var (first, second) = (model(1), model(3));
        return ConstantField.Instability((Circulant)first.Covariance, (Circulant)second.Covariance, Amplifier.Full(second.Marginal))!.Value;
    }

    private static double Root(Func<double, double> f, double low, double high)
    {
        bool rising = f(low) < 0;
        Assert.That(f(high) > 0, Is.EqualTo(rising), "no change of sign");
        while (high - low > 1e-5)
        {
            double middle = (low + high) / 2;
            if (f(middle) < 0 == rising)
                low = middle;
            else
                high = middle;
        }
        return low;
    }
}
