using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

/// <summary>What pruning does to the kurtosis of pre-activations, against removal by hand.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class CavityEffectTests : TensorScope
{
    private const int Units = 12, Inputs = 20;

    // Correlated examples of two classes that are not centred, weights of two thirds of the inputs; the last unit has a single one, the one before none.
    private static (Tensor Mask, Tensor Weights, Tensor[] Classes) Layer(Generator generator)
    {
        var mixing = torch.randn(Inputs, Inputs, ScalarType.Float64, generator: generator);
        var mask = torch.rand(Units, Inputs, generator: generator).lt(0.67);
        mask[-2] = torch.zeros(Inputs, ScalarType.Bool);
        mask[-1] = torch.arange(0, Inputs).eq(3);
        Tensor Class(double gain, int examples) => (torch.randn(examples, Inputs, ScalarType.Float64, generator: generator) * gain).tanh().matmul(mixing) + 30;
        return (mask, torch.randn(Units, Inputs, ScalarType.Float64, generator: generator), [Class(3, 700), Class(0.5, 1100)]);
    }

    private static double Kurtosis(Tensor x, Tensor w) => RunningMoments.Of(x.matmul(w)).ExcessKurtosis;

    [Test]
    public void It_is_what_removing_a_weight_by_hand_does([Values(ScalarType.Float64, ScalarType.Float32)] ScalarType dtype)
    {
        using var generator = new Generator(1);
        var (mask, w, classes) = Layer(generator);
        var (given, examples) = (w.to(dtype) * 1e-9f, classes.Select(x => x.to(dtype)).ToArray());
        var effect = CavityEffect.Of(mask, given, examples);
        Assert.That(Values(effect.masked_select(mask.logical_not())), Has.All.Zero);
        Assert.That(effect[-1, 3].item<double>(), Is.NaN, "nothing is left");
        var random = new Random(2);
        for (int looked = 0; looked < 100;)
        {
            var (unit, site) = (random.Next(Units - 2), random.Next(Inputs));
            if (!mask[unit, site].item<bool>())
                continue;
            looked++;
            using var scope = torch.NewDisposeScope();
            var whole = given[unit].to(ScalarType.Float64) * mask[unit] * 1e9;
            var less = whole.clone();
            less[site] = torch.tensor(0.0);
            double byHand = examples.Average(x => Kurtosis(x.to(ScalarType.Float64), less) - Kurtosis(x.to(ScalarType.Float64), whole));
            Assert.That(effect[unit, site].item<double>(), Is.EqualTo(byHand).Within(1e-8));
        }
    }

    // Of each unit the weights of largest effect go: they lie above those that stay in every unit, and p is as small as 10 units allow.
    [Test]
    public void Weights_that_go_next_are_held_against_those_that_stay_and_some_at_random()
    {
        using var generator = new Generator(3);
        var (mask, w, classes) = Layer(generator);
        var effect = CavityEffect.Of(mask, w, classes);
        var middle = torch.nanquantile(effect.masked_fill(mask.logical_not(), double.NaN), torch.tensor(0.7, dtype: ScalarType.Float64), 1, keepdim: true);
        var contrast = CavityContrast.Of(effect, mask, mask.logical_and(effect.le(middle)), generator)!;
        Assert.That((contrast.Next.Count, contrast.OverKept.Count, contrast.OverKept.Share, contrast.OverKept.P), Is.EqualTo((10, 10, 1.0, 2 / 1024.0)));
        Assert.That(contrast.Random.Mean, Is.InRange(contrast.Kept.Mean, contrast.Next.Mean));
        var chance = CavityContrast.Of(effect, mask, mask.logical_and(torch.rand(Units, Inputs, generator: generator).lt(0.7)), generator)!;
        Assert.That(chance.OverKept.P, Is.GreaterThan(0.01));
        Assert.That(CavityContrast.Of(effect, mask, mask, generator), Is.Null);
    }

    // From tables (n = 5: 1/16; n = 8, W = 3: 10/256), and from scipy.stats.wilcoxon (correction where ties ask for the normal law).
    [TestCase("1,2,3,4,5", 1, 0.0625)]
    [TestCase("-1,-2,3,4,5,6,7,8", 33 / 36.0, 0.0390625)]
    [TestCase("6,8,14,16,23,24,28,29,41,-48,49,56,60,-67,75", 96 / 120.0, 0.041259765625)]
    [TestCase("1,1,-1,2,0,3,-2,4", 21.5 / 28, 0.2325076939)]
    [TestCase("0,0", double.NaN, double.NaN)]
    public void Pairs_are_compared_as_tables_have_it(string differences, double share, double p)
    {
        var test = WilcoxonTest.Of([.. differences.Split(',').Select(double.Parse)]);
        Assert.That((test.Share, test.P), Is.EqualTo((share, p)).Using<(double, double)>((a, b) => Near(a.Item1, b.Item1) && Near(a.Item2, b.Item2)));
        static bool Near(double a, double b) => a.Equals(b) || Math.Abs(a - b) < 1e-7;
    }

    [Test]
    public void The_kurtosis_of_each_unit_is_taken_class_by_class_and_in_pieces()
    {
        using var generator = new Generator(4);
        // Two classes of different variance, Gaussian and Laplace: pooled, the Gaussian unit would have a tail.
        var normal = torch.randn(2, 9000, ScalarType.Float64, generator: generator);
        var lots = torch.rand(2, 9000, ScalarType.Float64, generator: generator) - 0.5;
        var laplace = lots.sign() * (1 - (lots.abs() * 2)).log();
        Tensor[] classes = [.. Enumerable.Range(0, 2).Select(c => (torch.stack([normal[c], laplace[c], torch.ones_like(normal[c])], 1) * (1 + (9.0 * c))) + 1000)];
        var measured = PreactivationKurtosis.Of([.. classes.Select(h => (Func<Tensor>[])[.. h.split(900).Select(piece => (Func<Tensor>)(() => piece))])]);
        foreach (int unit in new[] { 0, 1 })
            Assert.That(measured.OfUnits[unit], Is.EqualTo(classes.Average(h => RunningMoments.Of(h.select(1, unit)).ExcessKurtosis)).Within(1e-7));
        Assert.That(measured.OfUnits[0], Is.EqualTo(0).Within(4 * Math.Sqrt(24 / 18_000.0)));
        Assert.That(measured.OfUnits[2], Is.NaN);
        Assert.That(measured.Mean, Is.EqualTo(Statistic.Of([.. measured.OfUnits.Take(2)])));
        Assert.That((measured.Median, measured.MedianError), Is.EqualTo((measured.Mean!.Mean, measured.BatchError)), "of two units");
        // Of the Laplace law a kurtosis of n examples has the variance 1 / n (m8 - 4 m4 m6 + 4 m4^3 - m4^2) = (2520 - 4 * 6 * 90 + 4 * 216 - 36) / n; the Gaussian's 24 / n beside it is little.
        Assert.That(measured.BatchError, Is.EqualTo(Math.Sqrt((1188 + 24) / 18_000.0) / 2).Within(0.5 * Math.Sqrt(1212 / 18_000.0) / 2));
    }

    [Test]
    public void Scipy_finds_the_same_p()
    {
        Numpy.Require();
        using var folder = new TemporaryFolder();
        var random = new Random(19);
        double[][] differences = [.. Enumerable.Range(0, 60).Select(i => (double[])[.. Enumerable.Range(0, 3 + i).Select(_ => i % 2 == 0 ? random.NextDouble() - 0.3 : random.Next(-4, 7))])];
        double[] p = [.. differences.Select(d => WilcoxonTest.Of(d).P)];
        File.WriteAllText(folder["differences.json"], System.Text.Json.JsonSerializer.Serialize(differences));
        TorchRf.IO.NpyFile.Write(folder["p.npy"], torch.tensor(p));
        Numpy.Run(folder.Path, """
            try:
                from scipy.stats import wilcoxon
            except ImportError:
                sys.exit(0)
            differences, p = [[d for d in row if d] for row in json.load(open('differences.json'))], np.load('p.npy')
            exact = lambda d: len(set(map(abs, d))) == len(d) and len(d) <= 50
            own = [wilcoxon(d, mode='exact' if exact(d) else 'approx', correction=not exact(d)).pvalue for d in differences]
            assert np.allclose(p, own, rtol=1e-9, atol=1e-12), np.abs(p - own).max()
            """);
    }
}
