using System.Runtime.Intrinsics;
using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

/// <summary>Functions of Float32 vectors against Float64, to the errors that they state.</summary>
[Parallelizable(ParallelScope.Self)]
public class VectorFunctionsTests
{
    // Below this a unit in the last place does not get smaller: numbers are denormal.
    private const int LeastExponent = -126;

    private static IEnumerable<TestCaseData> Functions()
    {
        static TestCaseData Case(string name, Func<Vector256<float>, Vector256<float>> of, Func<double, double> exact, double units, float far) =>
            new TestCaseData(of, exact, units, far).SetArgDisplayNames(name);
        // Up to where the result is infinite, and down to where it is 0; to where nothing but 1 is left.
        yield return Case("exp up", TorchRf.Simd.Exponential.Of, Math.Exp, 1, 88.72283f);
        yield return Case("exp down", TorchRf.Simd.Exponential.Of, Math.Exp, 1, -110);
        yield return Case("tanh up", HyperbolicTangent.Of, Math.Tanh, 2.5, 20);
        yield return Case("tanh down", HyperbolicTangent.Of, Math.Tanh, 2.5, -20);
    }

    // Millions of numbers of every exponent, from the least denormal on, a stride apart by their bits.
    [TestCaseSource(nameof(Functions))]
    public void Errors_are_within_so_many_units_in_the_last_place(Func<Vector256<float>, Vector256<float>> of, Func<double, double> exact, double units, float far)
    {
        int first = BitConverter.SingleToInt32Bits(MathF.CopySign(float.Epsilon, far)), last = BitConverter.SingleToInt32Bits(far);
        const int Blocks = 64, Stride = 163;
        var worst = Enumerable.Range(0, Blocks).AsParallel().Select(block =>
        {
            var (most, place) = (0.0, 0f);
            Span<float> x = stackalloc float[8];
            for (long bits = first + ((long)block * Stride); bits <= last; bits += (long)Blocks * Stride)
            {
                float u = BitConverter.Int32BitsToSingle((int)bits);
                // In a lane that changes, beside numbers of other sizes.
                x.Fill(1);
                int lane = (int)(bits & 7);
                x[lane] = u;
                double error = Units(of(Vector256.Create<float>(x))[lane], exact(u));
                if (!(error <= most))
                    (most, place) = (error, u);
            }
            return (Error: most, At: place);
        }).ToArray();
        // What is not a number is in no order.
        Assert.That(worst.All(w => w.Error <= units), $"at {worst.MaxBy(w => w.Error).At:r}");
    }

    private static double Units(float value, double exact) =>
        value == (float)exact && double.IsInfinity((float)exact) ? 0 : Math.Abs(value - exact) / Math.ScaleB(1, Math.Max(LeastExponent, Math.ILogB(exact)) - 23);

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
    public void Ends_of_the_exponential_are_where_they_belong(float x, float expected, double relative = 0) =>
        Assert.That(TorchRf.Simd.Exponential.Of(Vector256.Create(x))[3], Is.EqualTo(expected).Within(relative * 100).Percent);

    [Test]
    public void Slow_ends_of_the_tangent_never_pass_one([Values(8f, 8.9f, 9.01f, 9.1f, 9.2f, 50f, 1e30f, float.MaxValue, float.PositiveInfinity)] float x)
    {
        Assert.That(HyperbolicTangent.Of(Vector256.Create(x))[5], Is.LessThanOrEqualTo(1f).And.EqualTo((float)Math.Tanh(x)).Within(1.2e-7f));
        Assert.That(HyperbolicTangent.Of(Vector256.Create(-x))[5], Is.EqualTo(-HyperbolicTangent.Of(Vector256.Create(x))[5]));
    }

    [Test]
    public void Zeros_keep_their_signs_and_what_is_not_a_number_disturbs_no_neighbour()
    {
        var y = HyperbolicTangent.Of(Vector256.Create(1f, float.NaN, 0f, -0f, 1f, 1f, 1f, 1f));
        Assert.That(y[0], Is.EqualTo((float)Math.Tanh(1)).Within(1.2e-7f));
        Assert.That(y[1], Is.NaN);
        Assert.That((BitConverter.SingleToInt32Bits(y[2]), BitConverter.SingleToInt32Bits(y[3])), Is.EqualTo((0, int.MinValue)));
    }

    [Test]
    public void Logarithm()
    {
        // Every 97th positive Float32 that is not subnormal: 22 million.
        double worst = 0, nearOne = 0;
        for (int bits = 0x00800000; bits < 0x7f800000 - (8 * 97); bits += 8 * 97)
        {
            var x = (Vector256.Create(bits) + (Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7) * 97)).AsSingle();
            var log = TorchRf.Simd.Logarithm.Of(x);
            for (int lane = 0; lane < 8; lane++)
            {
                double exact = Math.Log(x[lane]), error = Math.Abs(log[lane] - exact);
                worst = Math.Max(worst, error / Math.Max(Math.Abs(exact), 1e-3));
                if (Math.Abs(exact) < 1e-3)
                    nearOne = Math.Max(nearOne, error);
            }
        }
        Assert.That(worst, Is.LessThan(1.5e-7).And.GreaterThan(1e-9));
        Assert.That(nearOne, Is.LessThan(1e-10));
        Assert.That(TorchRf.Simd.Logarithm.Of(Vector256<float>.One)[0], Is.Zero);
    }

    [Test]
    public void Sine_and_cosine()
    {
        double worst = 0;
        for (uint t = 0; t < 0xffffff00; t += 1663)
        {
            var turn = Vector256.Create(t) + (Vector256.Create(0u, 1, 2, 3, 4, 5, 6, 7) * 29);
            var (sine, cosine) = SineCosine.Of(turn);
            for (int lane = 0; lane < 8; lane += 3)
            {
                var (s, c) = Math.SinCos(2 * Math.PI * turn[lane] / 4294967296.0);
                worst = Math.Max(worst, Math.Max(Math.Abs(sine[lane] - s), Math.Abs(cosine[lane] - c)));
            }
        }
        Assert.That(worst, Is.LessThan(1.2e-7).And.GreaterThan(1e-9));
    }
}
