using NUnit.Framework;
using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data.Marginals;

/// <summary>The general marginal against those that are known in closed form, each given to it as a bare function of any scale.</summary>
[TestFixture]
public sealed class QuantileMarginalTests : TensorScope
{
    private static IEnumerable<TestCaseData> Known()
    {
        static TestCaseData Case(TransformedNormal known, double scale, string name) => new TestCaseData(known, scale).SetArgDisplayNames(name);
        yield return Case(new NormalMarginal(), 1, "normal");
        yield return Case(new UniformMarginal(), 0.01, "uniform");
        yield return Case(new LaplaceMarginal(), 30, "Laplace");
        yield return Case(new ErfMarginal(2), 5, "erf");
        yield return Case(new AlgebraicMarginal(6), 2, "Kur(6)");
        yield return Case(new AlgebraicMarginal(4.1), 2, "Kur(4.1)");
        yield return Case(new AlgebraicMarginal(3), 0.5, "Kur(3)");
    }

    [TestCaseSource(nameof(Known))]
    public void It_is_the_known_law(TransformedNormal known, double scale)
    {
        var marginal = new QuantileMarginal(z => known.Transform(z) * scale);
        var z = torch.linspace(-6, 6, 61, ScalarType.Float64);
        Assert.That(Values(marginal.Transform(z)), Is.EqualTo(Values(known.Transform(z))).Within(1e-9).Percent.Or.EqualTo(Values(known.Transform(z))).Within(1e-9));
        if (double.IsFinite(known.ExcessKurtosis))
            Assert.That(marginal.ExcessKurtosis, Is.EqualTo(known.ExcessKurtosis).Within(1e-5 * (3 + known.ExcessKurtosis)));
        else
            Assert.That(marginal.ExcessKurtosis, Is.EqualTo(double.PositiveInfinity));
        Assert.That(marginal.Bound, double.IsFinite(known.Bound) ? Is.EqualTo(known.Bound).Within(1e-9) : Is.EqualTo(double.PositiveInfinity));
        // The Laplace law's quantiles have a kink at 0, where a difference is good to its step.
        foreach (double x in new[] { 0, 0.1, -0.5, 1, -1.1, 3, 9 })
            Assert.That(marginal.Density(x), Is.EqualTo(known.Density(x)).Within(1e-6 * (1 + known.Density(x))), $"density at {x}");
    }

    [Test]
    public void Correlations_are_those_of_the_known_law()
    {
        var rho = torch.linspace(-1, 1, 41, ScalarType.Float64);
        var uniform = new QuantileMarginal(z => (z * Math.Sqrt(0.5)).erf());
        Assert.That(Values(uniform.Correlation(rho)), Is.EqualTo(Values(new UniformMarginal().Correlation(rho))).Within(1e-10));
        var cubic = new QuantileMarginal(z => z.pow(3));
        // E[z^3 z'^3] = 9 rho + 6 rho^3, over 15.
        Assert.That(Values(cubic.Correlation(rho)), Is.EqualTo(Values(rho).Select(r => ((9 * r) + (6 * Math.Pow(r, 3))) / 15)).Within(1e-11));
        Assert.That(cubic.ExcessKurtosis, Is.EqualTo((10395 / 225.0) - 3).Within(1e-9));
    }

    [Test]
    public void What_is_no_quantile_function_is_refused()
    {
        static void Refused(Func<Tensor, Tensor> h, string why) =>
            Assert.That(() => new QuantileMarginal(h), Throws.ArgumentException.With.Message.Contains(why));
        Refused(z => z + 1, "odd");
        Refused(z => z.square(), "odd");
        Refused(z => -z, "increase");
        Refused(z => z * 0, "increase");
        Refused(z => z.sin(), "increase");
        Refused(z => z / z.abs().lt(30).to(z.dtype), "finite");
        Refused(z => (z.square() / 2).exp() * z, "variance");
    }
}
