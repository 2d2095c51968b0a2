using TorchRf.IO;
using TorchRf.Ica;
using TorchRf.Measures;

namespace TorchRf.Tests.Ica;

/// <summary>What a search makes of data as people have them: of any rank, in any units, few, on any machine; and how it lays out what it finds.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class SolutionTests : FileFixture
{
    [Test]
    public void The_same_bits_on_any_number_of_threads(
        [Values] Search search, [Values] IcaAlgorithm algorithm, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        // Several pieces for each thread.
        var x = Mixture.Of(60_000, 3, dtype, [.. Enumerable.Range(0, 10).Select(i => Mixture.Laws[i % 3])]).Examples;
        int threads = torch.get_num_threads();
        try
        {
            var found = new[] { 1, 2, 3 }.Select(number =>
            {
                torch.set_num_threads(number);
                var solution = search.Run(x, new IcaOptions { Algorithm = algorithm, MaxIterations = 3 });
                Assert.That(torch.get_num_threads(), Is.EqualTo(number));
                return new[] { solution.Unmixing, solution.Mixing, solution.Whitening, solution.Mean }.SelectMany(BytesOf).ToArray();
            }).ToArray();
            Assert.That(found[1], Is.EqualTo(found[0]).AsCollection);
            Assert.That(found[2], Is.EqualTo(found[0]).AsCollection);
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    [Test]
    public void The_farthest_from_Gaussian_comes_first_and_largest_weights_are_positive_in_the_module_too([Values] IcaAlgorithm algorithm)
    {
        var x = Mixture.Of(5000, 6, ScalarType.Float64, "uniform", "laplace", "sign", "normal").Examples;
        using var generator = new Generator(4);
        using var whitening = Whitening.Of(x);
        using var module = new IndependentComponents(whitening, generator);
        foreach (var solution in new[] { module.Fit(x, new IcaOptions { Algorithm = algorithm }), FastIca.Fit(x, null, generator, new IcaOptions { Algorithm = algorithm }) })
        {
            Assert.That(solution.NonGaussianity.Select(Math.Abs), Is.Ordered.Descending);
            Assert.That(Math.Abs(solution.NonGaussianity[0]), Is.GreaterThan(1.3 * Math.Abs(solution.NonGaussianity[1])), "signs, which have the least kurtosis there is");
            Assert.That(Values(solution.Unmixing.max(1).values), Is.EqualTo(Values(solution.Unmixing.abs().max(1).values)));
            Assert.That((solution.Mixing.mm(solution.Unmixing.mm((x - solution.Mean).mT)).mT + solution.Mean).allclose(x, rtol: 0, atol: 1e-9));
            Assert.That(solution.Whitening.allclose(whitening.Matrix) && solution.Mean.allclose(whitening.Mean));
        }
        var last = module.Unmixing().clone();
        Assert.That(Values(last.max(1).values), Is.EqualTo(Values(last.abs().max(1).values)));

        using var loaded = new IndependentComponents(4, 4, generator);
        module.save(InFolder("module.dat"));
        loaded.load(InFolder("module.dat"));
        Assert.That(loaded.call(x).allclose((x - whitening.Mean).mm(last.mT), rtol: 0, atol: 1e-12));
    }

    // Volts and teslas; and what cannot be squared.
    [TestCase(1e-6, 1e-13)]
    [TestCase(1e200, 1e-200)]
    public void Units_do_not_matter(double some, double others)
    {
        var x = Mixture.Of(4000, 6, ScalarType.Float64, "laplace", "uniform", "sign", "laplace").Examples;
        var scale = torch.tensor(new[] { some, some, others, others });
        using var generator = new Generator(1);
        var (plain, scaled) = (FastIca.Fit(x, null, generator, new IcaOptions { Tolerance = 1e-9 }), FastIca.Fit(x * scale, null, generator, new IcaOptions { Tolerance = 1e-9 }));
        Assert.That(AmariDistance.Between(plain.Unmixing, scaled.Unmixing * scale), Is.LessThan(1e-5));
        var y = (x - (scaled.Mean / scale)).mm((scaled.Unmixing * scale).mT);
        Assert.That((y.mT.mm(y) / 4000).allclose(torch.eye(4, dtype: ScalarType.Float64), rtol: 0, atol: 1e-9));
    }

    // Float32 rounds each value in proportion to itself: neither large sites nor sites far from 0 drown small ones.
    [TestCase(30, 1e-8, 0, 30)]
    [TestCase(30, 1, 1000, 30)]
    [TestCase(26, 1e-8, 1e-3, 26)]
    [TestCase(1, 1, 0, 1)]
    public void As_many_components_as_the_data_have_directions(int rank, double smallest, double offset, int expected)
    {
        using var generator = new Generator(8);
        var x = Mixture.Sources(2000, generator, [.. Enumerable.Repeat("laplace", rank)]).mm(torch.randn([rank, 30], ScalarType.Float64, generator: generator));
        x = ((x * torch.logspace(Math.Log10(smallest), 0, 30, dtype: ScalarType.Float64)) + (offset * torch.arange(30).eq(7).to(ScalarType.Float64))).to(ScalarType.Float32);
        using var whitening = Whitening.Of(x);
        Assert.That((whitening.Rank, whitening.Components), Is.EqualTo((expected, expected)));
        Assert.That(() => Whitening.Of(x, rank + 1), Throws.InstanceOf<InvalidSettingException>());
    }

    [Test]
    public void Fewer_examples_than_sites_two_sites_and_constant_ones([Values] Search search)
    {
        var x = Mixture.Of(2000, 6, ScalarType.Float64, "laplace", "sign").Examples;
        Assert.That(search.Run(x, new IcaOptions()).Warning, Is.Null);
        var dead = torch.cat([x, torch.full([2000, 1], 3.7, ScalarType.Float64)], 1);
        Assert.That(search.Run(dead, new IcaOptions()).Unmixing.shape, Is.EqualTo(new long[] { 2, 3 }));
        using var whitening = Whitening.Of(Mixture.Of(3, 6, ScalarType.Float32, "laplace", "sign", "laplace", "uniform", "uniform", "uniform").Examples);
        Assert.That(whitening.Rank, Is.EqualTo(2));
        Assert.That(() => Whitening.Of(torch.full([5, 4], 0.1)), Throws.ArgumentException.With.Message.Contains("vary"));
    }

    // A fourth power is drawn to single examples: by that of 40 normal numbers 200 times, a search finds 5.
    [TestCase(200, 40, "normal", true)]
    [TestCase(100, 40, "normal", true)]
    [TestCase(2000, 20, "normal", true)]
    [TestCase(4000, 8, "laplace", false)]
    [TestCase(20_000, 40, "laplace", false)]
    public void Chance_is_told_from_sources(int examples, int sites, string law, bool warns)
    {
        var x = Mixture.Of(examples, 12, ScalarType.Float32, [.. Enumerable.Repeat(law, sites)]).Examples;
        // The root is made for components with thin tails.
        foreach (var contrast in Contrast.All.Where(c => warns || c != Contrast.SqrtAbs))
        {
            var solution = Search.FixedPoint.Run(x, new IcaOptions { Contrast = contrast, MaxIterations = 100 });
            int found = solution.NonGaussianity.Count(v => Math.Abs(v) > solution.Chance);
            Assert.That(found, warns ? Is.Zero : Is.EqualTo(sites), contrast.Name);
            Assert.That(solution.Warning?.Contains("chance", StringComparison.Ordinal) ?? false, Is.EqualTo(warns), contrast.Name);
        }
    }

    [Test]
    public void Scikit_learn_has_the_same_mean_and_mixing()
    {
        var x = Mixture.Of(10_000, 21, ScalarType.Float64, "laplace", "uniform", "sign", "laplace").Examples * torch.tensor(new[] { 1, 1e-6, 1, 1e3 });
        var solution = Search.FixedPoint.Run(x, new IcaOptions { Tolerance = 1e-8 });
        foreach (var (name, array) in new[] { ("x", x), ("unmixing", solution.Unmixing), ("mixing", solution.Mixing), ("mean", solution.Mean) })
            NpyFile.Write(InFolder(name + ".npy"), array);
        Numpy.Run(Folder, """
            from sklearn.decomposition import FastICA
            x, unmixing, mixing, mean = (np.load(n + '.npy') for n in ('x', 'unmixing', 'mixing', 'mean'))
            ica = FastICA(whiten='unit-variance', random_state=0, tol=1e-8, max_iter=1000).fit(x)
            p = unmixing @ ica.mixing_
            order = abs(p).argmax(1)
            sign = np.sign(p[range(4), order])
            assert abs(ica.mean_ - mean).max() < 1e-9
            scale = x.std(0)[:, None]
            assert abs(ica.mixing_[:, order] * sign - mixing).max(initial=0, where=True) / scale.max() < 1e-3
            assert abs(ica.transform(x)[:, order] * sign - (x - mean) @ unmixing.T).max() < 0.01
            """);
    }
}
