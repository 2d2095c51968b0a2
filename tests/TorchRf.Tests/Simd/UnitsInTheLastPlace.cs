using System.Runtime.Intrinsics;

namespace TorchRf.Tests.Simd;

/// <summary>How far a function of Float32 vectors is from the same in Float64, in units of the last place of the exact value's Float32.</summary>
internal static class UnitsInTheLastPlace
{
    // Below this a unit does not get smaller: numbers are denormal.
    private const int LeastExponent = -126;

    /// <summary>The largest error over all numbers between two of the same sign, by their bits, a stride apart.</summary>
    internal static (double Error, float At) Largest(float nearZero, float far, int stride, Func<Vector256<float>, Vector256<float>> of, Func<double, double> exact)
    {
        int first = BitConverter.SingleToInt32Bits(nearZero), last = BitConverter.SingleToInt32Bits(far);
        var gate = new Lock();
        var (worst, at) = (0.0, 0f);
        const int Blocks = 64;
        Parallel.For(0, Blocks, block =>
        {
            var (most, place) = (0.0, 0f);
            Span<float> x = stackalloc float[8];
            for (long bits = first + ((long)block * stride); bits <= last; bits += (long)Blocks * stride)
            {
                float u = BitConverter.Int32BitsToSingle((int)bits);
                // In a lane that changes, beside numbers of other sizes.
                x.Fill(1);
                int lane = (int)(bits & 7);
                x[lane] = u;
                double error = Between(of(Vector256.Create<float>(x))[lane], exact(u));
                if (!(error <= most))
                    (most, place) = (error, u);
            }
            lock (gate)
                if (!(most <= worst))
                    (worst, at) = (most, place);
        });
        return (worst, at);
    }

    private static double Between(float value, double exact)
    {
        if (value == (float)exact)
            return value == exact || double.IsInfinity((float)exact) ? 0 : Math.Abs(value - exact) / Unit(exact);
        return Math.Abs(value - exact) / Unit(exact);
    }

    private static double Unit(double exact) => Math.ScaleB(1, Math.Max(LeastExponent, Math.ILogB(exact)) - 23);
}
