using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

public sealed class CircularPositionTests : TensorScope
{
    private static Tensor Field(int sites, params (int Site, double Weight)[] weights)
    {
        var w = torch.zeros(sites, ScalarType.Float64);
        foreach (var (site, weight) in weights)
            w[site] = torch.tensor(weight);
        return w;
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(39)]
    public void A_single_site_is_where_it_is(int site)
    {
        var position = CircularPosition.Of(Field(40, (site, -2)));
        double mean = position.Mean.item<double>();
        Assert.That(Math.Min(Math.Abs(mean - site), 40 - Math.Abs(mean - site)), Is.LessThan(1e-12));
        Assert.That(mean, Is.InRange(0, 40).And.LessThan(40));
        Assert.That(position.Variance.item<double>(), Is.Zero.Within(1e-15));
        Assert.That(position.Width.item<double>(), Is.Zero.Within(1e-6));
    }

    [Test]
    public void The_mean_goes_around_the_ring()
    {
        Assert.That(CircularPosition.Of(Field(40, (39, 1), (2, -1))).Mean.item<double>(), Is.EqualTo(0.5).Within(1e-12));
        Assert.That(CircularPosition.Of(Field(40, (38, 1), (1, -1))).Mean.item<double>(), Is.EqualTo(39.5).Within(1e-12));
    }

    [Test]
    public void Two_sites_and_a_constant_have_closed_forms()
    {
        var two = CircularPosition.Of(Field(40, (10, 1), (14, 1)));
        double length = Math.Cos(2 * Math.PI * 2 / 40);
        Assert.That(two.Variance.item<double>(), Is.EqualTo(1 - length).Within(1e-12));
        Assert.That(two.Width.item<double>(), Is.EqualTo(40 / (2 * Math.PI) * Math.Sqrt(-2 * Math.Log(length))).Within(1e-12));
        Assert.That(CircularPosition.Of(torch.ones(40, ScalarType.Float64)).Variance.item<double>(), Is.EqualTo(1).Within(1e-12));
    }

    // The squares of exp(-d^2 / (4 s^2)) have standard deviation s.
    [Test]
    public void A_narrow_bump_has_its_standard_deviation([Values(2.0, 4.0)] double width, [Values(0.3, 60.5)] double centre)
    {
        var d = (torch.arange(0, 200, ScalarType.Float64) - centre + 100).remainder(200) - 100;
        var position = CircularPosition.Of((d.square() * (-0.25 / width / width)).exp());
        Assert.That(position.Mean.item<double>(), Is.EqualTo(centre).Within(1e-9));
        Assert.That(position.Width.item<double>(), Is.EqualTo(width).Within(1e-9));
    }

    [Test]
    public void On_a_torus_rows_and_columns_have_their_own()
    {
        var w = torch.zeros([2, 6, 8], ScalarType.Float64);
        w[0, 5, 7] = torch.tensor(1.0);
        w[0, 0, 1] = torch.tensor(-1.0);
        w[1, 2, 3] = torch.tensor(4.0);
        var (row, column) = CircularPosition.OnTorus(w);
        Assert.That(Values(row.Mean), Is.EqualTo(new[] { 5.5, 2 }).Within(1e-12));
        Assert.That(Values(column.Mean), Is.EqualTo(new double[] { 0, 3 }).Within(1e-12).Or.EqualTo(new double[] { 8, 3 }).Within(1e-12));
        Assert.That(Values(row.Variance)[0], Is.EqualTo(1 - Math.Cos(Math.PI / 6)).Within(1e-12));
        Assert.That(Values(column.Variance)[0], Is.EqualTo(1 - Math.Cos(Math.PI / 4)).Within(1e-12));
        Assert.That(Values(row.Width)[1], Is.Zero.Within(1e-6));
    }

    [Test]
    public void Turning_moves_the_mean_alone()
    {
        using var generator = new Generator(2);
        var w = torch.randn(20, 30, ScalarType.Float64, generator: generator);
        var (here, there) = (CircularPosition.Of(w), CircularPosition.Of(w.roll(7, -1) * -1e-170));
        Assert.That(Values((there.Mean - here.Mean - 7 + 15).remainder(30) - 15), Is.All.Zero.Within(1e-9));
        Assert.That(Values(there.Variance), Is.EqualTo(Values(here.Variance)).Within(1e-12));
        Assert.That(Values(there.Width), Is.EqualTo(Values(here.Width)).Within(1e-9));
    }
}
