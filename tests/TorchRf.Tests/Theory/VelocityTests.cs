using MathNet.Numerics;
using TorchRf.Data;
using TorchRf.Data.Marginals;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

/// <summary>The velocities of the flows against their formulas in plain numbers, and what an evaluation leaves behind.</summary>
public sealed class VelocityTests : TensorScope
{
    private const int Sites = 9;

    private int threads;

    [SetUp]
    public void KeepThreads() => threads = torch.get_num_threads();

    [TearDown]
    public void RestoreThreads() => torch.set_num_threads(threads);

    private static Tensor Random(params long[] shape)
    {
        using var generator = new Generator(81);
        return torch.randn(shape, ScalarType.Float64, generator: generator) * 0.1;
    }

    // Sigma_0 and Sigma_1 as the flow knows them, and as numbers.
    private static IEnumerable<TestCaseData> Covariances()
    {
        static TestCaseData Case(string name, ICovariance first, ICovariance second, Func<double, int, int, double> kernel) =>
            new TestCaseData(first, second, Matrix(0.4, kernel), Matrix(0.8, kernel)).SetArgDisplayNames(name);
        // Correlations q^distance around a ring, or along both axes of a torus of 3 x 3; and of two sites anywhere.
        static double Ring(double q, int i, int j) => Math.Pow(q, Math.Min(Math.Abs(i - j), Sites - Math.Abs(i - j)));
        static double Torus(double q, int i, int j) => (i / 3 == j / 3 ? 1 : q) * (i % 3 == j % 3 ? 1 : q);
        static double Dense(double q, int i, int j) => i == j ? 1 + (0.1 * i) : q * Math.Cos(i * j);
        static Tensor Row(double q, Func<double, int, int, double> kernel) => torch.tensor(Matrix(q, kernel)[0]);
        static DenseCovariance Whole(double q) => new(torch.tensor([.. Matrix(q, Dense).SelectMany(r => r)], [Sites, Sites]));
        using var scope = torch.NewDisposeScope();
        yield return Case("ring", new Circulant(Row(0.4, Ring)), new Circulant(Row(0.8, Ring)), Ring);
        yield return Case("torus", new TorusCovariance(Row(0.4, Torus).view(3, 3)), new TorusCovariance(Row(0.8, Torus).view(3, 3)), Torus);
        static SeparableTorusCovariance Separable(double q) => new(new Circulant(torch.tensor(new[] { 1, q, q })));
        yield return Case("separable torus", Separable(0.4), Separable(0.8), Torus);
        yield return Case("dense", Whole(0.04), Whole(0.08), (q, i, j) => Dense(q / 10, i, j));
    }

    private static double[][] Matrix(double q, Func<double, int, int, double> kernel) =>
        [.. Enumerable.Range(0, Sites).Select(i => Enumerable.Range(0, Sites).Select(j => kernel(q, i, j)).ToArray())];

    private static double[] Product(double[][] matrix, double[] w) => [.. matrix.Select(row => Dot(row, w))];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    // phi(a_i), by Lemma 3.1 for spins.
    private static double[] Amplified(double[] w, double[] pulled)
    {
        double sigma = Math.Sqrt(Dot(w, pulled));
        return [.. pulled.Select(p => p / sigma).Select(a => Math.Abs(a) < 1 ? SpecialFunctions.Erf(a / Math.Sqrt(2 * (1 - a) * (1 + a))) : Math.Sign(a))];
    }

    [TestCaseSource(nameof(Covariances))]
    public void One_neuron(ICovariance first, ICovariance second, double[][] c0, double[][] c1)
    {
        foreach (long[] shape in (long[][])[[Sites], [1, Sites], [5, 1, Sites], [2, 3, 1, Sites]])
        {
            var w = Random(shape);
            var velocity = new GradientFlow(first, second, Amplifier.Sign()).Velocity(w);
            Assert.That(velocity.shape, Is.EqualTo(shape));
            foreach (var (field, row) in Values(w).Chunk(Sites).Zip(Values(velocity).Chunk(Sites)))
            {
                var (s0, s1) = (Product(c0, field), Product(c1, field));
                var expected = Amplified(field, s1).Select((phi, i) => (phi - s0[i] - s1[i]) / 2);
                // Relative to the terms, whose sum is smaller.
                Assert.That(row, Is.EqualTo(expected).Within(1e-14));
            }
        }
    }

    [TestCaseSource(nameof(Covariances))]
    public void A_committee(ICovariance first, ICovariance second, double[][] c0, double[][] c1)
    {
        const int Units = 4;
        var w = Random(3, Units, Sites);
        var velocity = Values(new GradientFlow(first, second, Amplifier.Sign()).Velocity(w)).Chunk(Sites).Chunk(Units);
        foreach (var (units, rows) in Values(w).Chunk(Sites).Chunk(Units).Zip(velocity))
            for (int k = 0; k < Units; k++)
            {
                var expected = Amplified(units[k], Product(c1, units[k])).Select(phi => phi / 2).ToArray();
                foreach (var c in (double[][][])[c0, c1])
                {
                    double Sigma(int j) => Math.Sqrt(Dot(units[j], Product(c, units[j])));
                    for (int j = 0; j < Units; j++)
                    {
                        double rho = j == k ? 1 : Dot(units[j], Product(c, units[k])) / Sigma(j) / Sigma(k);
                        double together = 0.25 + (Math.Asin(rho) / (2 * Math.PI)), edge = Math.Sqrt((1 - rho) * (1 + rho)) * Sigma(j) / (2 * Math.PI * Sigma(k));
                        var (own, other) = (Product(c, units[k]), Product(c, units[j]));
                        for (int i = 0; i < Sites; i++)
                            expected[i] -= ((together * other[i]) + (edge * own[i])) / Units;
                    }
                }
                Assert.That(rows[k], Is.EqualTo(expected).Within(1e-14));
            }
    }

    private static IEnumerable<IFlow> Flows(ICovariance first, ICovariance second) =>
        from amplifier in (Amplifier[])
        [
            Amplifier.Normal(), Amplifier.Sign(), new ErfMarginal(3).FullAmplifier(), Amplifier.ThirdOrder(new SignMarginal()),
            new DiscreteMarginal([(-2, 0.125), (0, 0.75), (2, 0.125)]).FullAmplifier(),
        ]
        select new GradientFlow(first, second, amplifier);

    [TestCaseSource(nameof(Covariances))]
    public void One_tensor_is_left_and_w_as_it_was(ICovariance first, ICovariance second, double[][] c0, double[][] c1)
    {
        Assert.That(c0, Has.Length.EqualTo(c1.Length));
        foreach (int units in (int[])[1, 3])
        {
            var w = Random(2, units, Sites);
            var values = Values(w);
            foreach (var flow in Flows(first, second))
            {
                flow.Velocity(w).Dispose();
                // What others left to finalisers must not go while it is counted.
                GC.Collect();
                GC.WaitForPendingFinalizers();
                long before = Tensor.TotalCount;
                using var velocity = flow.Velocity(w);
                Assert.That(Tensor.TotalCount, Is.EqualTo(before + 1));
            }
            Assert.That(Values(w), Is.EqualTo(values));
        }
    }

    [Test]
    public void Gradients_are_not_tracked()
    {
        var w = Random(2, 3, Sites);
        w.requires_grad = true;
        foreach (var flow in Flows(Circulant.Gaussian(Sites, 1), Circulant.Gaussian(Sites, 2)))
            Assert.That(flow.Velocity(w).requires_grad, Is.False);
        Assert.That(torch.is_grad_enabled(), Is.True);
    }

    [Test]
    public void Small_work_takes_one_thread_and_gives_the_others_back([Values(1, 2, 3)] int allowed)
    {
        var seen = new List<int>();
        var covariance = Circulant.Gaussian(Sites, 2);
        var watched = new Watched(covariance, () => seen.Add(torch.get_num_threads()));
        torch.set_num_threads(allowed);
        foreach (var flow in Flows(watched, covariance))
        {
            foreach (var (fields, expected) in new[] { (OneThread.Most / Sites, 1), ((OneThread.Most / Sites) + 1, allowed) })
            {
                flow.Velocity(Random(fields, 1, Sites)).Dispose();
                Assert.That(seen[^1], Is.EqualTo(expected), $"{fields} fields");
                Assert.That(torch.get_num_threads(), Is.EqualTo(allowed));
            }
            flow.Euler(Random(3, 1, Sites), 0.1, [5]).Dispose();
            Assert.That(seen[^1], Is.EqualTo(1));
            Assert.That(torch.get_num_threads(), Is.EqualTo(allowed));
        }
    }

    [Test]
    public void A_failure_gives_the_threads_back()
    {
        torch.set_num_threads(2);
        var failing = new Watched(Circulant.Gaussian(Sites, 2), () => throw new InvalidOperationException("planted"));
        foreach (var flow in Flows(failing, Circulant.Gaussian(Sites, 2)))
        {
            Assert.That(() => flow.Euler(Random(3, 1, Sites), 0.1, [5]), Throws.InvalidOperationException.With.Message.EqualTo("planted"));
            Assert.That(torch.get_num_threads(), Is.EqualTo(2));
            Assert.That(torch.is_grad_enabled(), Is.True);
        }
    }

    private sealed class Watched(ICovariance covariance, Action before) : ICovariance
    {
        public int Sites => covariance.Sites;

        public Tensor FirstRow => covariance.FirstRow;

        public Tensor Times(Tensor x)
        {
            before();
            return covariance.Times(x);
        }

        public ICovariance Root() => covariance.Root();
    }
}
