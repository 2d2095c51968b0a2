using TorchRf.Data;

namespace TorchRf.Tests.Data;

/// <summary>Against all states of 4 x 4 sites, and Onsager's torus without end.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class IsingTorusTests : TensorScope
{
    private const double Critical = 0.44068679350977147;

    // The energy in units of -J, summed over bonds.
    private static Tensor Bonds(Tensor spins, int side)
    {
        var image = spins.to(ScalarType.Float64).view(-1, side, side);
        return (image * (image.roll(1, 1) + image.roll(1, 2))).sum([1, 2]);
    }

    [TestCase(1 / 3.0)]
    [TestCase(Critical)]
    [TestCase(0.7)]
    public void Four_by_four_sites_are_as_all_their_states_say(double coupling)
    {
        const int side = 4, sites = side * side, examples = 20_000;
        var states = torch.tensor([.. from state in Enumerable.Range(0, 1 << sites) from i in Enumerable.Range(0, sites) select (state >> i & 1) * 2.0 - 1], [1 << sites, sites]);
        var weight = ((Bonds(states, side) - (2 * sites)) * coupling).exp();
        weight = weight / weight.sum();
        var covariance = Values((weight.unsqueeze(1) * states * states[.., 0..1]).sum([0]));

        var model = new IsingTorus(side, coupling);
        Assert.That(Values(model.Covariance.FirstRow).Zip(covariance, (m, e) => Math.Abs(m - e)).Max(), Is.LessThan(5 * model.CovarianceError).And.LessThan(0.005));
        using var generator = new Generator(9);
        var drawn = model.Sample(examples, generator).to(ScalarType.Float64);
        Assert.That(Values(drawn.abs()), Has.All.EqualTo(1));
        // Energy, its square, magnetisation to the fourth, whichever way the spins lean, and the first and a diagonal pair.
        Tensor Of(Tensor s) => torch.stack([Bonds(s, side), Bonds(s, side).square(), s.mean([1]).pow(4), s.mean([1]), s.select(1, 0) * s.select(1, 1), s.select(1, 0) * s.select(1, 10)], 1);
        Assert.That(StandardErrors.Largest(Of(drawn), (weight.unsqueeze(1) * Of(states)).sum([0])), Is.LessThan(4));
    }

    // Energy of a bond and xi along an axis of a torus without end; 32 sites are 15 xi.
    [Test]
    public void Above_the_critical_temperature_it_is_Onsagers_torus()
    {
        const int side = 32;
        const double k = 1 / 3.0;
        double m = 2 * Math.Sinh(2 * k) / Math.Pow(Math.Cosh(2 * k), 2);
        // The complete elliptic integral of the first kind, by the arithmetic-geometric mean.
        var (a, g) = (1.0, Math.Sqrt(1 - (m * m)));
        for (int i = 0; i < 30; i++)
            (a, g) = ((a + g) / 2, Math.Sqrt(a * g));
        double bond = (1 + (((2 * Math.Pow(Math.Tanh(2 * k), 2)) - 1) * 2 / Math.PI * Math.PI / (2 * a))) / (2 * Math.Tanh(2 * k));

        var model = new IsingTorus(side, k);
        Assert.That(model.CorrelationLength, Is.EqualTo(2.14).Within(0.005));
        Assert.That(model.Covariance.FirstRow[1].item<double>(), Is.EqualTo(bond).Within(5 * model.CovarianceError));
        // Sums over rows fall off as exp(-d / xi) from the first on: all else is gone with three times the rate.
        var rows = Values(model.Covariance.FirstRow.view(side, side).sum([1]));
        Assert.That(2 / Math.Log(rows[1] / rows[3]), Is.EqualTo(model.CorrelationLength!.Value).Within(2).Percent);
        using var generator = new Generator(10);
        var bonds = Bonds(model.Sample(1000, generator), side).unsqueeze(1) / (2 * side * side);
        Assert.That(StandardErrors.Largest(bonds, torch.tensor(new[] { bond })), Is.LessThan(4));
    }

    [Test]
    public void From_the_critical_coupling_on_correlations_reach_without_end() =>
        Assert.That(new[] { Critical, 0.7 }.Select(j => new IsingTorus(4, j).CorrelationLength), Has.All.GreaterThan(1e9));
}
