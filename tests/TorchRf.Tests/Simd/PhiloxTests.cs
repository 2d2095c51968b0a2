using NUnit.Framework;
using TorchRf.Simd;

namespace TorchRf.Tests.Simd;

/// <summary>The numbers that the authors of Philox publish with their code (Random123, kat_vectors).</summary>
[TestFixture]
public sealed class PhiloxTests
{
    [TestCase(0u, 0ul, 0u, 0ul, new[] { 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u })]
    [TestCase(0xffffffffu, 0xfffffffffffffffful, 0xffffffffu, 0xfffffffffffffffful, new[] { 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu })]
    [TestCase(0x243f6a88u, 0x13198a2e85a308d3ul, 0x03707344u, 0x299f31d0a4093822ul, new[] { 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u })]
    public void Known_answers(uint counter, ulong chunk, uint purpose, ulong key, uint[] words)
    {
        var (a, b, c, d) = new Philox(key, chunk, (Purpose)purpose).At(counter);
        Assert.That(new[] { a, b, c, d }, Is.EqualTo(words));
    }

    [Test]
    public unsafe void A_batch_holds_the_words_of_sixteen_counters()
    {
        var philox = new Philox(0xfedcba9876543210, 0x0123456789abcdef, Purpose.Spins);
        var words = stackalloc uint[Philox.Words];
        foreach (uint batch in new uint[] { 0, 1, 77, 0x0fffffff })
        {
            philox.Fill(batch, words);
            for (int i = 0; i < 16; i++)
            {
                var (a, b, c, d) = philox.At((16 * batch) + (uint)i);
                uint* first = words + (i / 4 * 16) + (i % 4 * 2);
                Assert.That(new[] { first[0], first[1], first[8], first[9] }, Is.EqualTo(new[] { a, b, c, d }), $"batch {batch}, counter {i}");
            }
        }
    }
}
