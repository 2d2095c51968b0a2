using TorchRf.Data;
using TorchRf.Tests.Data;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

public sealed class OptimalHeadTests : TensorScope
{
    private const int Sites = 10;

    private static Tensor Fields()
    {
        using var generator = new Generator(61);
        var w = torch.randn([3, Sites], ScalarType.Float64, generator: generator);
        w[1] = torch.tensor([.. Enumerable.Range(0, Sites).Select(i => 0.01 * Math.Exp(-(i - 5.0) * (i - 5) / 4))]);
        return w;
    }

    private static Tensor Of(Tensor w, IDataModel first, IDataModel second) =>
        OptimalHead.Of(w, first.Covariance, second.Covariance, second.Marginal.FullAmplifier());

    [Test]
    public void For_Gaussian_data_it_is_the_formula()
    {
        var (first, second) = (new Gaussian(Sites, 1), new Gaussian(Sites, 3));
        var w = Fields();
        double Quadratic(IDataModel model, int i) => (model.Covariance.Times(w[i]) * w[i]).sum().item<double>();
        var expected = Enumerable.Range(0, 3).Select(i =>
            Math.Sqrt(2 / Math.PI * Quadratic(second, i)) / (Quadratic(first, i) + Quadratic(second, i)));
        Assert.That(Values(Of(w, first, second)), Is.EqualTo(expected).Within(1e-12));
    }

    // d/dv mean (v relu(w.x) - y)^2 at v*, over 100 batches of 10 000: one in 50 000 fresh seeds exceeds 5 standard errors.
    [Test]
    public void The_loss_is_least_there_on_Gaussian_data()
    {
        var (first, second) = (new Gaussian(Sites, 1), new Gaussian(Sites, 3));
        Assert.That(Slope(new ClassificationTask(first, second), Fields(), Of(Fields(), first, second)), Is.LessThan(5));
    }

    // One site alone: its input is the marginal itself, and the lemma closes nothing.
    [Test]
    public void The_loss_is_least_there_on_one_site_of_spins()
    {
        var (first, second) = (new IsingRing(Sites, 0.3), new IsingRing(Sites, 0.7));
        var w = torch.eye(Sites, dtype: ScalarType.Float64).narrow(0, 3, 1);
        var head = Of(w, first, second);
        Assert.That(head.item<double>(), Is.EqualTo(0.5).Within(1e-12));
        Assert.That(Slope(new ClassificationTask(first, second), w, head), Is.LessThan(5));
    }

    // In standard errors; a half more of v must show.
    private static double Slope(ClassificationTask task, Tensor w, Tensor head)
    {
        using var generator = new Generator(62);
        var (slopes, elsewhere) = (new List<Tensor>(), new List<Tensor>());
        for (int batch = 0; batch < 100; batch++)
        {
            using var scope = torch.NewDisposeScope();
            var (x, y) = task.Draw(10_000, generator, ScalarType.Float64);
            var response = w.matmul(x.mT).relu();
            Tensor At(Tensor v) => (((response * v.unsqueeze(-1)) - y) * response).mean([-1]);
            slopes.Add(At(head).MoveToOuterDisposeScope());
            elsewhere.Add(At(head * 1.5).MoveToOuterDisposeScope());
        }
        var zero = torch.zeros([w.shape[0]], ScalarType.Float64);
        Assert.That(StandardErrors.Largest(torch.stack(elsewhere), zero), Is.GreaterThan(20));
        return StandardErrors.Largest(torch.stack(slopes), zero);
    }

    [Test]
    public void Measured_it_makes_the_batch_s_loss_least()
    {
        using var generator = new Generator(63);
        var (x, y) = new ClassificationTask(new IsingRing(Sites, 0.3), new IsingRing(Sites, 0.7)).Draw(200, generator, ScalarType.Float64);
        var w = Fields().unsqueeze(1);
        var head = OptimalHead.Measured(w, x, y);
        Assert.That(head.shape, Is.EqualTo(new long[] { 3, 1 }));
        Tensor Loss(Tensor v) => ((w.matmul(x.mT).relu() * v.unsqueeze(-1)) - y).square().mean([-1]);
        var best = Values(Loss(head));
        foreach (double factor in new[] { 0.99, 1.01 })
            Assert.That(Values(Loss(head * factor)).Zip(best, (other, least) => other - least), Is.All.Positive);
    }

    [Test]
    public void Scaling_w_scales_it_back()
    {
        var (first, second) = (new NonlinearGaussianProcess(Sites, 1, 3), new NonlinearGaussianProcess(Sites, 3, 3));
        Assert.That(Values(Of(Fields() * 4, first, second)), Is.EqualTo(Values(Of(Fields(), first, second) * 0.25)).Within(1e-12));
    }

    // At rest the flow has v = 1: the neuron sets its own scale.
    [Test]
    public void At_rest_it_is_1()
    {
        var (first, second) = (new NonlinearGaussianProcess(Sites, 0.5, 10), new NonlinearGaussianProcess(Sites, 1.5, 10));
        var end = SteadyState.Of(GradientFlow.Of(new ClassificationTask(first, second)), Fields().unsqueeze(1) * 0.01, 1e-7);
        Assert.That(Values(Of(end.Weights, first, second)), Is.All.EqualTo(1).Within(1e-6));
    }
}
