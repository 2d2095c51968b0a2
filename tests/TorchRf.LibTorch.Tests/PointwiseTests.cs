namespace TorchRf.LibTorch.Tests;

public class PointwiseTests
{
    private static readonly double[] Line = [.. Enumerable.Range(-40, 81).Select(i => i / 10.0)];
    private static readonly double[] Positive = [.. Enumerable.Range(1, 80).Select(i => i / 10.0)];
    private static readonly double[] Unit = [.. Enumerable.Range(-10, 21).Select(i => i / 10.0)];

    // The Maclaurin series: good to 1e-12 for |x| up to 3.
    private static double Erf(double x)
    {
        double term = x, sum = x;
        for (int n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static IEnumerable<TestCaseData> Functions()
    {
        static TestCaseData Case(string name, Func<Tensor, Tensor> torchs, Func<double, double> expected, double[] grid) =>
            new TestCaseData(torchs, expected, grid).SetArgDisplayNames(name);

        yield return Case("abs", x => x.abs(), Math.Abs, Line);
        yield return Case("square", x => x.square(), x => x * x, Line);
        yield return Case("sqrt", x => x.sqrt(), Math.Sqrt, Positive);
        yield return Case("exp", x => x.exp(), Math.Exp, Line);
        yield return Case("expm1", x => x.expm1(), x => Math.Exp(x) - 1, Line);
        yield return Case("log", x => x.log(), Math.Log, Positive);
        yield return Case("log1p", x => x.log1p(), x => Math.Log(1 + x), Positive);
        yield return Case("erf", x => x.erf(), Erf, Unit);
        yield return Case("torch.erf", torch.erf, Erf, Unit);
        yield return Case("erfc", x => x.erfc(), x => 1 - Erf(x), Unit);
        yield return Case("special.erfc", torch.special.erfc, x => 1 - Erf(x), Unit);
        yield return Case("special.ndtr", torch.special.ndtr, x => (1 + Erf(x / Math.Sqrt(2))) / 2, Unit);
        yield return Case("sin", x => x.sin(), Math.Sin, Line);
        yield return Case("cos", x => x.cos(), Math.Cos, Line);
        yield return Case("tan", x => x.tan(), Math.Tan, Line);
        yield return Case("asin", x => x.asin(), Math.Asin, Unit);
        yield return Case("atan2", x => x.atan2((x * 0) - 2), x => Math.Atan2(x, -2), Line);
        yield return Case("tanh", x => x.tanh(), Math.Tanh, Line);
        yield return Case("sigmoid", x => x.sigmoid(), x => 1 / (1 + Math.Exp(-x)), Line);
        yield return Case("relu", x => x.relu(), x => Math.Max(0, x), Line);
        yield return Case("sign", x => x.sign(), x => Math.Sign(x), Line);
        yield return Case("floor", x => x.floor(), Math.Floor, Line);
        yield return Case("neg", x => x.neg(), x => -x, Line);
        yield return Case("reciprocal", x => x.reciprocal(), x => 1 / x, Positive);
        yield return Case("pow 3", x => x.pow(3), x => Math.Pow(x, 3), Line);
        yield return Case("pow -1.5", x => x.pow(-1.5), x => Math.Pow(x, -1.5), Positive);
        yield return Case("remainder", x => x.remainder(1.5), x => x - (1.5 * Math.Floor(x / 1.5)), Line);
        yield return Case("erf_", x => x.clone().erf_(), Erf, Unit);
    }

    [TestCaseSource(nameof(Functions))]
    public void Agrees_with_mathematics(Func<Tensor, Tensor> torchs, Func<double, double> expected, double[] grid)
    {
        using var x = torch.tensor(grid);
        using var y = torchs(x);
        Assert.Multiple(() =>
        {
            Assert.That(y.Doubles(), Is.EqualTo(grid.Select(expected)).Within(1e-11));
            Assert.That(x.Doubles(), Is.EqualTo(grid), "the argument is left as it was");
            Assert.That(torchs(x.to(ScalarType.Float32)).dtype, Is.EqualTo(ScalarType.Float32));
        });
    }

    [TestCaseSource(nameof(Functions))]
    public void Keeps_the_shape(Func<Tensor, Tensor> torchs, Func<double, double> expected, double[] grid)
    {
        using var x = torch.tensor(grid)[..20].reshape(4, 5).t();
        using var y = torchs(x);
        Assert.That(y.shape, Is.EqualTo(new long[] { 5, 4 }));
        Assert.That(y.Doubles(), Is.EqualTo(x.Doubles().Select(expected)).Within(1e-11));
    }

    [TestCase(3.0, 2.209049699858544e-5)]
    [TestCase(5.0, 1.5374597944280349e-12)]
    [TestCase(10.0, 2.0884875837625447e-45)]
    public void The_complementary_error_function_keeps_its_digits_in_the_tail(double x, double expected)
    {
        using var at = torch.tensor(new[] { x });
        Assert.That(at.erfc().Doubles()[0], Is.EqualTo(expected).Within(1e-12).Percent);
    }

    [Test]
    public void Expm1_and_log1p_keep_their_digits_near_zero()
    {
        using var tiny = torch.tensor(new[] { 1e-10 });
        Assert.That(tiny.expm1().Doubles()[0], Is.EqualTo(1.00000000005e-10).Within(1e-12).Percent);
        Assert.That(tiny.log1p().Doubles()[0], Is.EqualTo(0.99999999995e-10).Within(1e-12).Percent);
    }
}
