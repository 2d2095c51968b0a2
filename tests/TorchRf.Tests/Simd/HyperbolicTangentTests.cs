using System.Runtime.Intrinsics;
using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

public class HyperbolicTangentTests
{
    // Millions of numbers of every exponent, from the least denormal to where nothing but 1 is left.
    [TestCase(1.4e-45f, 20f)]
    [TestCase(-1.4e-45f, -20f)]
    public void Errors_are_within_two_and_a_half_units_in_the_last_place(float nearZero, float far)
    {
        var (error, at) = UnitsInTheLastPlace.Largest(nearZero, far, 163, HyperbolicTangent.Of, Math.Tanh);
        TestContext.Out.WriteLine($"{error:0.000} units at {at:r}");
        Assert.That(error, Is.LessThanOrEqualTo(2.5), $"at {at:r}");
    }

    [Test]
    public void Slow_ends_never_pass_one([Values(8f, 8.9f, 9.01f, 9.1f, 9.2f, 50f, 1e30f, float.MaxValue, float.PositiveInfinity)] float x)
    {
        Assert.That(HyperbolicTangent.Of(Vector256.Create(x))[5], Is.LessThanOrEqualTo(1f).And.EqualTo((float)Math.Tanh(x)).Within(1.2e-7f));
        Assert.That(HyperbolicTangent.Of(Vector256.Create(-x))[5], Is.EqualTo(-HyperbolicTangent.Of(Vector256.Create(x))[5]));
    }

    [Test]
    public void Zeros_keep_their_signs()
    {
        Assert.That(BitConverter.SingleToInt32Bits(HyperbolicTangent.Of(Vector256.Create(0f))[0]), Is.EqualTo(0));
        Assert.That(BitConverter.SingleToInt32Bits(HyperbolicTangent.Of(Vector256.Create(-0f))[0]), Is.EqualTo(int.MinValue));
    }

    [Test]
    public void What_is_not_a_number_stays_none_and_disturbs_no_neighbour()
    {
        var y = HyperbolicTangent.Of(Vector256.Create(1f, float.NaN, 1f, 1f, 1f, 1f, 1f, 1f));
        Assert.That(y[1], Is.NaN);
        Assert.That(y[0], Is.EqualTo((float)Math.Tanh(1)).Within(1.2e-7f));
    }
}
