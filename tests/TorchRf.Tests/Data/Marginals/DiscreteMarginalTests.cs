using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

public sealed class DiscreteMarginalTests
{
    [Test]
    public void It_knows_its_moments_and_order()
    {
        var marginal = new DiscreteMarginal([(2, 0.125), (0, 0.75), (-2, 0.125)]);
        Assert.That(marginal.Atoms, Is.EqualTo(new[] { (-2.0, 0.125), (0, 0.75), (2, 0.125) }));
        Assert.That(marginal.ExcessKurtosis, Is.EqualTo(1).Within(1e-12));
        Assert.That(marginal.Bound, Is.EqualTo(2));
        Assert.That(marginal.Density(2), Is.Zero);
    }

    [Test]
    public void What_is_no_symmetric_law_of_unit_variance_is_refused()
    {
        foreach (var atoms in ((double, double)[][])
        [
            [],
            [(-1, 0.5), (1, 0.4)],
            [(-1.1, 0.5), (1.1, 0.5)],
            [(-0.5, 0.8), (2, 0.2)],
            [(-1, 0.5), (1, 0.5), (3, 0)],
            [(double.NaN, 0.5), (1, 0.5)],
        ])
            Assert.That(() => new DiscreteMarginal(atoms), Throws.ArgumentException);
    }
}
