using TorchRf.Data;
using TorchRf.Measures;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

public sealed class CumulantFactorsTests : TensorScope
{
    // Sources as they come in every combination, so that a sample of them is independent exactly; their excess kurtoses are -2, -1.5 and 1.
    private static Tensor Sources()
    {
        double third = Math.Sqrt(1.5);
        double[][] values = [[-1, 1], [-third, 0, third], [-2, 0, 0, 0, 0, 0, 0, 2]];
        return torch.tensor([.. from a in values[0] from b in values[1] from c in values[2] from v in new[] { a, b, c } select v], [48, 3]);
    }

    [Test]
    public void Of_independent_sources_the_factors_are_their_axes_and_excess_kurtoses()
    {
        using var generator = new Generator(3);
        var (axes, _) = torch.linalg.qr(torch.randn([3, 3], ScalarType.Float64, generator: generator));
        var found = CumulantFactors.Of(Sources().matmul(axes.mT), 3, generator);
        Assert.That(found.Converged, Has.All.True);
        Assert.That(found.Strengths, Is.EqualTo(new[] { -2, -1.5, 1 }).Within(1e-10));
        Assert.That(Values((found.Vectors * axes.mT).sum(1).abs()), Is.EqualTo(new[] { 1.0, 1, 1 }).Within(1e-7), "each is its source's axis");
        Assert.That(Values((found.Vectors.matmul(found.Vectors.mT) - torch.eye(3, dtype: ScalarType.Float64)).abs().max()), Has.All.LessThan(1e-6), "and what was found is found no more");
    }

    [Test]
    public void What_stops_before_it_has_converged_says_so()
    {
        using var generator = new Generator(3);
        Assert.That(CumulantFactors.Of(Sources(), 1, generator, iterations: 1).Converged, Is.EqualTo(new[] { false }));
    }

    [Test]
    public void The_contraction_is_that_of_all_fourth_cumulants()
    {
        using var generator = new Generator(4);
        var x = torch.randn([300, 5], ScalarType.Float64, generator: generator).exp();
        x = x - x.mean([0]);
        var u = torch.randn([2, 5], ScalarType.Float64, generator: generator);
        var c = x.mT.matmul(x) / 300;
        var tensor = torch.einsum("pi,pj,pk,pl->ijkl", x, x, x, x) / 300
            - torch.einsum("ij,kl->ijkl", c, c) - torch.einsum("ik,jl->ijkl", c, c) - torch.einsum("il,jk->ijkl", c, c);
        var whole = torch.einsum("ijkl,mi,mj,mk->ml", tensor, u, u, u);
        Assert.That(Values(CumulantFactors.Contraction(x, u) / whole), Is.EqualTo(Enumerable.Repeat(1.0, 10)).Within(1e-9));
    }

    // Of another program (numpy, 80 000 examples of 40 sites, one draw, printed to so many digits). Over five seeds of the recipe ours are 0.572 and 0.179 with standard deviations of 0.0053 and 0.0009: four of them, and half a digit.
    [TestCase(1, 1, 0.575, 0.022)]
    [TestCase(3, 100, 0.18, 0.009)]
    public void Of_nearly_binary_fields_the_leading_factor_is_a_bump_as_wide_as_the_lengthscale(double lengthscale, double gain, double ipr, double error)
    {
        using var generator = new Generator(5);
        var found = CumulantFactors.Of(new NonlinearGaussianProcess(40, lengthscale, gain).Sample(80_000, generator), 1, generator, starts: 3, iterations: 40);
        Assert.That(found.Strengths[0], Is.Negative);
        Assert.That(InverseParticipationRatio.Each(found.Vectors)[0], Is.EqualTo(ipr).Within(error));
    }
}
