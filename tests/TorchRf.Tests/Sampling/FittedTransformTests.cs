using TorchRf.Data.Marginals;
using TorchRf.Sampling;
using TorchRf.Simd;

namespace TorchRf.Tests.Sampling;

/// <summary>The vector code's transforms against the laws' own in Float64, to the error that they state.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class FittedTransformTests : TensorScope
{
    private static IEnumerable<TestCaseData> Laws()
    {
        foreach (double gain in new[] { 1e-6, 0.01, 0.1, 1, 3, 10, 100, 1e5 })
            yield return new TestCaseData(new ErfMarginal(gain)).SetArgDisplayNames($"NLGP {gain}");
        foreach (double k in new[] { 2.5, 3, 4.1, 5, 6.1, 7.7, 10, 50, 1000 })
            yield return new TestCaseData(new AlgebraicMarginal(k)).SetArgDisplayNames($"Kur {k}");
        yield return new TestCaseData(new UniformMarginal()).SetArgDisplayNames("uniform");
        yield return new TestCaseData(new LaplaceMarginal()).SetArgDisplayNames("Laplace");
        foreach (double s in new[] { 0.001, 1, 100 })
            yield return new TestCaseData(new SmoothedBernoulliMarginal(s)).SetArgDisplayNames($"Bernoulli {s}");
    }

    private static OddFunction? Fitted(TransformedNormal law) => FittedTransform.Of(z => Values(law.Transform(torch.tensor(z))));

    [TestCaseSource(nameof(Laws))]
    public void Agrees_on_a_dense_grid(TransformedNormal law)
    {
        var fitted = Fitted(law);
        Assert.That(fitted, Is.Not.Null);
        double[] at = [.. Enumerable.Range(-800_000, 1_600_001).Select(i => (double)(float)(i * 1e-5))];
        float[] bent = [.. at.Select(z => (float)z)];
        fitted!.Apply(bent);
        var exact = Values(law.Transform(torch.tensor(at)));
        double worst = at.Select((_, i) => Math.Abs(bent[i] - exact[i]) / (Math.Abs(exact[i]) + 1e-3)).Max();
        Assert.That(worst, Is.LessThan(1e-6));
        // What follows is odd to the last bit, and does not leave the law's bound.
        for (int i = 0; i < at.Length / 2; i++)
            if (bent[i] != -bent[^(i + 1)])
                Assert.Fail($"not odd at {at[i]}");
        Assert.That(bent.Max(), Is.LessThanOrEqualTo(law.Bound * (1 + 3e-7)));
    }

    [Test]
    public void It_stays_where_it_is_beyond_eight()
    {
        float[] z = [8, 8.5f, 100, float.MaxValue, float.PositiveInfinity, -8, -1e30f, float.NegativeInfinity];
        Fitted(new AlgebraicMarginal(5))!.Apply(z);
        Assert.That(z[..5].Distinct().Count(), Is.EqualTo(1));
        Assert.That(z[5..], Is.All.EqualTo(-z[0]));
    }

    [Test]
    public void A_law_that_is_too_steep_is_left_to_torch() =>
        Assert.That(Fitted(new Steep()), Is.Null);

    private sealed class Steep : TransformedNormal
    {
        public override double ExcessKurtosis => throw new NotSupportedException("not asked here");

        public override double Density(double x) => throw new NotSupportedException("not asked here");

        public override Tensor Transform(Tensor z) => (z * 1000).tanh() + (z * 0.1);
    }
}
