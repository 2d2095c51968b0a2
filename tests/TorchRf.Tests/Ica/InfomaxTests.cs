using TorchRf.Ica;
using TorchRf.Measures;

namespace TorchRf.Tests.Ica;

/// <summary>Infomax finds what the others find, and where it stands still its likelihood has no slope.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class InfomaxTests : TensorScope
{
    private static IcaSolution Fit(Tensor x, IcaOptions? options = null, ulong seed = 1, int? components = null)
    {
        using var generator = new Generator(seed);
        using var whitening = Whitening.Of(x, components);
        return Infomax.Fit(whitening, x, generator, options ?? new IcaOptions());
    }

    [TestCase("laplace,laplace,laplace,laplace", ScalarType.Float64)]
    [TestCase("uniform,sign,uniform,sign", ScalarType.Float64)]
    [TestCase("laplace,uniform,sign,laplace,uniform,sign", ScalarType.Float64)]
    [TestCase("laplace,uniform,sign,laplace,uniform,sign", ScalarType.Float32)]
    public void Sources_with_heavy_and_with_light_tails_are_found_as_by_the_others(string laws, ScalarType dtype)
    {
        var mixture = Mixture.Of(20_000, 5, dtype, laws.Split(','));
        var solution = Fit(mixture.Examples);
        Assert.That(solution.Warning, Is.Null);
        Assert.That(solution.Converged);
        Assert.That(AmariDistance.Of(solution.Unmixing.to(ScalarType.Float64).mm(mixture.Mixing)), Is.LessThan(0.05));
        Assert.That(solution.Unmixing.dtype, Is.EqualTo(dtype));
        // Picard's steps over rotations, on the same contrast, and FastICA.
        foreach (var search in new[] { Search.FixedPoint, Search.Autograd })
            Assert.That(AmariDistance.Between(solution.Unmixing, search.Run(mixture.Examples, new IcaOptions()).Unmixing), Is.LessThan(0.01), $"{search}");
    }

    // K E[tanh(y) y^T] + E[y y^T] is diagonal at y of any scale along the components; written out, without what the search uses.
    [Test]
    public void Where_it_stands_still_the_likelihood_has_no_slope()
    {
        var x = Mixture.Of(20_000, 6, ScalarType.Float64, "laplace", "uniform", "laplace", "sign").Examples;
        var solution = Fit(x, new IcaOptions { Tolerance = 1e-13, MaxIterations = 100 });
        Assert.That(solution.Converged, solution.Warning);
        var y = (x - solution.Mean).mm(solution.Unmixing.mT);
        Assert.That(Values(y.square().mean([0])), Is.All.EqualTo(1).Within(1e-9));
        Assert.That((solution.Unmixing.mm(solution.Mixing) - torch.eye(4, dtype: ScalarType.Float64)).abs().max().item<double>(), Is.LessThan(1e-9));
        for (int i = 0; i < 4; i++)
        {
            double sign = Math.Sign(solution.NonGaussianity[i]) < 0 ? 1 : -1;
            // The scale at which the component's own likelihood is stationary: s E[y (s y +- tanh(s y))] = 1.
            double Own(double s) => (y[TensorIndex.Colon, i] * ((y[TensorIndex.Colon, i] * s) + ((y[TensorIndex.Colon, i] * s).tanh() * sign))).mean().item<double>() * s;
            double low = 0.01, high = 10;
            for (int k = 0; k < 60; k++)
                (low, high) = Own((low + high) / 2) < 1 ? ((low + high) / 2, high) : (low, (low + high) / 2);
            var score = (y[TensorIndex.Colon, i] * low) + ((y[TensorIndex.Colon, i] * low).tanh() * sign);
            Assert.That(Enumerable.Range(0, 4).Where(j => j != i).Select(j => (score * y[TensorIndex.Colon, j]).mean().item<double>()), Is.All.EqualTo(0).Within(1e-5));
        }
    }

    [Test]
    public void It_says_when_it_has_not_converged_and_refuses_what_is_not_its_own()
    {
        var x = Mixture.Of(2000, 7, ScalarType.Float32, "laplace", "uniform", "sign").Examples;
        var solution = Fit(x, new IcaOptions { MaxIterations = 2 });
        Assert.That((solution.Converged, solution.Iterations), Is.EqualTo((false, 2)));
        Assert.That(solution.Warning, Does.StartWith("ICA did not converge: after 2 iterations"));
        Assert.That(Fit(x, components: 2).Unmixing.shape, Is.EqualTo(new long[] { 2, 3 }));
        Assert.That(() => Fit(x, new IcaOptions { Contrast = Contrast.Cube }), Throws.InstanceOf<InvalidSettingException>());
        Assert.That(() => Fit(x, new IcaOptions { Algorithm = IcaAlgorithm.Deflation }), Throws.InstanceOf<InvalidSettingException>());
    }
}
