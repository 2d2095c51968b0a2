using TorchRf.IO;
using TorchRf.Ica;
using TorchRf.Measures;

namespace TorchRf.Tests.Ica;

/// <summary>scikit-learn's FastICA as an implementation by other hands, where it is installed (Debian: python3-sklearn).</summary>
public sealed class ScikitLearnTests : FileFixture
{
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
}
