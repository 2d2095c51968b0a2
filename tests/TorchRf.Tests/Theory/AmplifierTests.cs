using MathNet.Numerics;
using TorchRf.Data.Marginals;
using TorchRf.Tests.Data.Marginals;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

[Parallelizable(ParallelScope.Self)]
public sealed class AmplifierTests : TensorScope
{
    private static readonly double Slope = Math.Sqrt(2 / Math.PI);

    private static double At(Amplifier phi, double a) => phi.Of(torch.tensor(new[] { a })).item<double>();

    private static IEnumerable<TestCaseData> All()
    {
        static TestCaseData Case(string name, Marginal marginal, double meanMagnitude) =>
            new TestCaseData(marginal, meanMagnitude).SetArgDisplayNames(name);
        yield return Case("normal", new NormalMarginal(), Slope);
        yield return Case("sign", new SignMarginal(), 1);
        foreach (double g in (double[])[1e-9, 0.1, 1, 3, 100])
        {
            // E erf(g|Z|) = P(|Z'| < sqrt(2) g |Z|), an angle.
            double normalisation = Math.Sqrt(2 / Math.PI * Math.Asin(2 * g * g / (1 + (2 * g * g))));
            double expected = 2 / Math.PI * Math.Atan(Math.Sqrt(2) * g) / normalisation;
            yield return Case($"NLGP {g}", new ErfMarginal(g), expected);
        }
        foreach (double k in (double[])[2.5, 3, 4.1, 5, 10, 50])
        {
            double expected = SpecialFunctions.Beta(2 / k, 1 - (1 / k)) / k / Math.Sqrt(SpecialFunctions.Beta(3 / k, 1 - (2 / k)) / k);
            yield return Case($"Kur {k}", new AlgebraicMarginal(k), expected);
        }
        yield return Case("discrete", new DiscreteMarginal([(-2.5, 0.06), (-1, 0.125), (0, 0.63), (1, 0.125), (2.5, 0.06)]), 0.55);
        double[] measured = [-1.5, 0.1, 0.7, -0.2, 1.2, 0.9, -1.1, 1];
        double scale = Math.Sqrt(measured.Average(x => x * x));
        yield return Case("measured", new EmpiricalMarginal(Array.ConvertAll(measured, x => x / scale)), measured.Average(Math.Abs) / scale);
    }

    [TestCaseSource(nameof(All))]
    public void It_is_odd_and_grows_from_the_slope_of_a_normal_law_to_the_mean_magnitude(Marginal marginal, double meanMagnitude)
    {
        var phi = marginal.FullAmplifier();
        var value = Values(phi.Of(torch.linspace(-1, 1, 2001, ScalarType.Float64)));
        Assert.That(value, Is.EqualTo(value.Reverse().Select(v => -v)).Within(1e-12));
        Assert.That(value, Is.Ordered);
        // Beyond the ends it holds, and what is not a number stays one.
        Assert.That(Values(phi.Of(torch.tensor(new[] { -1.3, -1, 0, 1, 1.3 }))),
            Is.EqualTo(new[] { -meanMagnitude, -meanMagnitude, 0, meanMagnitude, meanMagnitude }).Within(1e-10));
        Assert.That(At(phi, 1.3), Is.EqualTo(At(phi, 1)).Within(1e-15));
        Assert.That(At(phi, double.NaN), Is.NaN);
        // The next term is of order a^3, and without a fourth moment of order a^(k - 1).
        foreach (double a in (double[])[1e-3, -1e-3])
            Assert.That(At(phi, a) / a, Is.EqualTo(Slope).Within(double.IsFinite(marginal.ExcessKurtosis) ? 2e-6 : 0.02));
    }

    // By their formulas, and by quadrature where the answer is known: a normal law, and a gain so high that the law is a sign's.
    [Test]
    public void Normal_and_sign_have_closed_forms()
    {
        foreach (double a in (double[])[-0.9999, -0.7, -0.1, 1e-5, 0.3, 0.8, 0.999999])
        {
            double sign = SpecialFunctions.Erf(a / Math.Sqrt(2 * (1 - (a * a))));
            Assert.That(At(new NormalMarginal().FullAmplifier(), a), Is.EqualTo(Slope * a).Within(1e-15));
            Assert.That(At(new SignMarginal().FullAmplifier(), a), Is.EqualTo(sign).Within(1e-10));
        }
        foreach (double a in (double[])[-0.999, -0.7, -0.1, 1e-5, 0.3, 0.8, 0.99])
        {
            Assert.That(At(Amplifier.Quadrature(new NormalMarginal()), a), Is.EqualTo(Slope * a).Within(8e-11));
            Assert.That(At(new ErfMarginal(1e5).FullAmplifier(), a), Is.EqualTo(At(Amplifier.Sign(), a)).Within(2e-5));
        }
    }

    // Below k = 3 phi is too steep in its second derivative at 0 for a table.
    private static IEnumerable<TestCaseData> Tabled() =>
    [
        .. new[] { 0.1, 0.3, 1, 3, 10, 30, 100 }.Select(gain =>
            new TestCaseData(new ErfMarginal(gain), (double z) => Quantiles.Erf(z, gain), 1e-9).SetArgDisplayNames($"NLGP {gain}")),
        .. new[] { 2.5, 3, 4.1, 4.5, 5, 5.89, 8, 10, 20, 50 }.Select(k =>
            new TestCaseData(new AlgebraicMarginal(k), (double z) => Quantiles.Algebraic(z, k), k < 3 ? 1e-6 : 1e-9).SetArgDisplayNames($"Kur {k}")),
    ];

    // phi by its definition, E[X erf(X/sqrt(2) a/sqrt(1 - a^2))] with X = h(Z), on many nodes.
    [TestCaseSource(nameof(Tabled))]
    public void The_table_is_the_direct_quadrature(Marginal marginal, Func<double, double> h, double within)
    {
        var phi = marginal.FullAmplifier();
        var nodes = DirectQuadrature.HalfLine().Select(n => (X: h(n.Z), n.Weight)).ToArray();
        foreach (double a in RandomCorrelations())
        {
            double slope = a / Math.Sqrt(2 * (1 - a) * (1 + a));
            Assert.That(At(phi, a), Is.EqualTo(nodes.Sum(n => 2 * n.Weight * n.X * SpecialFunctions.Erf(n.X * slope))).Within(within), $"a = {a}");
        }
    }

    // Uniform in (-1, 1), close to 0, and close to the end.
    private static IEnumerable<double> RandomCorrelations()
    {
        var random = new Random(5);
        for (int i = 0; i < 6; i++)
            yield return Math.Pow(10, -2 - (4 * random.NextDouble()));
        for (int i = 0; i < 12; i++)
            yield return (2 * random.NextDouble()) - 1;
        for (int i = 0; i < 4; i++)
            yield return 1 - Math.Pow(10, -1 - (4 * random.NextDouble()));
    }

    [Test]
    public void A_measured_law_has_the_direct_sum_over_its_values([Values(50, 4096, 20_000)] int count)
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, count).Select(_ => Math.Pow((2 * random.NextDouble()) - 1, 3)).ToArray();
        double scale = Math.Sqrt(values.Average(x => x * x));
        values = Array.ConvertAll(values, x => x / scale);
        var phi = new EmpiricalMarginal(values).FullAmplifier();
        // Up to 4096 values none are grouped.
        double within = count <= 4096 ? 1e-10 : 1e-7;
        foreach (double a in (double[])[-0.99, -0.5, -0.02, 0.1, 0.6, 0.9])
        {
            double slope = a / Math.Sqrt(2 * (1 - (a * a)));
            Assert.That(At(phi, a), Is.EqualTo(values.Average(x => x * SpecialFunctions.Erf(x * slope))).Within(within), $"a = {a}");
        }
    }

    // Beyond 4096 values they are grouped, and what is far out in the tails must not be averaged away: with t(3)'s, means of groups make the slope 0.6 % too low.
    [Test]
    public void The_tails_of_a_measured_law_count_in_full()
    {
        var random = new Random(4);
        var values = Enumerable.Range(0, 50_000).Select(_ => MathNet.Numerics.Distributions.StudentT.Sample(random, 0, 1, 3)).ToArray();
        double scale = Math.Sqrt(values.Average(x => x * x));
        var phi = new EmpiricalMarginal(Array.ConvertAll(values, x => x / scale)).FullAmplifier();
        Assert.That(At(phi, 1), Is.EqualTo(values.Average(Math.Abs) / scale).Within(1e-9));
        Assert.That(At(phi, 1e-5) / 1e-5, Is.EqualTo(Slope).Within(1e-5));
        Assert.That(At(phi, 0.01), Is.EqualTo(values.Average(x => x / scale * SpecialFunctions.Erf(x / scale * 0.01 / Math.Sqrt(2 * (1 - 1e-4))))).Within(1e-7));
    }

    private static IEnumerable<Marginal> WithSixthMoment() =>
    [
        new SignMarginal(), new ErfMarginal(0.3), new ErfMarginal(1), new ErfMarginal(3), new ErfMarginal(100),
        new AlgebraicMarginal(10), new AlgebraicMarginal(50),
    ];

    [TestCaseSource(nameof(WithSixthMoment))]
    public void The_third_order_errs_by_the_fifth_power(Marginal marginal)
    {
        var (phi, third) = (marginal.FullAmplifier(), Amplifier.ThirdOrder(marginal));
        double Error(double a) => Math.Abs(At(phi, a) - At(third, a));
        Assert.That(Math.Log2(Error(0.1) / Error(0.05)), Is.EqualTo(5).Within(0.15));
    }

    [Test]
    public void The_third_order_is_the_formula([Values(0.1, 3)] double gain)
    {
        var marginal = new ErfMarginal(gain);
        var third = Amplifier.ThirdOrder(marginal);
        double kappa = marginal.ExcessKurtosis + 3;
        foreach (double a in (double[])[-0.9, 0.2, 0.7])
            Assert.That(At(third, a), Is.EqualTo(Slope * (a + ((3 - kappa) / 6 * a * a * a))).Within(1e-14));
        Assert.That(At(Amplifier.ThirdOrder(new NormalMarginal()), 0.7), Is.EqualTo(Slope * 0.7).Within(1e-15), "a normal law has no third order");
    }

    [Test]
    public void There_is_no_third_order_without_a_fourth_moment() =>
        Assert.That(() => Amplifier.ThirdOrder(new AlgebraicMarginal(4)),
            Throws.InstanceOf<NotSupportedException>().With.Message.Contains("fourth moment"));

    [Test]
    public void Shape_and_dtype_are_kept([Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        var a = torch.linspace(-1, 1, 24, dtype).view(2, 3, 4);
        foreach (Marginal marginal in (Marginal[])[new NormalMarginal(), new SignMarginal(), new ErfMarginal(2)])
        {
            var value = marginal.FullAmplifier().Of(a);
            Assert.That(value.dtype, Is.EqualTo(dtype));
            Assert.That(value.shape, Is.EqualTo(a.shape));
            Assert.That(Values(value)[20], Is.EqualTo(At(marginal.FullAmplifier(), Values(a)[20])).Within(1e-6));
        }
    }

    // phi(a) / 2 is E[x_i 1(w.x > 0)] where x_i = X and w.x given X is normal about a X with variance 1 - a^2.
    [Test]
    public void It_is_the_mean_that_it_stands_for([Values(1, 3)] double gain)
    {
        using var generator = new Generator(12);
        var marginal = new ErfMarginal(gain);
        var noise = torch.randn(400_000, 2, ScalarType.Float64, generator: generator);
        var x = marginal.Transform(noise.select(1, 0));
        foreach (double a in (double[])[0.3, 0.8])
        {
            var input = (x * a) + (noise.select(1, 1) * Math.Sqrt(1 - (a * a)));
            var mean = (x * input.gt(0).to(ScalarType.Float64)).unsqueeze(1);
            Assert.That(Data.StandardErrors.Largest(mean, torch.tensor(new[] { At(marginal.FullAmplifier(), a) / 2 })), Is.LessThan(4.5));
        }
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void A_linear_one_rises(double slope) =>
        Assert.That(() => Amplifier.Linear(slope), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
