using TorchRf.Data;

namespace TorchRf.Tests.Data;

public sealed class IsingRingTests : TensorScope
{
    // Probabilities of all 2^N states; bit i of the index is site i, 1 standing for +1.
    private static double[] Enumerate(int sites, double coupling)
    {
        var p = new double[1 << sites];
        for (int s = 0; s < p.Length; s++)
        {
            int bonds = 0;
            for (int i = 0; i < sites; i++)
                bonds += Spin(s, i) * Spin(s, (i + 1) % sites);
            p[s] = Math.Exp(coupling * bonds);
        }
        double sum = p.Sum();
        return Array.ConvertAll(p, q => q / sum);
    }

    private static int Spin(int state, int site) => ((state >> site) & 1) == 1 ? 1 : -1;

    [Test]
    public void Covariance_is_that_of_the_enumerated_ring([Range(4, 10)] int sites, [Values(0, 0.3, 0.7, 2)] double coupling)
    {
        var p = Enumerate(sites, coupling);
        var expected = Enumerable.Range(0, sites).Select(d => p.Select((q, s) => q * Spin(s, 0) * Spin(s, d)).Sum()).ToArray();
        Assert.That(Values(new IsingRing(sites, coupling).Covariance.FirstRow), Is.EqualTo(expected).Within(1e-12));
    }

    // A chi-square over all states, those expected fewer than 5 times in one cell, as a normal deviate (Wilson and Hilferty);
    // beyond 4.5 lies one in 300 000.
    [Test]
    public void States_come_as_often_as_the_enumeration_says(
        [Range(4, 10)] int sites, [Values(0.3, 0.7)] double coupling, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        const int Examples = 100_000;
        using var generator = new Generator(11);
        var x = new IsingRing(sites, coupling).Sample(Examples, generator, dtype).to(ScalarType.Float64);
        var bits = torch.tensor([.. Enumerable.Range(0, sites).Select(i => Math.Pow(2, i))]);
        var counts = new double[1 << sites];
        foreach (var state in Values(((x + 1) * 0.5 * bits).sum(1)))
            counts[(int)state]++;

        var p = Enumerate(sites, coupling);
        double square = 0, rareExpected = 0, rareCount = 0;
        int cells = 0;
        for (int s = 0; s < p.Length; s++)
        {
            double expected = Examples * p[s];
            if (expected < 5)
            {
                rareExpected += expected;
                rareCount += counts[s];
                continue;
            }
            square += (counts[s] - expected) * (counts[s] - expected) / expected;
            cells++;
        }
        if (rareExpected > 1)
        {
            square += (rareCount - rareExpected) * (rareCount - rareExpected) / rareExpected;
            cells++;
        }
        double freedom = cells - 1;
        double deviate = (Math.Cbrt(square / freedom) - (1 - (2 / (9 * freedom)))) / Math.Sqrt(2 / (9 * freedom));
        Assert.That(Math.Abs(deviate), Is.LessThan(4.5));
    }

    [Test]
    public void Every_value_is_a_spin([Values(0, 0.3, 10)] double coupling)
    {
        using var generator = new Generator(2);
        var x = new IsingRing(40, coupling).Sample(2000, generator);
        Assert.That(x.abs().eq(1).all().item<bool>(), Is.True);
    }

    [Test]
    public void Strong_coupling_breaks_bonds_as_rarely_as_it_should()
    {
        // Bonds break in pairs; at J = 4 some 55 of these 100 000 rings have one.
        using var generator = new Generator(5);
        var model = new IsingRing(100, 4);
        var x = model.Sample(100_000, generator);
        var neighbours = (x * x.roll(1, 1)).to(ScalarType.Float64).mean([1], keepdim: true);
        Assert.That(neighbours.lt(1).any().item<bool>(), Is.True, "some bonds are broken");
        Assert.That(StandardErrors.Largest(neighbours, model.Covariance.FirstRow.narrow(0, 1, 1)), Is.LessThan(4.5));
    }

    [TestCase(1, 0.3)]
    [TestCase(8, -0.1)]
    [TestCase(8, 10.5)]
    [TestCase(8, double.NaN)]
    public void Arguments_out_of_range_are_refused(int sites, double coupling) =>
        Assert.That(() => new IsingRing(sites, coupling), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
