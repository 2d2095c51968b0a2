using TorchRf.Ica;
using TorchRf.Measures;

namespace TorchRf.Tests.Ica;

public sealed class IndependentComponentsTests : TensorScope
{
    private static Mixture Known(ScalarType dtype = ScalarType.Float64) => Mixture.Of(4000, 9, dtype, "laplace", "uniform", "sign", "laplace");

    // It outlives the whitening that it was made with.
    private static IndependentComponents Module(Tensor x, int? components = null)
    {
        using var generator = new Generator(2);
        using var whitening = Whitening.Of(x, components);
        return new IndependentComponents(whitening, generator);
    }

    [Test]
    public void Whatever_the_angles_the_rotation_is_orthogonal()
    {
        using var whitening = Whitening.Of(Known().Examples);
        using var generator = new Generator(2);
        using var module = new IndependentComponents(whitening, generator);
        module.Angles.detach().copy_(torch.randn([4, 4], ScalarType.Float64, generator: generator) * 3);
        var w = module.Rotation();
        Assert.That(w.mm(w.mT).allclose(torch.eye(4, dtype: ScalarType.Float64), rtol: 0, atol: 1e-12));
        Assert.That(w.allclose(module.Unmixing().mm(whitening.Dewhitening), rtol: 0, atol: 1e-10));
    }

    [Test]
    public void A_module_like_any_other([Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        var x = Known(dtype).Examples;
        using var whitening = Whitening.Of(x, 3);
        using var generator = new Generator(2);
        using var module = new IndependentComponents(whitening, generator);
        Assert.That(module.named_parameters().Select(p => p.name), Is.EqualTo(new[] { "angles" }));
        Assert.That(module.state_dict().Keys, Is.EquivalentTo(new[] { "angles", "rotation", "mean", "whitening" }));
        var y = module.call(x);
        Assert.That(y.dtype, Is.EqualTo(dtype));
        Assert.That(y.shape, Is.EqualTo(new long[] { 4000, 3 }));
        var z = whitening.Apply(x).to(ScalarType.Float64);
        Assert.That(y.to(ScalarType.Float64).allclose(z.mm(module.Rotation().mT), rtol: 0, atol: dtype == ScalarType.Float32 ? 1e-5 : 1e-10));
    }

    // By central differences of the mean contrast along each angle.
    [Test]
    public void Autograd_knows_the_slope_along_every_angle()
    {
        var x = Known().Examples;
        using var module = Module(x, 3);
        Tensor Mean() => Contrast.LogCosh.Value(module.call(x)).mean([0]).sum();
        var gradient = torch.autograd.grad([Mean()], [module.Angles])[0];
        const double h = 1e-5;
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
            {
                double At(double angle)
                {
                    module.Angles.detach()[i, j] = torch.full([], angle, ScalarType.Float64);
                    return Mean().item<double>();
                }
                double difference = (At(h) - At(-h)) / (2 * h);
                At(0);
                Assert.That(gradient[i, j].item<double>(), Is.EqualTo(difference).Within(1e-8), $"{i}, {j}");
            }
    }

    // Plain gradient descent on the excess kurtosis, as one would train any module. (An angle is A_ij - A_ji: its rate is twice that of A, and with
    // curvatures of up to 1.2 + 2 the rate is to stay below 0.3.)
    [Test]
    public void An_optimiser_of_torch_trains_it_too()
    {
        var mixture = Mixture.Of(4000, 9, ScalarType.Float64, "uniform", "sign", "uniform");
        using var module = Module(mixture.Examples);
        using var optimizer = torch.optim.SGD(module.parameters(), 0.2);
        for (int step = 0; step < 200; step++)
        {
            using var scope = torch.NewDisposeScope();
            optimizer.zero_grad();
            Contrast.Cube.Value(module.call(mixture.Examples)).mean([0]).sum().backward();
            optimizer.step();
        }
        Assert.That(AmariDistance.Of(module.Unmixing().detach().mm(mixture.Mixing)), Is.LessThan(0.05));
    }

    // Where the fixed point stands still, the training has nothing to climb.
    [Test]
    public void The_fixed_point_is_a_maximum_of_what_is_trained()
    {
        var x = Known().Examples;
        using var generator = new Generator(1);
        var solution = FastIca.Fit(x, null, generator, new IcaOptions { Tolerance = 1e-13 });
        Assert.That(solution.Converged, Is.True);
        var y = (x - x.mean([0])).mm(solution.Unmixing.mT);
        var sign = ((y * y.tanh()).mean([0]) - (1 - y.tanh().square()).mean([0])).sign();
        var slopes = (y.tanh() * sign).mT.mm(y) / y.shape[0];
        Assert.That((slopes - slopes.mT).abs().max().item<double>(), Is.LessThan(1e-6));
        // And the squares of E G - E G(n) do not stand still there, for these examples are finitely many.
        var weight = Contrast.LogCosh.Value(y).mean([0]) - Contrast.LogCosh.NormalMean;
        var weighted = (y.tanh() * weight).mT.mm(y) / y.shape[0];
        Assert.That((weighted - weighted.mT).abs().max().item<double>(), Is.GreaterThan(1e-5));
    }

    // Trained here, loaded there, where other examples were whitened: what the loaded module fits is what it answers.
    [Test]
    public void A_loaded_module_fits_with_the_whitening_that_it_answers_with()
    {
        var x = Known().Examples;
        using var generator = new Generator(2);
        using var ours = Whitening.Of(x, 3);
        using var theirs = Whitening.Of((x * torch.tensor(new[] { 5.0, 0.2, 1, 3 })) + 7, 3);
        using var saved = new IndependentComponents(ours, generator);
        using var module = new IndependentComponents(theirs, generator);
        module.load_state_dict(saved.state_dict());
        using var solution = module.Fit(x);
        Assert.That(solution.Unmixing.allclose(module.Unmixing(), rtol: 0, atol: 1e-12));
        Assert.That(solution.Unmixing.mm(solution.Mixing).allclose(torch.eye(3, dtype: ScalarType.Float64), rtol: 0, atol: 1e-10));
        var y = module.call(x);
        Assert.That((y.mT.mm(y) / y.shape[0]).allclose(torch.eye(3, dtype: ScalarType.Float64), rtol: 0, atol: 1e-9));
    }

    [Test]
    public void A_module_brought_to_single_precision_still_fits_and_answers_by_one_whitening()
    {
        var x = Known().Examples;
        using var module = Module(x, 3);
        module.to(ScalarType.Float32);
        Assert.That(module.Angles.dtype, Is.EqualTo(ScalarType.Float32));
        using var solution = module.Fit(x);
        Assert.That(solution.Converged);
        Assert.That(module.call(x).allclose((x - x.mean([0])).mm(solution.Unmixing.mT), rtol: 0, atol: 1e-5));
    }
}
