using TorchRf.Data;

namespace TorchRf.Tests.Data;

/// <summary>Against every state of a small ring, exp(J sum_i s_i s_(i+1)) / Z.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class IsingRingTests : TensorScope
{
    private const int Examples = 1_000_000;

    // Of all 2^N states; bit i of the index is site i, 1 standing for +1.
    private static double[] Probabilities(int sites, double coupling)
    {
        var weights = Enumerable.Range(0, 1 << sites).Select(s => Math.Exp(coupling * Enumerable.Range(0, sites).Sum(i => Spin(s, i) * Spin(s, (i + 1) % sites)))).ToArray();
        double z = weights.Sum();
        return Array.ConvertAll(weights, w => w / z);
    }

    private static int Spin(int state, int site) => ((state >> site) & 1) == 1 ? 1 : -1;

    [Test]
    public void Covariance_is_that_of_the_enumerated_ring([Range(4, 10)] int sites, [Values(0, 0.3, 0.7, 2)] double coupling)
    {
        var p = Probabilities(sites, coupling);
        var expected = Enumerable.Range(0, sites).Select(d => p.Select((q, s) => q * Spin(s, 0) * Spin(s, d)).Sum()).ToArray();
        Assert.That(Values(new IsingRing(sites, coupling).Covariance.FirstRow), Is.EqualTo(expected).Within(1e-12));
    }

    [Test]
    public void Every_state_has_its_probability([Values(4, 5, 6, 9)] int sites, [Values(0, 0.3, 1.2, 3)] double coupling, [Values] Sampler sampler)
    {
        using var generator = new Generator(8);
        var spins = new IsingRing(sites, coupling).By(sampler).Sample(Examples, generator).ToArray<float>();
        Assert.That(spins.All(s => Math.Abs(s) == 1));
        var counts = new double[1 << sites];
        for (int example = 0; example < Examples; example++)
        {
            int state = 0;
            for (int i = 0; i < sites; i++)
                state |= spins[(example * sites) + i] > 0 ? 1 << i : 0;
            counts[state]++;
        }
        // About 5000 counts are compared; beyond 5.5 standard errors one lies by chance once in 5000 times.
        foreach (var (state, probability) in Probabilities(sites, coupling).Index())
            Assert.That(counts[state], Is.EqualTo(Examples * probability).Within((5.5 * Math.Sqrt(Examples * probability)) + 1), $"state {Convert.ToString(state, 2)}");
    }

    [Test]
    public void Strong_couplings_still_break_in_pairs()
    {
        // At J = 5, N = 100 the probability of any break is about N (N - 1) / 2 exp(-4 J) = 1e-5: of 2.5 10^6 examples 25, where single breaks would make thousands.
        using var generator = new Generator(9);
        int broken = 0;
        var model = new IsingRing(100, 5);
        for (int part = 0; part < 25; part++)
        {
            using var x = model.Sample(100_000, generator);
            using var sums = x.sum([1]).abs();
            broken += (int)sums.lt(100).sum().item<long>();
        }
        double expected = 2.5e6 * 4950 * Math.Exp(-20) / (1 + (4950 * Math.Exp(-20)));
        Assert.That(broken, Is.EqualTo(expected).Within(5 * Math.Sqrt(expected)));
    }
}
