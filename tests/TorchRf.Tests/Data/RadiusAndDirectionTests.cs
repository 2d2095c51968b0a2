using TorchRf.Data;

namespace TorchRf.Tests.Data;

/// <summary>The two sides of Prop. 3.3: an elliptical radius with other directions, and other radii with the same directions.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class RadiusAndDirectionTests : TensorScope
{
    [TestCase(false, 0.4)]
    [TestCase(true, 0.5)]
    public void Directions_are_on_their_side_of_the_cut_and_on_the_ellipsoid(bool above, double cut)
    {
        var covariance = Circulant.Gaussian(20, 1);
        var model = new BrokenSymmetry(covariance, cut, above, "ξ = 1");
        using var generator = new Generator(3);
        var inverse = new Circulant(torch.fft.irfft(covariance.Eigenvalues().pow(-0.5), n: 20));
        var d = inverse.Times(model.Sample(2000, generator, ScalarType.Float64)) / Math.Sqrt(20);
        Assert.That(Values(torch.linalg.norm(d, [1])), Has.All.EqualTo(1).Within(1e-9));
        var largest = Values(d.abs().amax([1]));
        Assert.That(largest, above ? Has.All.GreaterThan(cut - 1e-9) : Has.All.LessThan(cut + 1e-9));
        Assert.That(model.Marginal.ExcessKurtosis, above ? Is.GreaterThan(0.05) : Is.LessThan(-0.05), "cut off below, coordinates have lighter tails");
    }

    // E[x sgn(w.x)] = E[s] E[y sgn(w.y)], measured with the same y.
    [Test]
    public void A_radius_scales_the_amplifier_by_its_mean()
    {
        var original = new NonlinearGaussianProcess(20, 1, 3);
        var adjusted = new AdjustedMarginal(original, 1);
        using var generator = new Generator(4);
        using var once = new Generator(5);
        using var again = new Generator(5);
        var w = torch.randn(20, ScalarType.Float64, generator: generator);
        Tensor Drive(Tensor x) => (x * x.matmul(w).sign().unsqueeze(-1)).mean([0]);
        var a = torch.tensor(new[] { -1, -0.3, 0.2, 0.9 });
        var ratio = Values(adjusted.Marginal.FullAmplifier().Of(a) / original.Marginal.FullAmplifier().Of(a));
        Assert.That(ratio, Has.All.EqualTo(ratio[0]).Within(1e-9));
        var measured = Drive(adjusted.Sample(200_000, once, ScalarType.Float64)).dot(Drive(original.Sample(200_000, again, ScalarType.Float64))).item<double>()
            / Drive(original.Sample(200_000, new Generator(6), ScalarType.Float64)).square().sum().item<double>();
        Assert.That(ratio[0], Is.EqualTo(measured).Within(0.01));
    }

    // The density of s X has unit mass and variance.
    [Test]
    public void An_adjusted_marginal_is_a_law()
    {
        var marginal = new AdjustedMarginal(new NonlinearGaussianProcess(20, 1, 3), 1).Marginal;
        double[] x = [.. Enumerable.Range(-4000, 8001).Select(i => (i + 0.5) / 400)], p = [.. x.Select(marginal.Density)];
        Assert.That(p.Sum() / 400, Is.EqualTo(1).Within(0.01));
        Assert.That(x.Zip(p, (at, density) => at * at * density).Sum() / 400, Is.EqualTo(1).Within(0.01));
        Assert.That(marginal.ExcessKurtosis, Is.EqualTo(1));
    }
}
