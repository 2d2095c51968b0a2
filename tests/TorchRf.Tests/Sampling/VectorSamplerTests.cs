using TorchRf.Data.Marginals;
using TorchRf.Data;
using TorchRf.Sampling;
using TorchRf.Tests.Data;

namespace TorchRf.Tests.Sampling;

/// <summary>What the vector samplers promise beside their law (which <see cref="SamplesMatchTheirModelTests"/> holds).</summary>
public sealed class VectorSamplerTests : TensorScope
{
    private static IEnumerable<TestCaseData> Models()
    {
        static TestCaseData Case(string name, Func<IDataModel> model) => new TestCaseData(model).SetArgDisplayNames(name);
        static IStationaryCovariance Torus(int side, double xi) => Kernel.Gaussian.On(Lattice.Torus(side), xi);
        yield return Case("Ising", () => new IsingRing(40, 0.7));
        yield return Case("Ising torus", () => new IsingTorus(6, 0.4));
        yield return Case("Ising of 5", () => new IsingRing(5, 0.3));
        yield return Case("narrow ring", () => new NonlinearGaussianProcess(41, 2, 3));
        yield return Case("dense ring", () => new AlgebraicQuantileProcess(21, 8, 5));
        yield return Case("dense ring of 40", () => new Gaussian(40, 15));
        yield return Case("wide ring", () => new Gaussian(1000, 200));
        yield return Case("torus", () => new NonlinearGaussianProcess(Torus(17, 1), 3, ""));
        yield return Case("wide torus", () => new GaussianClone(new NonlinearGaussianProcess(Torus(30, 10), 3, "")));
        yield return Case("Student t", () => new StudentT(40, 3, 5));
        yield return Case("elliptical", () => new Elliptical(40, 3, RadialLaw.OuterShell));
    }

    [TestCaseSource(nameof(Models))]
    public void Examples_depend_on_neither_threads_nor_how_many_are_made(Func<IDataModel> make)
    {
        var model = make();
        int threads = torch.get_num_threads();
        try
        {
            torch.set_num_threads(1);
            var alone = Fill(model, 700);
            torch.set_num_threads(3);
            var together = Fill(model, 700);
            // Fourier transforms may round differently with the number of rows and threads; nothing else does.
            double rounding = model.VectorCode() is WideFieldSampler ? 1e-5 : 0;
            Assert.That((together - alone).abs().max().item<float>(), Is.LessThanOrEqualTo(rounding));
            // torch makes one amplitude an example of those models that have one, and does so in batches.
            if (model is not (StudentT or Elliptical))
                Assert.That((Fill(model, 133) - alone.narrow(0, 0, 133)).abs().max().item<float>(), Is.LessThanOrEqualTo(rounding));
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    [TestCaseSource(nameof(Models))]
    public void No_example_comes_twice_and_none_is_left_out(Func<IDataModel> make)
    {
        var x = Fill(make(), 700);
        var projected = Values(x.to(ScalarType.Float64).matmul(torch.linspace(1, 2, x.shape[1], ScalarType.Float64)));
        // Spins may well agree by chance.
        if (make() is not (IsingRing or IsingTorus))
            Assert.That(projected.Distinct().Count(), Is.EqualTo(700));
        Assert.That(Fill(make(), 0).shape[0], Is.Zero);
    }

    [Test]
    public void Torch_is_asked_where_the_user_says_so_or_numbers_are_long([Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        var model = new NonlinearGaussianProcess(40, 3, 3);
        using var one = new Generator(1);
        using var two = new Generator(1);
        using var three = new Generator(1);
        // The field by torch, and the law applied to it.
        using var field = new GaussianClone(new Gaussian(40, 3)).By(Sampler.Torch).Sample(20, one, dtype);
        var byTorch = new ErfMarginal(3).Transform(field);
        Assert.That(Values(model.By(Sampler.Torch).Sample(20, two, dtype)), Is.EqualTo(Values(byTorch)));
        Assert.That(Values(model.Sample(20, three, dtype)), dtype == ScalarType.Float64 ? Is.EqualTo(Values(byTorch)) : Is.Not.EqualTo(Values(byTorch)));
    }

    [Test]
    public void A_task_draws_what_its_classes_draw([Values] Sampler sampler)
    {
        var task = new ClassificationTask(new IsingRing(12, 0.3), new NonlinearGaussianProcess(12, 2, 3)).By(sampler);
        using var one = new Generator(1);
        using var two = new Generator(1);
        var x = task.Draw(200, one).X;
        Assert.That(Values(x), Is.EqualTo(Values(torch.cat([task.Sample(0, 100, two), task.Sample(1, 100, two)]))));
    }

    [Test]
    public void Examples_go_where_they_are_wanted([Values] Sampler sampler)
    {
        foreach (var model in (IDataModel[])[new IsingRing(12, 0.3), new StudentT(12, 2, 5), new BlockPulse(12, 3)])
        {
            using var one = new Generator(1);
            using var two = new Generator(1);
            var x = torch.zeros(5, 12);
            Assert.That(model.By(sampler).Sample(3, one, into: x.narrow(0, 1, 3)).shape, Is.EqualTo(new long[] { 3, 12 }));
            Assert.That(Values(x.narrow(0, 1, 3)), Is.EqualTo(Values(model.By(sampler).Sample(3, two))));
            Assert.That(Values(x[0]).Concat(Values(x[4])), Is.All.Zero);
            Assert.That(() => model.By(sampler).Sample(4, one, into: x), Throws.ArgumentException);
        }
    }

    [Test]
    public void Memory_that_does_not_fit_is_refused()
    {
        var sampler = new IsingRing(8, 0.3).VectorCode()!;
        Assert.That(() => sampler.Fill(1, torch.zeros(3, 8, ScalarType.Float64)), Throws.ArgumentException);
        Assert.That(() => sampler.Fill(1, torch.zeros(8, 3).mT), Throws.ArgumentException);
    }

    private static Tensor Fill(IDataModel model, long examples)
    {
        var x = torch.zeros(examples, model.Sites);
        model.VectorCode()!.Fill(99, x);
        return x;
    }
}
