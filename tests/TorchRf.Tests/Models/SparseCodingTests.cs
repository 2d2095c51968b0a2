using TorchRf.Models;
using static TorchRf.Tests.Models.FiniteDifferences;

namespace TorchRf.Tests.Models;

public sealed class SparseCodingTests : TensorScope
{
    private const int Sites = 6;

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
}
