using System.Numerics;
using System.Runtime.Intrinsics;
using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

public sealed class CoinFlipsTests
{
    private const int Tosses = 20_000;

    // Of 256 x 20 000 coins, within 5 standard errors.
    [Test]
    public void Coins_fall_on_one_as_often_as_they_should([Values(0, 1e-6, 0.1, 1.0 / 3, 0.5, 0.9, 1 - 1e-6)] double set, [Values(0.25, 0.7)] double clear)
    {
        var flips = new CoinFlips(new Philox(5, 0, Purpose.Spins));
        var which = Vector256.Create(0xffff0000u);
        double ones = 0, others = 0;
        for (int toss = 0; toss < Tosses; toss++)
        {
            var coins = flips.Biased(which, CoinFlips.Threshold(set), CoinFlips.Threshold(clear));
            ones += Count(coins & which);
            others += Count(coins & ~which);
        }
        const double coinsOfEach = Tosses * 128;
        Assert.That(Math.Abs((ones / coinsOfEach) - set), Is.LessThanOrEqualTo(5 * Math.Sqrt(set * (1 - set) / coinsOfEach)));
        Assert.That(Math.Abs((others / coinsOfEach) - clear), Is.LessThan(5 * Math.Sqrt(clear * (1 - clear) / coinsOfEach)));
    }

    [Test]
    public void Each_coin_is_fair_and_tosses_are_independent()
    {
        var flips = new CoinFlips(new Philox(6, 0, Purpose.Spins));
        var heads = new int[256];
        int same = 0;
        var before = flips.Fair();
        for (int toss = 0; toss < Tosses; toss++)
        {
            var coins = flips.Fair();
            same += Count(~(coins ^ before));
            for (int lane = 0; lane < 256; lane++)
                heads[lane] += (int)((coins[lane / 32] >> (lane % 32)) & 1);
            before = coins;
        }
        Assert.That(heads.Max(h => Math.Abs(h - (Tosses / 2))), Is.LessThan(5.5 * Math.Sqrt(Tosses) / 2));
        Assert.That(Math.Abs(same - (Tosses * 128)), Is.LessThan(5 * Math.Sqrt(Tosses * 64)));
    }

    private static int Count(Vector256<uint> bits) => Enumerable.Range(0, 8).Sum(i => BitOperations.PopCount(bits[i]));
}
