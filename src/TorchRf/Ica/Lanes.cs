using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchRf.Simd;

namespace TorchRf.Ica;

internal readonly struct LogCoshLanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Slope, Vector256<float> Curvature) At(Vector256<float> u)
    {
        var slope = HyperbolicTangent.Of(u);
        return (slope, Vector256.FusedMultiplyAdd(-slope, slope, Vector256<float>.One));
    }
}

internal readonly struct GaussianBumpLanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Slope, Vector256<float> Curvature) At(Vector256<float> u)
    {
        var bump = Simd.Exponential.Of(u * u * Vector256.Create(-0.5f));
        var slope = u * bump;
        return (slope, Vector256.FusedMultiplyAdd(-u, slope, bump));
    }
}

internal readonly struct FourthPowerLanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Slope, Vector256<float> Curvature) At(Vector256<float> u)
    {
        var square = u * u;
        return (u * square, square * Vector256.Create(3f));
    }
}

internal readonly struct SqrtAbsLanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Slope, Vector256<float> Curvature) At(Vector256<float> u)
    {
        var q = Vector256.FusedMultiplyAdd(u, u, Vector256.Create((float)SqrtAbs.Smoothing));
        var root = Vector256.Sqrt(q);
        var half = Vector256.Create(0.5f) / (root * Vector256.Sqrt(root)); // q^(-3/4) / 2
        var curvature = (Vector256.Create((float)(1.5 * SqrtAbs.Smoothing)) / q) - Vector256.Create(0.5f);
        return (u * half, curvature * half);
    }
}
