using TorchRf.Data;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

public sealed class KurtosisEstimateTests : TensorScope
{
    [Test]
    public void It_is_the_kurtosis_of_all_values_and_blind_to_size_and_place()
    {
        using var generator = new Generator(1);
        var x = torch.randn(400, 7, ScalarType.Float64, generator: generator).exp();
        var estimate = KurtosisEstimate.Of(x);
        var moments = RunningMoments.Of(x);
        Assert.That(estimate.ExcessKurtosis, Is.EqualTo(moments.ExcessKurtosis).Within(1e-9));
        Assert.That(estimate.Skewness, Is.EqualTo(moments.M3 / moments.Count / Math.Pow(moments.Variance, 1.5)).Within(1e-9));
        var moved = KurtosisEstimate.Of((x * 1e3) + 5);
        Assert.That(moved.ExcessKurtosis, Is.EqualTo(estimate.ExcessKurtosis).Within(1e-8));
        Assert.That(moved.StandardError, Is.EqualTo(estimate.StandardError).Within(1e-8));
    }

    // Independent normals: variances 24/n and 6/n.
    [Test]
    public void Errors_of_independent_normals_are_the_classical_ones()
    {
        using var generator = new Generator(2);
        var estimate = KurtosisEstimate.Of(torch.randn(20_000, 10, ScalarType.Float64, generator: generator));
        Assert.That(estimate.StandardError, Is.EqualTo(Math.Sqrt(24 / 200_000.0)).Within(0.05 * Math.Sqrt(24 / 200_000.0)));
        Assert.That(estimate.SkewnessError, Is.EqualTo(Math.Sqrt(6 / 200_000.0)).Within(0.05 * Math.Sqrt(6 / 200_000.0)));
        Assert.That(Math.Abs(estimate.ExcessKurtosis), Is.LessThan(4 * estimate.StandardError));
        Assert.That(estimate.Sign, Is.Zero);
        Assert.That(estimate.TailIndex, Is.GreaterThan(8));
    }

    // Sites that are all the same are one value, told ten times.
    [Test]
    public void Correlated_sites_do_not_shrink_the_error()
    {
        using var generator = new Generator(3);
        var x = torch.randn(5000, 1, ScalarType.Float64, generator: generator);
        var (one, told) = (KurtosisEstimate.Of(x), KurtosisEstimate.Of(x.expand(-1, 10)));
        Assert.That(told.StandardError, Is.EqualTo(one.StandardError).Within(1e-12));
        Assert.That(told.TailIndex, Is.EqualTo(one.TailIndex).Within(1e-9));
        var blocks = KurtosisEstimate.Of(x.expand(-1, 10).reshape(50_000, 1), block: 10);
        Assert.That(blocks.StandardError, Is.EqualTo(one.StandardError).Within(1e-12));
        Assert.That(blocks.Units, Is.EqualTo(5000));
    }

    // Over 200 samples of a correlated process with a known kurtosis: errors in units of the standard error have variance 1 (+- 0.1).
    [Test]
    public void The_error_covers_the_truth_as_often_as_it_says()
    {
        using var generator = new Generator(4);
        var model = new NonlinearGaussianProcess(20, 3, 1);
        double squares = 0;
        for (int i = 0; i < 200; i++)
        {
            using var scope = torch.NewDisposeScope();
            var estimate = KurtosisEstimate.Of(model.Sample(500, generator, ScalarType.Float64));
            squares += Math.Pow((estimate.ExcessKurtosis - model.Marginal.ExcessKurtosis) / estimate.StandardError, 2) / 200;
        }
        Assert.That(squares, Is.InRange(0.6, 1.5));
    }

    // 0.2 % by an independent simulation; with a sign at two standard errors it would be 5 %.
    [Test]
    public void A_gaussian_seldom_gets_a_sign()
    {
        using var generator = new Generator(14);
        var model = new Gaussian(20, 3);
        int signs = 0;
        for (int i = 0; i < 400; i++)
        {
            using var scope = torch.NewDisposeScope();
            signs += Math.Abs(KurtosisEstimate.Of(model.Sample(2000, generator, ScalarType.Float64)).Sign);
        }
        Assert.That(signs, Is.LessThanOrEqualTo(8));
    }

    [TestCase(3.0, true)]
    [TestCase(3.5, true)]
    [TestCase(6.0, false)]
    public void The_tail_of_Kur_is_its_k(double k, bool infinite)
    {
        using var generator = new Generator(5);
        var estimate = KurtosisEstimate.Of(new AlgebraicQuantileProcess(40, 3, k).Sample(20_000, generator, ScalarType.Float64));
        Assert.That(estimate.TailIndex, Is.EqualTo(k).Within(4 * estimate.TailError));
        Assert.That(estimate.LooksInfinite, Is.EqualTo(infinite));
        if (infinite)
            Assert.That(estimate.Sign, Is.EqualTo(1));
    }

    [Test]
    public void Bounded_laws_have_no_tail()
    {
        using var generator = new Generator(6);
        var ising = KurtosisEstimate.Of(new IsingRing(20, 0.5).Sample(2000, generator, ScalarType.Float64));
        Assert.That(ising.ExcessKurtosis, Is.EqualTo(-2).Within(0.01));
        Assert.That(ising.Sign, Is.EqualTo(-1));
        Assert.That(ising.LooksInfinite, Is.False);
        Assert.That(KurtosisEstimate.Of(torch.rand(2000, 5, generator: generator)).TailIndex, Is.GreaterThan(20));
    }

    [Test]
    public void One_unit_is_no_sample()
    {
        Assert.That(() => KurtosisEstimate.Of(torch.ones(1, 5)), Throws.ArgumentException);
        Assert.That(() => KurtosisEstimate.Of(torch.ones(5, 5), block: 3), Throws.ArgumentException);
        Assert.That(() => KurtosisEstimate.Of(torch.ones(5)), Throws.ArgumentException);
    }
}
