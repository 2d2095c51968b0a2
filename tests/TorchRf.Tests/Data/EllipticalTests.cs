using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data;

[Parallelizable(ParallelScope.Self)]
public sealed class EllipticalTests : TensorScope
{
    // |Lambda^-1 x|, from the inverse root's own Fourier modes.
    private static double[] Radii(Tensor x, Circulant covariance)
    {
        var inverse = new Circulant(torch.fft.irfft(covariance.Eigenvalues().pow(-0.5), n: covariance.Sites));
        return Values(torch.linalg.norm(inverse.Times(x), [1]));
    }

    [Test]
    public void The_surface_is_the_ellipsoids([Values(4, 9, 40)] int sites)
    {
        var model = new Elliptical(sites, 1, RadialLaw.Surface);
        using var generator = new Generator(2);
        var radii = Radii(model.Sample(500, generator, ScalarType.Float64), (Circulant)model.Covariance);
        Assert.That(radii, Has.All.EqualTo(Math.Sqrt(sites)).Within(1e-9));
    }

    [Test]
    public void The_outer_shells_radii_are_distributed_as_its_law()
    {
        const int Examples = 50_000;
        var model = new Elliptical(20, 1, RadialLaw.OuterShell);
        using var generator = new Generator(2);
        double scale = Math.Sqrt(20 / RadialLaw.OuterShell.Moment(2));
        // u = tanh(r - 2) is uniform.
        var u = Radii(model.Sample(Examples, generator, ScalarType.Float64), (Circulant)model.Covariance).Select(r => Math.Tanh((r / scale) - 2)).Order().ToArray();
        Assert.That(u[0], Is.GreaterThan(-1e-9));
        double largest = Enumerable.Range(0, Examples).Max(i => Math.Abs(u[i] - ((i + 0.5) / Examples)));
        Assert.That(largest * Math.Sqrt(Examples), Is.LessThan(2.5), "Kolmogorov-Smirnov");
    }

    [Test]
    public void A_radius_of_ones_own_will_do()
    {
        var model = new Elliptical(Circulant.Gaussian(8, 1), new RadialLaw("two shells", u => u.ge(0.75).to(u.dtype) * 2 + 1, 3), "any");
        Assert.That(model.Description, Is.EqualTo("elliptical, two shells, any"));
        using var generator = new Generator(2);
        // E r^2 = 3/4 + 9/4 = 3.
        double unit = Math.Sqrt(8.0 / 3);
        var radii = Radii(model.Sample(4000, generator, ScalarType.Float64), (Circulant)model.Covariance);
        Assert.That(radii.Select(r => Math.Round(r / unit, 6)).Distinct(), Is.EquivalentTo(new[] { 1, 3 }));
        Assert.That((radii.Count(r => r > 2 * unit) - 1000) / Math.Sqrt(750), Is.InRange(-4, 4), "in standard errors");
    }
}
