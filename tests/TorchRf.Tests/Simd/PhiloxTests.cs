using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

public sealed class PhiloxTests
{
    // The numbers that the authors of Philox publish with their code (Random123, kat_vectors).
    [TestCase(0u, 0ul, 0u, 0ul, new[] { 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u })]
    [TestCase(0xffffffffu, 0xfffffffffffffffful, 0xffffffffu, 0xfffffffffffffffful, new[] { 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu })]
    [TestCase(0x243f6a88u, 0x13198a2e85a308d3ul, 0x03707344u, 0x299f31d0a4093822ul, new[] { 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u })]
    public unsafe void Known_answers(uint counter, ulong chunk, uint purpose, ulong key, uint[] words)
    {
        var batch = stackalloc uint[Philox.Words];
        new Philox(key, chunk, (Purpose)purpose).Fill(counter / 16, batch);
        Assert.That(Of(batch, (int)(counter % 16)), Is.EqualTo(words));
    }

    [Test]
    public unsafe void A_batch_holds_the_words_of_sixteen_counters()
    {
        var (key, chunk) = (0xfedcba9876543210, 0x0123456789abcdefUL);
        var words = stackalloc uint[Philox.Words];
        foreach (uint batch in new uint[] { 0, 1, 77, 0x0fffffff })
        {
            new Philox(key, chunk, Purpose.Spins).Fill(batch, words);
            for (int i = 0; i < 16; i++)
                Assert.That(Of(words, i), Is.EqualTo(OneByOne((16 * batch) + (uint)i, chunk, (uint)Purpose.Spins, key)), $"batch {batch}, counter {i}");
        }
    }

    private static unsafe uint[] Of(uint* batch, int counter)
    {
        uint* first = batch + (counter / 4 * 16) + (counter % 4 * 2);
        return [first[0], first[1], first[8], first[9]];
    }

    // As the paper writes it, for one counter.
    private static uint[] OneByOne(uint counter, ulong chunk, uint purpose, ulong key)
    {
        var (c0, c1, c2, c3) = (counter, (uint)chunk, (uint)(chunk >> 32), purpose);
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return [c0, c1, c2, c3];
    }
}
