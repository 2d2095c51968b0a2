using TorchRf.IO;
using TorchRf.SparseCoding;

namespace TorchRf.Tests.SparseCoding;

/// <summary>All solvers find the codes of the lasso, and say how near they came.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class SparseCoderTests : FileFixture
{
    private static readonly StoppingRule Exact = new(1e-12, 100_000);

    // What coordinate descent does on other devices.
    private sealed class ByTensors(StoppingRule stop) : ISparseCoder
    {
        public SparseCodes Encode(Tensor dictionary, Tensor examples, double penalty) => CoordinateDescent.SideBySide(new Lasso(dictionary, examples, penalty), stop, penalty);
    }

    private static ISparseCoder Coder(string name, StoppingRule? stop = null) => name switch
    {
        "fista" => new Fista(stop),
        "lca" => new LocallyCompetitive(stop),
        "tensors" => new ByTensors(stop ?? new StoppingRule()),
        _ => new CoordinateDescent(stop),
    };

    // x D^T = (1, 1.4) at d_1 = (1, 0) and d_2 = (0.6, 0.8): 0.9 of d_2 leaves d_1.r = 0.46 < lambda. E = (0.46^2 + 0.28^2) / 2 + 0.45.
    [Test]
    public void Two_atoms_by_hand([Values("fista", "lca", "descent", "tensors")] string name, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        var found = Coder(name, new StoppingRule(dtype == ScalarType.Float32 ? 1e-6 : 1e-13)).Encode(torch.tensor(new[,] { { 1, 0 }, { 0.6, 0.8 } }, dtype), torch.tensor(new[,] { { 1.0, 1.0 } }, dtype), 0.5);
        double within = dtype == ScalarType.Float32 ? 1e-6 : 1e-12;
        Assert.That(Values(found.Codes), Is.EqualTo(new[] { 0, 0.9 }).Within(Math.Sqrt(within)));
        Assert.That(Values(found.Objective)[0], Is.EqualTo(0.595).Within(within));
        Assert.That(found.Codes.dtype, Is.EqualTo(dtype));
        Assert.That(found.Converged, Is.True);
        Assert.That(found.Warning, Is.Null);
    }

    // Twice as many atoms as sites, of unequal lengths, two dictionaries with examples of their own.
    [Test]
    public void All_reach_the_same_codes_and_keep_their_word([Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype, [Values] bool each)
    {
        var (dictionary, examples) = Problem(dtype, each);
        var best = new Fista(Exact).Encode(dictionary.to(ScalarType.Float64), examples.to(ScalarType.Float64), 0.3);
        Assert.That(best.Converged, Is.True, best.Warning);
        foreach (var name in new[] { "fista", "lca", "descent", "tensors" })
        {
            var found = Coder(name, new StoppingRule(dtype == ScalarType.Float32 ? 1e-5 : 1e-10)).Encode(dictionary, examples, 0.3);
            Assert.That(found.Converged, Is.True, $"{name}: {found.Warning}");
            Assert.That(found.Codes.shape, Is.EqualTo(new long[] { 2, 30, 24 }), name);
            double within = dtype == ScalarType.Float32 ? 1e-4 : 1e-8;
            double[] above = Values(found.Objective.to(ScalarType.Float64) - best.Objective), gap = Values(found.Gap);
            Assert.That(above.Zip(gap).Max(e => e.First - e.Second), Is.LessThan(within / 10), $"{name}: the gap bounds what is lost");
            Assert.That(above.Min(), Is.GreaterThan(-within / 10), name);
            Assert.That(Values(found.Residual).Max(), Is.LessThan(dtype == ScalarType.Float32 ? 0.02 : 1e-4), name);
            Assert.That(Values((found.Codes.to(ScalarType.Float64) - best.Codes).abs().amax()).Max(), Is.LessThan(dtype == ScalarType.Float32 ? 0.05 : 1e-4), name);
        }
    }

    // Codes half way: theirs by their definitions, written out.
    [Test]
    public void Gap_and_residual_are_what_they_are_said_to_be()
    {
        var (dictionary, examples) = Problem(ScalarType.Float64, each: false);
        var (d, x) = (dictionary[0], examples);
        var found = new Fista(new StoppingRule(1e-12, 3)).Encode(d, x, 0.3);
        Assert.That(found.Converged, Is.False);
        Assert.That(found.Iterations, Is.EqualTo(3));
        Assert.That(found.Warning, Does.Contain("did not converge in 3 iterations: of 30 examples 30 "));
        var r = x - found.Codes.mm(d);
        var c = r.mm(d.T);
        var theta = r * (0.3 / c.abs().amax([1], keepdim: true)).clamp_max(1);
        var (primal, dual) = ((r.square().sum([1]) / 2) + (found.Codes.abs().sum([1]) * 0.3), (x.square().sum([1]) - (x - theta).square().sum([1])) / 2);
        Assert.That(Values(found.Objective), Is.EqualTo(Values(primal)).Within(1e-12));
        Assert.That(Values(found.Gap), Is.EqualTo(Values(primal - dual)).Within(1e-12));
        double[] codes = Values(found.Codes), slopes = Values(c), residual = Values(found.Residual);
        for (int e = 0; e < 30; e++)
            Assert.That(residual[e], Is.EqualTo(Enumerable.Range(e * 24, 24).Max(k => codes[k] == 0 ? Math.Max(0, Math.Abs(slopes[k]) - 0.3) : Math.Abs(slopes[k] - (0.3 * Math.Sign(codes[k]))))).Within(1e-12));
    }

    [Test]
    public void Nothing_is_coded_by_nothing([Values("fista", "lca", "descent", "tensors")] string name)
    {
        var dictionary = torch.cat([torch.eye(3, dtype: ScalarType.Float64), torch.zeros(1, 3, ScalarType.Float64)]);
        var found = Coder(name).Encode(dictionary, torch.tensor(new[,] { { 0.0, 0, 0 }, { 0.2, -0.3, 0.1 }, { 2, -0.3, 0.1 } }), 0.5);
        Assert.That(Values(found.Codes), Is.EqualTo(new[] { 0, 0, 0, 0, 0, 0, 0, 0, 1.5, 0, 0, 0 }).Within(1e-4));
        Assert.That(found.Converged, Is.True);
    }

    [Test]
    public void What_is_no_number_is_not_waited_for([Values("fista", "lca", "descent", "tensors")] string name)
    {
        var found = Coder(name).Encode(torch.eye(3), torch.full(2, 3, double.NaN, ScalarType.Float32), 0.5);
        Assert.That(found.Converged, Is.False);
        Assert.That(found.Iterations, Is.LessThan(100));
    }

    [Test]
    public void What_does_not_go_together_is_refused()
    {
        var (d, x) = (torch.eye(3), torch.ones(2, 3));
        Assert.That(() => new Fista().Encode(d, x, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new Fista().Encode(d, torch.ones(2, 4), 1), Throws.ArgumentException);
        Assert.That(() => new CoordinateDescent().Encode(d, x.to(ScalarType.Float64), 1), Throws.ArgumentException);
        Assert.That(() => new LocallyCompetitive().Encode(d.to(ScalarType.Int64), x.to(ScalarType.Int64), 1), Throws.ArgumentException);
        Assert.That(() => new Fista(new StoppingRule(0)).Encode(d, x, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    // An implementation by other hands: its lasso at its tightest, and its sparse coding, which stops at some 1e-3.
    [Test]
    public void Scikit_learn_reaches_the_same_objective([Values("fista", "lca", "descent")] string name)
    {
        var (dictionary, examples) = Problem(ScalarType.Float64, each: false);
        var d = dictionary[0] / dictionary[0].square().sum([1], keepdim: true).sqrt();
        NpyFile.Write(InFolder("d.npy"), d);
        NpyFile.Write(InFolder("x.npy"), examples);
        Numpy.Run(Folder, """
            from sklearn.linear_model import Lasso
            from sklearn.decomposition import sparse_encode
            d, x = np.load('d.npy'), np.load('x.npy')
            def objective(a):
                return ((x - a @ d)**2).sum(1) / 2 + 0.3 * abs(a).sum(1)
            a = Lasso(alpha=0.3 / d.shape[1], fit_intercept=False, tol=1e-12, max_iter=100000).fit(d.T, x.T).coef_
            np.save('codes.npy', a)
            np.save('best.npy', np.minimum(objective(a), objective(sparse_encode(x, d, algorithm='lasso_cd', alpha=0.3, max_iter=100000))))
            """);
        var found = Coder(name, Exact).Encode(d, examples, 0.3);
        Assert.That(Values(found.Objective), Is.EqualTo(Values(NpyFile.Read(InFolder("best.npy")))).Within(1e-6));
        Assert.That(Values(found.Codes), Is.EqualTo(Values(NpyFile.Read(InFolder("codes.npy")))).Within(1e-5));
    }

    private static (Tensor Dictionary, Tensor Examples) Problem(ScalarType dtype, bool each)
    {
        using var generator = new Generator(3);
        var dictionary = torch.randn([2, 24, 12], ScalarType.Float64, generator: generator) * 0.3;
        return (dictionary.to(dtype), torch.randn(each ? [2, 30, 12] : [30, 12], ScalarType.Float64, generator: generator).to(dtype));
    }
}
