using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>Sine and cosine of 8 angles at once, the angles given as fractions of a turn.</summary>
internal static class SineCosine
{
    /// <summary>sin(2 pi t / 2^32) and cos(2 pi t / 2^32), to within 1.2e-7.</summary>
    /// <param name="turn">t, all 32 bits of it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector256<float> Sine, Vector256<float> Cosine) Of(Vector256<uint> turn)
    {
        // The nearest quarter turn q, and what is left of it, f in [-1/2, 1/2) quarters: the lower 30 bits, taken as signed.
        var q = (turn + Vector256.Create(1u << 29)) >>> 30;
        var f = Vector256.ConvertToSingle((turn << 2).AsInt32()) * Vector256.Create(1f / 4294967296f);
        var g = f * f;
        // sin(pi f / 2) / f and cos(pi f / 2), minimax in the relative error (3e-9 and 6e-11).
        var s = Vector256.Create(-0.00460165789f);
        s = Vector256.FusedMultiplyAdd(s, g, Vector256.Create(0.0796800328f));
        s = Vector256.FusedMultiplyAdd(s, g, Vector256.Create(-0.64596346f));
        s = Vector256.FusedMultiplyAdd(s, g, Vector256.Create(1.57079632f)) * f;
        var c = Vector256.Create(0.000903362973f);
        c = Vector256.FusedMultiplyAdd(c, g, Vector256.Create(-0.020859936f));
        c = Vector256.FusedMultiplyAdd(c, g, Vector256.Create(0.253669183f));
        c = Vector256.FusedMultiplyAdd(c, g, Vector256.Create(-1.23370054f));
        c = Vector256.FusedMultiplyAdd(c, g, Vector256<float>.One);
        // Odd quarters swap the two; the sine is negative in quarters 2 and 3, the cosine in 1 and 2.
        var odd = Vector256.Equals(q & Vector256<uint>.One, Vector256<uint>.One).AsSingle();
        var sine = Vector256.ConditionalSelect(odd, c, s);
        var cosine = Vector256.ConditionalSelect(odd, s, c);
        var sineSign = (q & Vector256.Create(2u)) << 30;
        var cosineSign = ((q + Vector256<uint>.One) & Vector256.Create(2u)) << 30;
        return ((sine.AsUInt32() ^ sineSign).AsSingle(), (cosine.AsUInt32() ^ cosineSign).AsSingle());
    }
}
