using TorchRf.IO;
using TorchRf.Ica;
using TorchRf.Measures;

namespace TorchRf.Tests.Ica;

/// <summary>Known mixtures are undone, whatever the algorithm, the contrast and the way of looking.</summary>
public sealed class RecoveryTests : FileFixture
{
    private const long Examples = 20_000;

    private static readonly string[] Contrasts = ["logcosh", "exp", "cube", "sqrt-abs"];

    [Test]
    public void Sources_of_every_kind_are_found_up_to_sign_and_order(
        [Values] Search search, [Values] IcaAlgorithm algorithm, [ValueSource(nameof(Contrasts))] string contrast, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        var mixture = Mixture.Of(Examples, 5, dtype, "laplace", "uniform", "sign", "laplace", "uniform", "sign");
        var steps = new List<IcaStep>();
        var solution = search.Run(mixture.Examples, new IcaOptions { Algorithm = algorithm, Contrast = Contrast.Named(contrast) },
            progress: new Recorded<IcaStep>(steps));
        Assert.That(solution.Converged, Is.True, solution.Warning);
        Assert.That(solution.Warning, Is.Null);
        Assert.That(AmariDistance.Of(solution.Unmixing.to(ScalarType.Float64).mm(mixture.Mixing)), Is.LessThan(0.05));
        Assert.That(solution.Unmixing.dtype, Is.EqualTo(dtype));
        Assert.That(solution.Mixing.dtype, Is.EqualTo(dtype));
        Assert.That(steps, Is.Not.Empty);
        Assert.That(steps.Max(s => s.OrthogonalityError), Is.LessThan(1e-6).And.GreaterThan(0));
        Assert.That(steps.Max(s => s.Iteration), Is.EqualTo(solution.Iterations));
    }

    // Twelve sources of one kind, from several starts: no start may end elsewhere.
    [Test]
    public void The_two_ways_reach_the_same_unmixing([Values] IcaAlgorithm algorithm, [ValueSource(nameof(Contrasts))] string contrast, [Values(1u, 2u, 3u)] uint seed)
    {
        var mixture = Mixture.Of(Examples, 11 + seed, ScalarType.Float32, [.. Enumerable.Range(0, 12).Select(i => Mixture.Laws[i % 3])]);
        var options = new IcaOptions { Algorithm = algorithm, Contrast = Contrast.Named(contrast) };
        var (fixedPoint, trained) = (Search.FixedPoint.Run(mixture.Examples, options, seed), Search.Autograd.Run(mixture.Examples, options, seed + 10));
        Assert.That(fixedPoint.Converged && trained.Converged, Is.True, $"{fixedPoint.Warning} {trained.Warning}");
        Assert.That(AmariDistance.Between(fixedPoint.Unmixing, trained.Unmixing), Is.LessThan(0.05));
    }

    // An implementation by other hands, where it is installed (Debian: python3-sklearn).
    [Test]
    public void Scikit_learn_reaches_the_same_unmixing([Values] Search search, [Values] IcaAlgorithm algorithm, [Values("logcosh", "exp", "cube")] string contrast)
    {
        var mixture = Mixture.Of(10_000, 21, ScalarType.Float64, "laplace", "uniform", "sign", "laplace", "uniform", "laplace");
        NpyFile.Write(InFolder("x.npy"), mixture.Examples);
        Numpy.Run(Folder, $"""
            from sklearn.decomposition import FastICA
            ica = FastICA(algorithm='{algorithm.ToString().ToLowerInvariant()}', fun='{contrast}', whiten='unit-variance', random_state=0, tol=1e-8, max_iter=1000)
            ica.fit(np.load('x.npy'))
            np.save('w.npy', ica.components_)
            """);
        var solution = search.Run(mixture.Examples, new IcaOptions { Algorithm = algorithm, Contrast = Contrast.Named(contrast), Tolerance = 1e-8, MaxIterations = 1000 });
        Assert.That(solution.Converged, Is.True, solution.Warning);
        // Where all are found at once there is one maximum; one by one, each takes the errors of those before, whose order differs.
        Assert.That(AmariDistance.Between(solution.Unmixing, NpyFile.Read(InFolder("w.npy"))), Is.LessThan(algorithm == IcaAlgorithm.Parallel ? 1e-3 : 0.05));
    }

    internal sealed class Recorded<T>(List<T> list) : IProgress<T>
    {
        public void Report(T value) => list.Add(value);
    }
}
