using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchRf.Simd;

namespace TorchRf.Sampling;

/// <summary>
/// Spins on a ring, 256 examples at a time, one a bit: exact, and without rejection. Around a ring the number of broken bonds is even. Given the
/// spins before, bond i of N is therefore broken with probability p O_m / E_(m+1) where spin i equals the first, and p E_m / O_(m+1) where it does not: m = N - 1 - i bonds
/// are to come, of which an even number is broken with probability E_m = (1 + a^m)/2, an odd one with O_m = (1 - a^m)/2, a = tanh J.
/// </summary>
internal sealed class IsingSampler : ChunkSampler
{
    private const int Lanes = 256;

    // For each bond, the probability of a break where spin and first spin agree, and where they do not.
    private readonly (ulong Agreeing, ulong Differing)[] breaks;

    /// <param name="sites">N.</param>
    /// <param name="broken">p, the probability of a broken bond on a chain, 1/(1 + exp(2J)).</param>
    internal IsingSampler(int sites, double broken) : base(sites, Lanes)
    {
        double logA = broken < 0.5 ? Math.Log(1 - (2 * broken)) : double.NegativeInfinity;
        // (1 - a^m)/2 in a form that does not cancel where bonds hardly ever break.
        double Odd(int m) => m == 0 ? 0 : -Expm1(m * logA) / 2;
        double Even(int m) => 1 - Odd(m);
        breaks = new (ulong, ulong)[sites - 1];
        for (int i = 0; i < sites - 1; i++)
        {
            int m = sites - 1 - i;
            // Spin 0 cannot differ from itself.
            breaks[i] = (CoinFlips.Threshold(broken * Odd(m) / Even(m + 1)), i == 0 ? 0 : CoinFlips.Threshold(broken * Even(m) / Odd(m + 1)));
        }
    }

    // A byte for each 8 examples and site, and room to read 8 sites at once.
    private protected override int Scratch => Lanes / 8 * Stride / sizeof(float);

    // An odd number of cache lines: bytes of the same site would otherwise compete for few places in the cache.
    private int Stride => ((Sites + 8 + 63) / 64 * 64) | 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override unsafe void Make(ulong key, int chunk, int rows, float* x, float* scratch)
    {
        var bytes = (byte*)scratch;
        int stride = Stride;
        var flips = new CoinFlips(new Philox(key, (ulong)chunk, Purpose.Spins));
        var first = flips.Fair();
        var spin = first;
        Scatter(spin, bytes, stride);
        for (int i = 0; i < breaks.Length; i++)
        {
            spin ^= flips.Biased(spin ^ first, breaks[i].Differing, breaks[i].Agreeing);
            Scatter(spin, bytes + i + 1, stride);
        }
        for (int row = 0; row < rows; row++)
            Spread(bytes + (row / 8 * stride), row % 8, x + ((long)row * Sites));
    }

    // Byte k holds the spins of examples 8 k .. 8 k + 7 at one site; bytes of neighbouring sites are neighbours.
    private static unsafe void Scatter(Vector256<uint> spins, byte* bytes, int stride)
    {
        var bits = stackalloc byte[Lanes / 8];
        spins.AsByte().Store(bits);
        for (int k = 0; k < Lanes / 8; k++)
            bytes[k * stride] = bits[k];
    }

    // One example, from bits to -1 and +1.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Spread(byte* bytes, int bit, float* x)
    {
        int i = 0;
        for (; i + 8 <= Sites; i += 8)
            Signs(bytes + i, bit).Store(x + i);
        if (i == Sites)
            return;
        var rest = stackalloc float[8];
        Signs(bytes + i, bit).Store(rest);
        for (int j = 0; i < Sites; i++, j++)
            x[i] = rest[j];
    }

    private static unsafe Vector256<float> Signs(byte* bytes, int bit)
    {
        var (low, high) = Vector128.Widen(Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)bytes).AsByte()));
        var sign = (Vector256.Create(low, high) << (31 - bit)) & Vector256.Create(0x80000000);
        return (sign | Vector256.Create(0x3F800000u)).AsSingle();
    }

    private static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) : Math.Exp(x) - 1;
}
