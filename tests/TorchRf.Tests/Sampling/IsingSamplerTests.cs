using TorchRf.Data;
using TorchRf.Tests.Data;

namespace TorchRf.Tests.Sampling;

/// <summary>Every state of a small ring, as often as the Ising model says, exp(J sum_i s_i s_(i+1)) / Z.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class IsingSamplerTests : TensorScope
{
    private const int Examples = 1_000_000;

    [Test]
    public void Every_state_has_its_probability([Values(4, 5, 6)] int sites, [Values(0, 0.3, 1.2, 3)] double coupling, [Values] Sampler sampler)
    {
        using var generator = new Generator(8);
        var x = new IsingRing(sites, coupling).By(sampler).Sample(Examples, generator);
        var counts = new double[1 << sites];
        var spins = x.ToArray<float>();
        for (int example = 0; example < Examples; example++)
        {
            int state = 0;
            for (int i = 0; i < sites; i++)
                state |= spins[(example * sites) + i] > 0 ? 1 << i : 0;
            counts[state]++;
        }
        Assert.That(spins.All(s => Math.Abs(s) == 1));
        var weights = Enumerable.Range(0, counts.Length).Select(state => Math.Exp(coupling * Enumerable.Range(0, sites).Sum(i =>
            ((state >> i) & 1) == ((state >> ((i + 1) % sites)) & 1) ? 1 : -1))).ToArray();
        double z = weights.Sum();
        for (int state = 0; state < counts.Length; state++)
        {
            double expected = Examples * weights[state] / z;
            // About 1400 counts are compared; beyond 5.5 standard errors one lies by chance once in 15 000 times.
            Assert.That(Math.Abs(counts[state] - expected), Is.LessThan((5.5 * Math.Sqrt(expected)) + 1), $"state {Convert.ToString(state, 2)}");
        }
    }

    [Test]
    public void Strong_couplings_still_break_in_pairs()
    {
        // At J = 5, N = 100 the probability of any break is about N (N - 1) / 2 exp(-4 J) = 1e-5: of 10^7 examples 100.
        using var generator = new Generator(9);
        int broken = 0;
        var model = new IsingRing(100, 5);
        for (int part = 0; part < 100; part++)
        {
            using var x = model.Sample(100_000, generator);
            using var sums = x.sum([1]).abs();
            broken += (int)sums.lt(100).sum().item<long>();
        }
        double expected = 1e7 * 4950 * Math.Exp(-20) / (1 + (4950 * Math.Exp(-20)));
        Assert.That(broken, Is.InRange(expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected))));
    }
}
