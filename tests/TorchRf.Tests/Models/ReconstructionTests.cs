using TorchRf.IO;
using TorchRf.Models;
using TorchRf.SparseCoding;
using static TorchRf.Tests.Models.FiniteDifferences;

namespace TorchRf.Tests.Models;

/// <summary>Models that give their input back: the autoencoder and the sparse code.</summary>
public sealed class ReconstructionTests : TensorScope
{
    private const int Sites = 6;

    private static Autoencoder Model(Sparsity sparsity, double strength = 0.7, double target = 0.2) =>
        Started.Autoencoder(Random(1, 2, 3, Sites), Random(2, 2, Sites, 3), Activation.Sigmoid, 0.125, sparsity: sparsity, strength: strength, target: target);

    [Test]
    public void Its_loss_is_the_formula([Values] Sparsity sparsity, [Values] bool ownBatches)
    {
        var x = ownBatches ? Random(3, 2, 4, Sites) : Random(3, 4, Sites);
        using var model = Model(sparsity);
        var losses = model.Losses(x);
        Assert.That(losses.shape, Is.EqualTo(new long[] { 2 }));
        Assert.That(model.call(x).shape, Is.EqualTo(new long[] { 2, 4, Sites }));
        for (int init = 0; init < 2; init++)
        {
            var (w, d) = (model.Weight[init], model.Decoder[init]);
            var (error, activity, input) = (0.0, new double[3], 0.0);
            for (int example = 0; example < 4; example++)
            {
                var shown = ownBatches ? x[init, example] : x[example];
                var u = Enumerable.Range(0, 3).Select(k => w[k].dot(shown).item<double>() + 0.125).ToArray();
                var h = u.Select(v => 1 / (1 + Math.Exp(-v))).ToArray();
                for (int site = 0; site < Sites; site++)
                {
                    double back = Enumerable.Range(0, 3).Sum(k => d[site, k].item<double>() * h[k]) + 0.125;
                    error += Math.Pow(back - shown[site].item<double>(), 2) / (4 * Sites);
                    Assert.That(model.call(x)[init, example, site].item<double>(), Is.EqualTo(back).Within(1e-12));
                }
                for (int k = 0; k < 3; k++)
                    (activity[k], input) = (activity[k] + (h[k] / 4), input + (Math.Abs(u[k]) / 12));
            }
            double cost = sparsity switch
            {
                Sparsity.KL => activity.Average(r => (0.2 * Math.Log(0.2 / r)) + (0.8 * Math.Log(0.8 / (1 - r)))),
                Sparsity.L1 => input,
                _ => 0,
            };
            Assert.That(losses[init].item<double>(), Is.EqualTo(error + (0.7 * cost)).Within(1e-12));
        }
    }

    [Test]
    public void Autograd_has_the_gradient_of_finite_differences([Values] Sparsity sparsity)
    {
        var x = Random(3, 6, Sites);
        using var model = Model(sparsity);
        Assert.That(model.parameters().Count(), Is.EqualTo(4));
        Assert.That(Largest(model, () => model.Losses(x)), Is.LessThan(1e-8));
    }

    // A decoder that is the encoder's inverse gives everything back.
    [Test]
    public void The_identity_is_reconstructed()
    {
        var eye = torch.eye(Sites, dtype: ScalarType.Float64).unsqueeze(0);
        using var model = Started.Autoencoder(eye * 2, eye * 0.5, Activation.Linear);
        Assert.That(Values(model.Losses(Random(3, 6, Sites)))[0], Is.EqualTo(0).Within(1e-28));
    }

    [Test]
    public void What_does_not_fit_is_refused()
    {
        Assert.That(() => Model(Sparsity.KL, target: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Model(Sparsity.L1, strength: -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Model(Sparsity.L1, strength: double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Atoms_are_of_unit_length()
    {
        using var model = Started.Sparse(Random(1, 2, 9, Sites) * 1e-3, 0.1);
        Assert.That(Values(model.Atoms().square().sum([-1])), Is.All.EqualTo(1).Within(1e-14));
        Assert.That(Values(model.Weight.detach().square().sum([-1])), Is.All.EqualTo(1).Within(1e-14));
        using (torch.no_grad())
            model.Weight.mul_(7);
        Assert.That(Values(model.Atoms().square().sum([-1])), Is.All.EqualTo(1).Within(1e-14));
        Assert.That(() => Started.Sparse(torch.zeros([1, 2, Sites]), 0.1), Throws.ArgumentException);
        Assert.That(() => Started.Sparse(Random(1, 1, 2, Sites), 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    // Orthogonal atoms: the codes are the projections, shrunk by lambda; known in closed form.
    [Test]
    public void Codes_in_an_orthogonal_dictionary_are_shrunk_projections([Values] bool ownBatches)
    {
        var x = ownBatches ? Random(3, 2, 8, Sites) : Random(3, 8, Sites);
        using var model = Started.Sparse(torch.eye(Sites, dtype: ScalarType.Float64).unsqueeze(0).expand(2, Sites, Sites), 0.4, 5);
        var shown = ownBatches ? x : x.unsqueeze(0).expand(2, 8, Sites);
        var shrunk = shown.sign() * (shown.abs() - 0.4).relu();
        Assert.That(Values(model.Responses(x)), Is.EqualTo(Values(shrunk.mT.contiguous())).Within(1e-14));
        Assert.That(Values(model.call(x)), Is.EqualTo(Values(shrunk)).Within(1e-14));
    }

    // At the minimum the residual's projection on an atom in use is lambda with the code's sign, and on another no more than lambda.
    [Test]
    public void Codes_reach_the_minimum_and_are_sparse()
    {
        const double penalty = 0.3;
        var x = Random(3, 20, Sites);
        using var model = Started.Sparse(Random(1, 2, 12, Sites), penalty, 4000);
        var codes = model.Responses(x);
        var projection = model.Atoms().matmul((x.unsqueeze(0) - codes.mT.matmul(model.Atoms())).mT);
        var used = codes.ne(0);
        Assert.That(((projection - (codes.sign() * penalty)) * used.to(ScalarType.Float64)).abs().max().item<double>(), Is.LessThan(1e-6));
        Assert.That(projection.abs().max().item<double>(), Is.LessThan(penalty + 1e-6));
        Assert.That(used.to(ScalarType.Float64).mean().item<double>(), Is.InRange(0.1, 0.5));
    }

    // E with the codes held, differenced over the weights; only what turns an atom counts.
    [Test]
    public void Autograd_descends_the_error_with_the_codes_held()
    {
        var x = Random(3, 20, Sites);
        using var model = Started.Sparse(Random(1, 2, 4, Sites), 0.3);
        var codes = model.Responses(x);
        var gradient = torch.autograd.grad([model.Losses(x).sum()], [model.Weight])[0];
        // -mean a_k r, less what is along the atom (the weights start at unit length).
        var residual = x.unsqueeze(0) - codes.mT.matmul(model.Atoms());
        var free = codes.matmul(residual) * (-1.0 / 20);
        var along = (free * model.Atoms()).sum([-1], keepdim: true) * model.Atoms();
        Assert.That(Values(gradient), Is.EqualTo(Values(free - along)).Within(1e-13));
    }

    // One atom: A = a.a / T and b = a x / T make it the mean of examples, weighted by their codes. A second batch counts the first by (1 - 1/2)^40, which is nothing.
    [Test]
    public void One_atom_learns_what_its_codes_say()
    {
        var x = Random(3, 2, 20, Sites);
        using var model = Started.Sparse(Random(1, 2, 1, Sites), 0.3, online: true, coder: new CoordinateDescent(new StoppingRule(1e-14)));
        for (int batch = 0; batch < 2; batch++)
        {
            var codes = model.Responses(x);
            double[] losses = Values(model.Losses(x)), learnt = Values(model.Learn(x));
            Assert.That(learnt, Is.EqualTo(losses).Within(1e-14));
            var mean = codes.matmul(x);
            Assert.That(Values(model.Atoms()), Is.EqualTo(Values(mean / mean.square().sum([-1], keepdim: true).sqrt())).Within(1e-9));
        }
        Assert.That(() => Started.Sparse(Random(1, 1, 2, Sites), 0.3).Learn(Random(3, 4, Sites)), Throws.InvalidOperationException);
    }

    // Three atoms that look where no example is: they become the examples explained worst.
    [Test]
    public void Atoms_that_no_code_uses_are_drawn_anew()
    {
        var x = Random(3, 30, Sites) * torch.tensor(new double[] { 1, 1, 1, 0, 0, 0 });
        using var model = Started.Sparse(torch.eye(Sites, dtype: ScalarType.Float64).unsqueeze(0), 0.1, online: true, coder: new CoordinateDescent());
        double before = Values(model.Learn(x))[0];
        var codes = model.Responses(x);
        Assert.That(Values(codes.ne(0).sum([-1]).to(ScalarType.Float64)), Is.All.GreaterThan(0), "all six are used");
        for (int i = 0; i < 20; i++)
            model.Learn(x);
        Assert.That(Values(model.Losses(x))[0], Is.LessThan(before));
    }

    // Another's dictionary learning, by alternation, on examples that twelve atoms explain: from the same start ours comes as low.
    [Test]
    public void Scikit_learn_comes_no_lower()
    {
        using var folder = new TemporaryFolder();
        using var generator = new Generator(5);
        var atoms = torch.randn([12, 8], ScalarType.Float64, generator: generator);
        atoms = atoms / atoms.square().sum([1], keepdim: true).sqrt();
        var x = (torch.randn([300, 12], ScalarType.Float64, generator: generator) * torch.rand([300, 12], ScalarType.Float64, generator: generator).lt(0.2)).mm(atoms);
        var start = Random(7, 1, 12, 8);
        NpyFile.Write(Path.Combine(folder.Path, "x.npy"), x);
        NpyFile.Write(Path.Combine(folder.Path, "start.npy"), (start / start.square().sum([-1], keepdim: true).sqrt())[0]);
        Numpy.Run(folder.Path, """
            from sklearn.decomposition import DictionaryLearning, MiniBatchDictionaryLearning, sparse_encode
            x, start = np.load('x.npy'), np.load('start.npy')
            def objective(d):
                a = sparse_encode(x, d, algorithm='lasso_cd', alpha=0.1, max_iter=10000)
                return (((x - a @ d)**2).sum(1) / 2 + 0.1 * abs(a).sum(1)).mean()
            whole = DictionaryLearning(12, alpha=0.1, max_iter=300, tol=1e-9, fit_algorithm='cd', dict_init=start, code_init=sparse_encode(x, start, algorithm='lasso_cd', alpha=0.1)).fit(x)
            online = MiniBatchDictionaryLearning(12, alpha=0.1, n_iter=600, batch_size=100, fit_algorithm='cd', dict_init=start, random_state=0).fit(x)
            np.save('objectives.npy', np.array([objective(whole.components_), objective(online.components_)]))
            """);
        using var model = Started.Sparse(start, 0.1, online: true, coder: new CoordinateDescent(new StoppingRule(1e-8)));
        for (int i = 0; i < 400; i++)
            model.Learn(x);
        double[] theirs = Values(NpyFile.Read(Path.Combine(folder.Path, "objectives.npy")));
        TestContext.Out.WriteLine($"{Values(model.Losses(x))[0]} {theirs[0]} {theirs[1]}");
        Assert.That(Values(model.Losses(x))[0], Is.LessThan(1.02 * theirs.Min()));
    }
}
