namespace TorchRf.LibTorch.Tests;

public class GammaTests
{
    private const int Count = 200_000;

    // The law of shape s has mean s, variance s and fourth central moment 3 s^2 + 6 s.
    [Test]
    public void Mean_and_variance_are_the_shape([Values(0.3, 1, 1.05, 6, 250)] double shape, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        using var generator = new Generator(11);
        using var shapes = torch.full([Count], shape, dtype);
        using var x = torch._standard_gamma(shapes, generator);
        Assert.That(x.dtype, Is.EqualTo(dtype));
        var values = x.Doubles();
        Assert.That(values, Has.All.GreaterThanOrEqualTo(0));
        Assert.That(Math.Abs(values.Average() - shape) / Math.Sqrt(shape / Count), Is.LessThan(4.5), "mean, in standard errors");
        double spread = Math.Sqrt(((2 * shape * shape) + (6 * shape)) / Count);
        Assert.That(Math.Abs(values.Average(v => (v - shape) * (v - shape)) - shape) / spread, Is.LessThan(4.5), "variance, in standard errors");
    }

    [Test]
    public void The_same_seed_gives_the_same_numbers()
    {
        using var shapes = torch.full([50], 2.5, ScalarType.Float64);
        double[] Draw(ulong seed)
        {
            using var generator = new Generator(seed);
            using var x = torch._standard_gamma(shapes, generator);
            return x.Doubles();
        }
        var first = Draw(3);
        Assert.That(Draw(3), Is.EqualTo(first));
        Assert.That(Draw(4), Is.Not.EqualTo(first));
    }
}
