using TorchRf.Benchmarks.Plain;
using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Ica;

namespace TorchRf.Benchmarks.Cases;

/// <summary>FastICA to scikit-learn's tolerance on the same examples.</summary>
public static class ComponentCases
{
    private const double Tolerance = 1e-4;
    private const int MostIterations = 1000;

    public static IReadOnlyList<BenchmarkCase> All(bool quick)
    {
        int examples = quick ? 20_000 : 100_000;
        BenchmarkCase[] cases =
        [
            Of("ica-40", $"FastICA, {examples} examples of Kur(3), N = 40, to 40 components", new KurSettings { K = 3 }, examples, 40, goal: 3.5),
            Of("ica-80", $"FastICA, {examples} examples of NLGP(100) on 16 x 16 sites, to 80 components",
                new NlgpSettings { Gain = 100, Sites = 256, Dimensions = 2, Lengthscales = [0.5, 0.7] }, examples, 80, goal: 5),
        ];
        return quick ? cases[..1] : cases;
    }

    private static BenchmarkCase Of(string name, string work, DataSettings data, int examples, int components, double goal) => new(name, work, () => Prepare(data, examples, components))
    {
        Accuracy = "The same Float32 examples, logcosh, all components at once, until none turns by more than 1 - |w.w'| = 1e-4; each search from a random start of its own, so that iterations differ. "
            + "Their contrasts agree within 2 %. The peer whitens by its default, a singular value decomposition, and computes with as many threads as its BLAS takes, whatever is asked of torch; plain TorchSharp by the eigenvectors of the covariance in Float32.",
        IsTuned = false,
        Goal = new Goal(AsInstalled: goal),
    };

    /// <summary>Searches, each from another start.</summary>
    public static Workload Prepare(DataSettings data, int examples, int components)
    {
        using var draws = new Generator(1);
        var (x, y) = data.Task().Draw(examples, draws);
        x.DetachFromDisposeScope();
        y.Dispose();
        var folder = new ScratchFolder();
        try
        {
            NpyFile.Write(folder["examples.npy"], x);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
        var start = new Generator(2);
        var options = new IcaOptions { Algorithm = IcaAlgorithm.Parallel, Contrast = Contrast.LogCosh, Tolerance = Tolerance, MaxIterations = MostIterations };
        var (iterations, contrast) = (0, double.NaN);
        return new Workload(cancellation =>
        {
            using var solution = FastIca.Fit(x, components, start, options, cancellation: cancellation);
            (iterations, contrast) = (solution.Iterations, solution.NonGaussianity.Average() + Contrast.LogCosh.NormalMean);
        }, folder, x, start)
        {
            Peer = ["components", folder["examples.npy"], components],
            Plain = PlainComponents.Prepare(x, components, Tolerance, MostIterations),
            Check = () => [contrast],
            Iterations = () => iterations,
        };
    }
}
