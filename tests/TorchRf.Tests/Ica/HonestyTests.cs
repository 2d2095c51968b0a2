using TorchRf.Ica;
using TorchRf.Measures;

namespace TorchRf.Tests.Ica;

/// <summary>What a search does not reach it says.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class HonestyTests : TensorScope
{
    [Test]
    public void Not_converging_is_a_value_and_a_warning([Values] Search search, [Values] IcaAlgorithm algorithm)
    {
        var mixture = Mixture.Of(2000, 1, ScalarType.Float32, "laplace", "uniform", "sign");
        var solution = search.Run(mixture.Examples, new IcaOptions { Algorithm = algorithm, MaxIterations = 1, Tolerance = 1e-8 });
        Assert.That(solution.Converged, Is.False);
        Assert.That(solution.Iterations, Is.EqualTo(1));
        Assert.That(solution.Change, Is.GreaterThan(1e-8));
        Assert.That(solution.Warning, Does.StartWith("ICA did not converge: after 1 iterations").And.Contain("the tolerance is 1.0e-8"));
        Assert.That(solution.Unmixing.isfinite().all().item<bool>());
    }

    [Test]
    public void Gaussian_components_are_called_what_they_are([Values] Search search, [Values] IcaAlgorithm algorithm, [Values("logcosh", "exp", "cube", "sqrt-abs")] string contrast)
    {
        var x = Mixture.Of(10_000, 2, ScalarType.Float32, [.. Enumerable.Repeat("normal", 8)]).Examples;
        var solution = search.Run(x, new IcaOptions { Algorithm = algorithm, Contrast = Contrast.Named(contrast), MaxIterations = 50 });
        Assert.That(solution.Warning, Does.Contain("8 of 8 components are no farther from Gaussian than chance"));
    }

    [Test]
    public void One_Gaussian_component_among_others_is_found_and_two_are_warned_of([Values] Search search)
    {
        var one = Mixture.Of(20_000, 4, ScalarType.Float32, "laplace", "uniform", "normal");
        var solution = search.Run(one.Examples, new IcaOptions());
        Assert.That(solution.Warning, Is.Null);
        Assert.That(AmariDistance.Of(solution.Unmixing.to(ScalarType.Float64).mm(one.Mixing)), Is.LessThan(0.05));
        var two = Mixture.Of(20_000, 4, ScalarType.Float32, "laplace", "normal", "normal");
        Assert.That(search.Run(two.Examples, new IcaOptions { MaxIterations = 50 }).Warning, Does.Contain("2 of 3 components"));
    }

    [Test]
    public void The_scale_and_the_origin_of_the_examples_do_not_matter([Values] Search search)
    {
        var x = Mixture.Of(5000, 6, ScalarType.Float64, "laplace", "uniform", "sign").Examples;
        var scale = torch.tensor(new[] { 1e-3, 7, 2e4 });
        var (plain, scaled) = (search.Run(x, new IcaOptions { Tolerance = 1e-10 }), search.Run((x * scale) - 30, new IcaOptions { Tolerance = 1e-10 }));
        Assert.That(AmariDistance.Between(plain.Unmixing, scaled.Unmixing * scale), Is.LessThan(1e-4));
    }

    [Test]
    public void Mixing_and_unmixing_undo_each_other_and_components_have_unit_variance([Values] Search search)
    {
        var x = Mixture.Of(5000, 6, ScalarType.Float64, "laplace", "uniform", "sign", "laplace").Examples;
        var solution = search.Run(x, new IcaOptions(), components: 3);
        Assert.That(solution.Unmixing.shape, Is.EqualTo(new long[] { 3, 4 }));
        Assert.That(solution.Unmixing.mm(solution.Mixing).allclose(torch.eye(3, dtype: ScalarType.Float64), rtol: 0, atol: 1e-9));
        var y = (x - x.mean([0])).mm(solution.Unmixing.mT);
        Assert.That((y.mT.mm(y) / 5000).allclose(torch.eye(3, dtype: ScalarType.Float64), rtol: 0, atol: 1e-9));
        var expected = Contrast.LogCosh.Value(y).mean([0]) - Contrast.LogCosh.NormalMean;
        Assert.That(solution.NonGaussianity, Is.EqualTo(Values(expected)).Within(1e-12));
        Assert.That(solution.FinalContrast, Is.EqualTo(expected.square().sum().item<double>()).Within(1e-12));
    }

    [Test]
    public void Options_out_of_range_are_refused()
    {
        Assert.That(() => new IcaOptions { Tolerance = 0 }.Validate(), Throws.InstanceOf<InvalidSettingException>());
        Assert.That(() => new IcaOptions { MaxIterations = 0 }.Validate(), Throws.InstanceOf<InvalidSettingException>());
        Assert.That(() => new IcaOptions { Algorithm = (IcaAlgorithm)7 }.Validate(), Throws.InstanceOf<InvalidSettingException>());
    }
}
