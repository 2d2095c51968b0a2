using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

public sealed class NormalQuadratureTests : TensorScope
{
    [TestCase(0, 1)]
    [TestCase(2, 1)]
    [TestCase(4, 3)]
    [TestCase(6, 15)]
    [TestCase(20, 654_729_075)]
    public void Even_moments(int power, double expected) =>
        Assert.That(NormalQuadrature.Mean(z => z.pow(power)), Is.EqualTo(expected).Within(1e-12 * expected));

    // E[exp(s Z^2 / 2)] = 1 / sqrt(1 - s): growth nearly as fast as the density falls; and a step narrower than 1e-4.
    [Test]
    public void Heavy_tails_and_narrow_steps()
    {
        Assert.That(NormalQuadrature.Mean(z => (z.square() * 0.45).exp()), Is.EqualTo(1 / Math.Sqrt(0.1)).Within(1e-11));
        Assert.That(NormalQuadrature.Mean(z => (z * 1e4).erf().square()), Is.EqualTo(2 / Math.PI * Math.Asin(2e8 / (1 + 2e8))).Within(1e-11));
    }
}
