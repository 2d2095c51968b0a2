using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

[Parallelizable(ParallelScope.Self)]
public class StatisticTests
{
    [Test]
    public void A_mean_has_the_error_of_its_values()
    {
        var statistic = Statistic.Of([1.0, 2, 3, 4]);
        Assert.That(statistic.Mean, Is.EqualTo(2.5));
        Assert.That(statistic.Std, Is.EqualTo(Math.Sqrt(5.0 / 3)).Within(1e-15));
        Assert.That(statistic.StandardError, Is.EqualTo(Math.Sqrt(5.0 / 12)).Within(1e-15));
        Assert.That(statistic.Count, Is.EqualTo(4));
    }

    // Two groups of means 1.5 and 3.5, whose values spread around 2.5.
    [Test]
    public void Values_of_a_group_count_as_one()
    {
        var statistic = Statistic.OfGroups([[1.0, 2], [3.0, 4]]);
        Assert.That(statistic, Is.EqualTo(new Statistic(2.5, Math.Sqrt(5.0 / 3), 1, 2)).Using<Statistic>((a, b) => Math.Abs(a.Std!.Value - b.Std!.Value) < 1e-15 && (a with { Std = 0 }) == (b with { Std = 0 })));
    }

    [Test]
    public void A_tensor_has_the_statistic_of_its_elements()
    {
        double[] values = [0.3, 1.7, -2.1, 0.4, 12, 5];
        using var tensor = torch.tensor(values).view(2, 3);
        var (of, listed) = (Statistic.OfElements(tensor), Statistic.Of(values));
        Assert.That(of.Mean, Is.EqualTo(listed.Mean).Within(1e-15));
        Assert.That(of.Std, Is.EqualTo(listed.Std).Within(1e-14));
        Assert.That(of.StandardError, Is.EqualTo(listed.StandardError).Within(1e-14));
        Assert.That(of.Count, Is.EqualTo(6));
        using var one = torch.tensor(new[] { 0.7 });
        Assert.That(Statistic.OfElements(one), Is.EqualTo(Statistic.Of([0.7])));
        Assert.That(Statistic.OfElements(one).Spread, Is.Zero);
    }

    [Test]
    public void One_value_says_nothing_about_its_error()
    {
        var statistic = Statistic.Of([0.7]);
        Assert.That(statistic.Mean, Is.EqualTo(0.7));
        Assert.That(statistic.Std, Is.Null);
        Assert.That(statistic.StandardError, Is.Null);
    }

    // p~ = (x + 2) / (n + 4), sqrt(p~ (1 - p~) / (n + 4)).
    [TestCase(26, 28, 0.0584634)]
    [TestCase(10, 10, 0.0935220)]
    public void A_share_keeps_an_error_where_all_agree(int count, int of, double error)
    {
        var share = Statistic.Share(count, of);
        Assert.That(share.Mean, Is.EqualTo((double)count / of));
        Assert.That(share.StandardError, Is.EqualTo(error).Within(1e-6));
    }

    // Of a mean, leaving out one value at a time gives exactly this.
    [Test]
    public void The_jackknife_of_a_mean_has_its_standard_error()
    {
        double[] values = [0.3, 1.7, -2.1, 0.4, 12, 5];
        var (jackknifed, mean) = (Statistic.Jackknife(6, without => values.Where((_, i) => i != without).Average()), Statistic.Of(values));
        Assert.That(jackknifed.Mean, Is.EqualTo(mean.Mean));
        Assert.That(jackknifed.Error, Is.EqualTo(mean.Error).Within(1e-14));
        Assert.That((jackknifed.Std, Statistic.Of([1.0]).Error), Is.EqualTo(((double?)null, double.NaN)));
    }

    [Test]
    public void What_theory_gives_is_exact() => Assert.That(Statistic.Exact(-0.33).StandardError, Is.Zero);

    [Test]
    public void Shares_that_all_agree_keep_an_error()
    {
        Assert.That(Statistic.OfShares([1, 1, 1], 10).StandardError, Is.EqualTo(Statistic.Share(30, 30).StandardError));
        var apart = Statistic.OfShares([0.0, 1, 0, 1], 10);
        Assert.That(apart.StandardError, Is.EqualTo(Statistic.Of([0.0, 1, 0, 1]).StandardError));
    }
}
