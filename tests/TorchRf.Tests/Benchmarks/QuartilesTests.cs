using TorchRf.Benchmarks.Contests;

namespace TorchRf.Tests.Benchmarks;

public class QuartilesTests
{
    [Test]
    public void They_are_those_of_numpy()
    {
        Assert.That(Quartiles.Of([4, 1, 3, 2]), Is.EqualTo(new Quartiles(1.75, 2.5, 3.25)));
        Assert.That(Quartiles.Of([5, 1, 9]), Is.EqualTo(new Quartiles(3, 5, 7)));
        Assert.That(Quartiles.Of([7]), Is.EqualTo(new Quartiles(7, 7, 7)));
    }

    [Test]
    public void Nothing_has_none() => Assert.That(() => Quartiles.Of([]), Throws.ArgumentException);
}
