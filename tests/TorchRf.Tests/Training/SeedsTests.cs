using TorchRf.Training;

namespace TorchRf.Tests.Training;

public sealed class SeedsTests : TensorScope
{
    [Test]
    public void Seeds_are_what_they_were_in_every_earlier_version()
    {
        // FNV-1a over UTF-16 code units, then SplitMix64 twice; changing these changes every result that a seed stands for.
        static ulong Mix(ulong x)
        {
            unchecked
            {
                x += 0x9E3779B97F4A7C15;
                x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
                x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
                return x ^ (x >> 31);
            }
        }
        // SplitMix64's first output from state 0, from its published reference.
        Assert.That(Mix(0), Is.EqualTo(0xE220A8397B1DCDAF));
        // FNV-1a of "a", from its published test vectors.
        const ulong A = 0xAF63DC4C8601EC8C;
        Assert.That(Seeds.Derive(0, "a"), Is.EqualTo(Mix(Mix(A))));
        Assert.That(Seeds.Derive(9, "a", 4), Is.EqualTo(Mix(Mix(A ^ 9) ^ 4)));
    }

    // Found by search: without more, two of these streams start with the same 32 bits, which are all that a generator on the CPU keeps.
    [TestCase(1813655742UL, "model", "data")]
    [TestCase(4024711331UL, "init", "data")]
    public void Streams_of_one_run_are_not_the_same(ulong seed, string one, string other)
    {
        var starts = Seeds.Starts(seed).ToDictionary(s => s.Purpose, s => s.Start);
        Assert.That(starts[one], Is.Not.EqualTo(starts[other]));
        Assert.That(starts[other], Is.EqualTo((uint)Seeds.Derive(seed, other)));
    }

    // Streams of neighbouring seeds are uncorrelated, within 4.5 standard errors.
    [Test]
    public void Streams_of_neighbouring_seeds_are_independent()
    {
        var streams = Enumerable.Range(0, 20).Select(i =>
        {
            using var generator = new Generator(Seeds.Derive((ulong)i, "data"));
            return torch.randn([2000], ScalarType.Float64, generator: generator);
        });
        var x = torch.stack(streams);
        var correlations = x.matmul(x.mT) / Math.Sqrt(2000);
        Assert.That((correlations - torch.eye(20, dtype: ScalarType.Float64) * correlations).abs().max().item<double>(), Is.LessThan(4.5));
    }
}
