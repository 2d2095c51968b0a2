using FsCheck;
using FsCheck.Fluent;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

public sealed class RunningMomentsTests : TensorScope
{
    private static RunningMoments Of(IEnumerable<double> values)
    {
        using var x = torch.tensor([.. values]);
        return RunningMoments.Of(x);
    }

    private static bool Same(RunningMoments a, RunningMoments b)
    {
        // Relative to the size that the terms of the merged sums can have.
        double scale = 1 + Math.Abs(b.Mean) + Math.Sqrt(b.M2);
        bool Close(double x, double y, int power) => Math.Abs(x - y) <= 1e-10 * Math.Pow(scale, power);
        return a.Count == b.Count && Close(a.Mean, b.Mean, 1) && Close(a.M2, b.M2, 2) && Close(a.M3, b.M3, 3) && Close(a.M4, b.M4, 4);
    }

    private static Arbitrary<double[][]> Pieces() =>
        Gen.Choose(-1000, 1000).Select(i => (i / 7.0) + 20).ArrayOf().Where(a => a.Length > 0).NonEmptyListOf().Select(l => l.ToArray()).ToArbitrary();

    [Test]
    public void Any_split_merges_to_the_whole() =>
        Prop.ForAll(Pieces(), pieces => Same(pieces.Select(Of).Aggregate((a, b) => a.Merge(b)), Of(pieces.SelectMany(p => p))))
            .Check(Config.QuickThrowOnFailure.WithReplay(12345, 6789));

    [Test]
    public void The_order_of_merging_does_not_matter() =>
        Prop.ForAll(Pieces(), pieces =>
        {
            var parts = pieces.Select(Of).ToArray();
            var forwards = parts.Aggregate((a, b) => a.Merge(b));
            var backwards = parts.Reverse().Aggregate((a, b) => a.Merge(b));
            var nested = parts.Reverse().Aggregate((a, b) => b.Merge(a));
            return Same(forwards, backwards) && Same(forwards, nested);
        }).Check(Config.QuickThrowOnFailure.WithReplay(12345, 6789));

    [Test]
    public void They_are_the_direct_formulas([Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        using var generator = new Generator(3);
        var x = ((torch.randn([6, 7, 8], ScalarType.Float64, generator: generator).exp() * 2) + 5).to(dtype);
        var values = Values(x);
        double mean = values.Average(), variance = values.Average(v => Math.Pow(v - mean, 2));
        var moments = RunningMoments.Of(x);
        Assert.That(moments.Count, Is.EqualTo(336));
        Assert.That(moments.Mean, Is.EqualTo(mean).Within(1e-12));
        Assert.That(moments.Variance, Is.EqualTo(variance).Within(1e-11));
        Assert.That(moments.M3, Is.EqualTo(values.Sum(v => Math.Pow(v - mean, 3))).Within(1e-7));
        Assert.That(moments.ExcessKurtosis, Is.EqualTo((values.Average(v => Math.Pow(v - mean, 4)) / (variance * variance)) - 3).Within(1e-10));
    }

    [Test]
    public void Nothing_merges_into_anything_without_a_trace()
    {
        var some = Of([1, 2, 4]);
        Assert.That(default(RunningMoments).Merge(some), Is.EqualTo(some));
        Assert.That(some.Merge(default), Is.EqualTo(some));
    }

    [Test]
    public void A_far_mean_costs_no_digits()
    {
        var near = Of([1, 2, 4, 8]).Merge(Of([3, 5]));
        var far = Of([1e6 + 1, 1e6 + 2, 1e6 + 4, 1e6 + 8]).Merge(Of([1e6 + 3, 1e6 + 5]));
        Assert.That(far.Variance, Is.EqualTo(near.Variance).Within(1e-8));
        Assert.That(far.ExcessKurtosis, Is.EqualTo(near.ExcessKurtosis).Within(1e-8));
    }
}
