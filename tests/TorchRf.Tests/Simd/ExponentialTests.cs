using System.Runtime.Intrinsics;
using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

public class ExponentialTests
{
    // Millions of numbers of every exponent: from the least denormal on, up to where the result is infinite, and down to where it is 0.
    [TestCase(1.4e-45f, 88.72283f)]
    [TestCase(-1.4e-45f, -110f)]
    public void Errors_are_within_a_unit_in_the_last_place(float nearZero, float far)
    {
        var (error, at) = UnitsInTheLastPlace.Largest(nearZero, far, 163, TorchRf.Simd.Exponential.Of, Math.Exp);
        TestContext.Out.WriteLine($"{error:0.000} units at {at:r}");
        Assert.That(error, Is.LessThanOrEqualTo(1), $"at {at:r}");
    }

    [TestCase(0f, 1f)]
    [TestCase(-0f, 1f)]
    [TestCase(88.72283f, 3.4027985e38f, 1e-6)]
    [TestCase(88.72284f, float.PositiveInfinity)]
    [TestCase(1e30f, float.PositiveInfinity)]
    [TestCase(float.PositiveInfinity, float.PositiveInfinity)]
    [TestCase(-104f, 0f)]
    [TestCase(-1e30f, 0f)]
    [TestCase(float.NegativeInfinity, 0f)]
    [TestCase(float.NaN, float.NaN)]
    public void Ends_are_where_they_belong(float x, float expected, double relative = 0) =>
        Assert.That(TorchRf.Simd.Exponential.Of(Vector256.Create(x))[3], Is.EqualTo(expected).Within(relative * 100).Percent);
}
