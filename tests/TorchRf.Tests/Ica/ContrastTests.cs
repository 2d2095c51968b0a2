using TorchRf.Ica;
using TorchRf.Measures;

namespace TorchRf.Tests.Ica;

[Parallelizable(ParallelScope.Self)]
public sealed class ContrastTests : TensorScope
{
    private static readonly Contrast[] Contrasts = [.. Contrast.All];

    // By central differences, whose error is of the order of h^2.
    [TestCaseSource(nameof(Contrasts))]
    public void Slope_and_curvature_are_derivatives(Contrast contrast)
    {
        const double h = 1e-4;
        var u = torch.linspace(-4, 4, 81, ScalarType.Float64);
        Tensor Slope(Tensor at) => Bent(contrast, at).Slope;
        Assert.That(Slope(u).allclose((contrast.Value(u + h) - contrast.Value(u - h)) / (2 * h), rtol: 1e-6, atol: 1e-6));
        Assert.That(Bent(contrast, u).Curvature.allclose((Slope(u + h) - Slope(u - h)) / (2 * h), rtol: 1e-6, atol: 1e-5));
    }

    [TestCaseSource(nameof(Contrasts))]
    public void Values_are_even_and_finite_far_out(Contrast contrast)
    {
        var u = torch.linspace(-1000, 1000, 41);
        Assert.That(contrast.Value(u).allclose(contrast.Value(-u)));
        Assert.That(contrast.Value(u).isfinite().all().item<bool>());
        Assert.That(Bent(contrast, u).Slope.isfinite().all().item<bool>());
    }

    // Elementwise, by a last dimension of one element; u stays as it is.
    private static (Tensor Slope, Tensor Curvature) Bent(Contrast contrast, Tensor u)
    {
        var (slope, sum) = contrast.SlopeAndCurvature(u.unsqueeze(-1).clone());
        return (slope.squeeze(-1), sum);
    }

    // E n^4 / 4 = 3/4; E exp(-n^2/2) = 1/sqrt(2). log cosh: the value that the literature's negentropy approximations use, 0.37457.
    [TestCase("cube", 0.75, 1e-12)]
    [TestCase("exp", -0.70710678118654757, 1e-13)]
    [TestCase("logcosh", 0.37457, 1e-5)]
    public void Means_over_a_normal_are_known(string name, double mean, double tolerance) =>
        Assert.That(Contrast.Named(name).NormalMean, Is.EqualTo(mean).Within(tolerance));

    // Of the cube: Var(n^4)/16 = 96/16 = 6, of which Cov(n^4/4, n^2)^2 / 2 = 9/2 goes with n^2.
    [Test]
    public void What_is_left_of_the_cube_scatters_by_the_root_of_three_halves() =>
        Assert.That(Contrast.Cube.NormalDeviation, Is.EqualTo(Math.Sqrt(1.5)).Within(1e-10));

    [TestCaseSource(nameof(Contrasts))]
    public void Means_over_drawn_normals_agree(Contrast contrast)
    {
        using var generator = new Generator(1);
        var n = torch.randn([400, 1000], ScalarType.Float64, generator: generator);
        n = (n - n.mean([1], keepdim: true)) / (n.var(1, unbiased: false, keepdim: true)).sqrt();
        var means = contrast.Value(n).mean([1]);
        double error = contrast.NormalDeviation / Math.Sqrt(400_000);
        Assert.That(means.mean().item<double>(), Is.EqualTo(contrast.NormalMean).Within((4 * error) + (2e-3 * contrast.NormalDeviation)));
        // A standard deviation from 400 has a relative error of 1/sqrt(800); the fourth power's tails make it larger.
        Assert.That(means.std().item<double>() * Math.Sqrt(1000), Is.EqualTo(contrast.NormalDeviation).Within(0.2 * contrast.NormalDeviation));
    }

    // G = log(1 + u^2), the negative log density of a Cauchy law.
    internal sealed class Cauchy() : Contrast("cauchy")
    {
        protected override Tensor G(Tensor u) => u.square().log1p();

        public override (Tensor Slope, Tensor CurvatureSum) SlopeAndCurvature(Tensor u)
        {
            var near = (u.square() + 1).reciprocal();
            return (near * u * 2, ((near.square() * 4) - (near * 2)).sum(-1));
        }
    }

    [Test]
    public void A_contrast_of_ones_own_takes_a_class_and_a_place_in_a_list([Values] Search search, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        var contrast = Contrast.Named("cauchy", [.. Contrast.All, new Cauchy()]);
        Slope_and_curvature_are_derivatives(contrast);
        Means_over_drawn_normals_agree(contrast);
        var mixture = Mixture.Of(4000, 9, dtype, "laplace", "uniform", "sign", "laplace");
        var solution = search.Run(mixture.Examples, new IcaOptions { Contrast = contrast });
        Assert.That(solution.Converged);
        Assert.That(AmariDistance.Of(solution.Unmixing.to(ScalarType.Float64).mm(mixture.Mixing.to(ScalarType.Float64))), Is.LessThan(0.05));
    }

    [Test]
    public void Names_name()
    {
        foreach (var contrast in Contrast.All)
            Assert.That(Contrast.Named(contrast.Name), Is.SameAs(contrast));
        Assert.That(() => Contrast.Named("tanh"), Throws.InstanceOf<InvalidSettingException>().With.Message.EqualTo(
            "Contrast is tanh; it must be logcosh, exp, cube or sqrt-abs."));
    }
}
