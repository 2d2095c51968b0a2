using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

public sealed class WeightEntropyTests : TensorScope
{
    [Test]
    public void Equal_magnitudes_have_ln_N_and_a_single_site_none([Values(4, 40, 1001)] int sites)
    {
        var equal = torch.full([sites], -1e-30, ScalarType.Float32);
        Assert.That(Values(WeightEntropy.Of(equal))[0], Is.EqualTo(Math.Log(sites)).Within(1e-5));
        Assert.That(Values(WeightEntropy.EffectiveNumber(equal))[0], Is.EqualTo(sites).Within(1e-4 * sites));
        var one = torch.zeros(2, sites, ScalarType.Float64);
        one[0, 1] = torch.tensor(-7.0);
        one[1, 3] = torch.tensor(1e-9);
        Assert.That(Values(WeightEntropy.Of(one)), Is.All.Zero);
        Assert.That(Values(WeightEntropy.EffectiveNumber(one)), Is.All.EqualTo(1));
    }

    [Test]
    public void It_is_that_of_the_squared_weights()
    {
        var w = torch.tensor(new[] { 1.0, -2, 0, 2 });
        double expected = -((1.0 / 9 * Math.Log(1.0 / 9)) + (2 * 4.0 / 9 * Math.Log(4.0 / 9)));
        Assert.That(WeightEntropy.Of(w).item<double>(), Is.EqualTo(expected).Within(1e-14));
    }

    [Test]
    public void Turning_sign_and_size_do_not_matter()
    {
        using var generator = new Generator(1);
        var w = torch.randn([3, 2, 40], ScalarType.Float64, generator: generator);
        Assert.That(WeightEntropy.Of(w).shape, Is.EqualTo(new long[] { 3, 2 }));
        Assert.That(Values(WeightEntropy.Of(w.roll(3, -1) * -1e-100)), Is.EqualTo(Values(WeightEntropy.Of(w))).Within(1e-12));
    }
}
