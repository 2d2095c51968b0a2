using TorchRf.Data;

namespace TorchRf.Tests.Data;

/// <summary>The phi^4 ring against reference values of the infinite ring, the Gaussian case in closed form, and quadrature on another grid.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class Phi4RingTests : TensorScope
{
    // Of a chain without end, by a transfer operator in numpy, printed to so many digits (the last correlation is cut off after 0.99615, not rounded): three readings of Ingrosso and Goldt's quartic at mu^2 = -6 and their lambda = 2.
    [TestCase(8, 1.2352, 0.51943, -1.36022, 0.44444, Description = "lambda x^4")]
    [TestCase(2, 40.387, 2.80256, -1.88204, 0.95474, Description = "lambda x^4 / 4")]
    [TestCase(1 / 3.0, 5e12, 17.853, -1.98363, 0.99615, Description = "lambda x^4 / 24, frozen")]
    public void A_long_ring_has_the_moments_of_a_chain_without_end(double lambda, double lengthscale, double variance, double kurtosis, double neighbours)
    {
        using var model = new Phi4Ring(2000, -6, lambda);
        // Of the frozen one the two largest eigenvalues differ in their last three digits.
        Assert.That(model.CorrelationLength, lengthscale > 1e9 ? Is.EqualTo(lengthscale).Within(10).Percent : Is.EqualTo(lengthscale).Within(0.6e-3 * Math.Max(0.1, lengthscale / 40)));
        Assert.That(model.RawVariance, Is.EqualTo(variance).Within(variance > 10 ? 5.1e-4 : 5.1e-6));
        Assert.That(model.Marginal.ExcessKurtosis, Is.EqualTo(kurtosis).Within(5.1e-6));
        Assert.That(model.Covariance.FirstRow[1].item<double>(), Is.EqualTo(neighbours).Within(lambda < 1 ? 1e-5 : 5.1e-6));
    }

    // S = x.(mu^2 + 2 - shifts).x / 2: a covariance with the eigenvalues 1 / (mu^2 + 2 - 2 cos q).
    [TestCase(5, 0.5)]
    [TestCase(64, 0.05)]
    [TestCase(9, 300)]
    public void Without_a_quartic_it_is_the_free_field(int sites, double mu2)
    {
        using var model = new Phi4Ring(sites, mu2, 0);
        var free = torch.fft.irfft(1 / (mu2 + 2 - ((torch.arange(0, (sites / 2) + 1, ScalarType.Float64) * (2 * Math.PI / sites)).cos() * 2)), n: sites);
        Assert.That(model.RawVariance, Is.EqualTo(free[0].item<double>()).Within(1e-7).Percent);
        Assert.That(Values(model.Covariance.FirstRow), Is.EqualTo(Values(free / free[0])).Within(1e-8));
        Assert.That(model.Marginal.ExcessKurtosis, Is.EqualTo(0).Within(1e-7));
        Assert.That(model.CorrelationLength, Is.EqualTo(1 / Math.Acosh(1 + (mu2 / 2))).Within(1e-5).Percent);
    }

    // E[x_0 x_1 x_2 x_3] and E[x_0^3 x_2] of four sites by sums over all of 41^4 points, which the model's code has no part in.
    [Test]
    public void Examples_have_the_joint_moments_of_an_integral_over_all_sites()
    {
        const int points = 41;
        const double mu2 = -4, lambda = 5, reach = 2.4;
        var x = torch.linspace(-reach, reach, points, ScalarType.Float64);
        var action = x.square() * (mu2 / 2) + x.pow(4) * (lambda / 4);
        var link = ((x.unsqueeze(1) - x).square() * -0.5 - action / 2 - action.unsqueeze(1) / 2).exp();
        var density = torch.einsum("ab,bc,cd,da->abcd", link, link, link, link);
        density = density / density.sum();
        double Mean(string of, params Tensor[] factors) => torch.einsum("abcd," + of + "->", [density, .. factors]).item<double>();
        double variance = Mean("a", x.square());
        using var model = new Phi4Ring(4, mu2, lambda);
        Assert.That(model.RawVariance, Is.EqualTo(variance).Within(1e-8));
        using var generator = new Generator(5);
        var drawn = model.Sample(200_000, generator, ScalarType.Float64);
        Tensor[] sites = [drawn.select(1, 0), drawn.select(1, 1), drawn.select(1, 2), drawn.select(1, 3)];
        var sampled = torch.stack([sites[0] * sites[1] * sites[2] * sites[3], sites[0].pow(3) * sites[2], sites[1].pow(3) * sites[2], sites[3].pow(6)], 1);
        double[] exact = [Mean("a,b,c,d", x, x, x, x) / Math.Pow(variance, 2), Mean("a,c", x.pow(3), x) / Math.Pow(variance, 2), Mean("b,c", x.pow(3), x) / Math.Pow(variance, 2), Mean("d", x.pow(6)) / Math.Pow(variance, 3)];
        Assert.That(StandardErrors.Largest(sampled, torch.tensor(exact)), Is.LessThan(4.5));
        // On no lattice: no two values agree.
        Assert.That(Values(drawn).Take(100_000).Distinct().Count(), Is.EqualTo(100_000));
    }

    [Test]
    public void The_amplifier_is_the_mean_over_the_marginal()
    {
        using var model = new Phi4Ring(40, -6, 8);
        using var generator = new Generator(6);
        var x = model.Sample(20_000, generator, ScalarType.Float64).flatten();
        foreach (double a in new[] { 0.3, 0.8, 1 })
        {
            var mean = x * (a == 1 ? x.sign() : (x * (a / Math.Sqrt(2 * (1 - (a * a))))).erf());
            // Sites of an example are not independent; neighbours' correlation of 0.44 makes the error less than twice that of independent ones.
            double error = 2 * mean.std().item<double>() / Math.Sqrt(x.numel());
            Assert.That(model.Marginal.FullAmplifier().Of(torch.tensor(new[] { a })).item<double>(), Is.EqualTo(mean.mean().item<double>()).Within(4 * error));
        }
        Assert.That(Enumerable.Range(-300, 601).Sum(i => model.Marginal.Density(i / 100.0) / 100), Is.EqualTo(1).Within(1e-6));
    }
}
