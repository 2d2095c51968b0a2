using TorchRf.Data;
using TorchRf.Tests.Data;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

/// <summary>The flow of more units than one.</summary>
public sealed class CommitteeFlowTests : TensorScope
{
    private const int Units = 4;
    private const int Sites = 9;

    private static Tensor Random(params long[] shape)
    {
        using var generator = new Generator(71);
        return torch.randn(shape, ScalarType.Float64, generator: generator) * 0.3;
    }

    private static ClassificationTask Spins() => new(new IsingRing(Sites, 0.3), new IsingRing(Sites, 0.7));

    private static ClassificationTask Gaussians() => new(new Gaussian(Sites, 1), new Gaussian(Sites, 3));

    // Units that are all alike answer as one.
    [Test]
    public void Equal_units_move_as_one()
    {
        var w = Random(2, 1, Sites);
        var single = GradientFlow.Of(Spins()).Velocity(w).expand(2, Units, Sites);
        Assert.That(Values(GradientFlow.Of(Spins()).Velocity(w.expand(2, Units, Sites))), Is.EqualTo(Values(single)).Within(1e-7));
    }

    // Units that are never driven together do not feel each other.
    [Test]
    public void Opposite_units_share_the_load_alone()
    {
        var (w, task) = (Random(1, Sites), Spins());
        var velocity = GradientFlow.Of(task).Velocity(torch.cat([w, -w]));
        var decay = task.Classes[0].Covariance.Times(w) + task.Classes[1].Covariance.Times(w);
        var expected = GradientFlow.Of(task).Velocity(w) + (decay * 0.25);
        Assert.That(Values(velocity[0]), Is.EqualTo(Values(expected[0])).Within(1e-7));
        Assert.That(Values(velocity[1]), Is.EqualTo(Values(-expected[0])).Within(1e-7));
    }

    // E[relu(u) relu(u')] = s s' (sqrt(1 - r^2) + r (pi/2 + asin r)) / (2 pi) of two normals (Cho and Saul 2009), and E[relu(u)] = s / sqrt(2 pi).
    private static double GaussianLoss(double[] w, double[][] covariances)
    {
        double Product(double[] row, int j, int k)
        {
            double sum = 0;
            for (int i = 0; i < Sites; i++)
                for (int l = 0; l < Sites; l++)
                    sum += w[(j * Sites) + i] * row[Math.Abs(i - l)] * w[(k * Sites) + l];
            return sum;
        }
        double loss = 0.5;
        for (int j = 0; j < Units; j++)
        {
            loss -= Math.Sqrt(Product(covariances[1], j, j) / (2 * Math.PI)) / Units;
            for (int k = 0; k < Units; k++)
                foreach (var row in covariances)
                {
                    double s = Math.Sqrt(Product(row, j, j) * Product(row, k, k)), r = Math.Clamp(Product(row, j, k) / s, -1, 1);
                    loss += 0.5 * s * (Math.Sqrt(1 - (r * r)) + (r * ((Math.PI / 2) + Math.Asin(r)))) / (2 * Math.PI) / (Units * Units);
                }
        }
        return loss;
    }

    [Test]
    public void Velocity_is_minus_K_times_the_slope_of_the_exact_Gaussian_loss()
    {
        const double H = 1e-5;
        var w = Random(Units, Sites);
        double[][] covariances = [.. Gaussians().Classes.Select(c => Values(c.Covariance.FirstRow))];
        var point = Values(w);
        var velocity = Values(GradientFlow.Of(Gaussians()).Velocity(w));
        for (int i = 0; i < point.Length; i++)
        {
            double At(double h)
            {
                var moved = (double[])point.Clone();
                moved[i] += h;
                return GaussianLoss(moved, covariances);
            }
            Assert.That(velocity[i], Is.EqualTo(-Units * (At(H) - At(-H)) / (2 * H)).Within(1e-8), $"coordinate {i}");
        }
    }

    // Minus K times autograd's gradient over 1.2e6 Gaussian examples, in each of 2 x 36 coordinates: one in 10 000 fresh seeds exceeds 5 standard errors.
    [Test]
    public void Velocity_is_the_mean_gradient_on_Gaussian_data()
    {
        var w = Random(2, Units, Sites);
        w.requires_grad = true;
        using var generator = new Generator(72);
        var gradients = new List<Tensor>();
        for (int batch = 0; batch < 200; batch++)
        {
            using var scope = torch.NewDisposeScope();
            var (x, y) = Gaussians().Draw(6000, generator, ScalarType.Float64);
            var loss = (w.matmul(x.mT).relu().mean([1]) - y).square().mean([-1]).sum();
            gradients.Add((torch.autograd.grad([loss], [w])[0] * -Units).MoveToOuterDisposeScope());
        }
        var expected = GradientFlow.Of(Gaussians()).Velocity(w.detach());
        Assert.That(StandardErrors.Largest(torch.stack(gradients).flatten(1), expected.flatten()), Is.LessThan(5));
    }

    [Test]
    public void Units_may_be_told_in_any_order()
    {
        var flow = GradientFlow.Of(Spins());
        var w = Random(2, Units, Sites);
        var order = torch.tensor(new long[] { 2, 0, 3, 1 });
        Assert.That(Values(flow.Velocity(w.index_select(1, order))), Is.EqualTo(Values(flow.Velocity(w).index_select(1, order))).Within(1e-14));
    }

    [Test]
    public void Velocity_turns_with_the_ring_and_changes_sign_with_w()
    {
        var flow = GradientFlow.Of(Spins());
        var w = Random(2, Units, Sites);
        var velocity = flow.Velocity(w);
        Assert.That(Values(flow.Velocity(w.roll(4, -1))), Is.EqualTo(Values(velocity.roll(4, -1))).Within(1e-13));
        Assert.That(Values(flow.Velocity(-w)), Is.EqualTo(Values(-velocity)).Within(1e-14));
    }

    [Test]
    public void Each_committee_flows_on_its_own()
    {
        var flow = GradientFlow.Of(Spins());
        var w = Random(3, Units, Sites);
        var together = flow.Euler(w, 0.1, [0, 5]);
        Assert.That(together.shape, Is.EqualTo(new long[] { 2, 3, Units, Sites }));
        Assert.That(Values(together[0]), Is.EqualTo(Values(w)));
        Assert.That(Values(together[1, 2]), Is.EqualTo(Values(flow.Euler(w[2], 0.1, [5])[0])).Within(1e-13));
    }

    [Test]
    public void Euler_is_of_first_order()
    {
        var flow = GradientFlow.Of(Spins());
        var w = Random(2, Units, Sites);
        var reference = flow.Adaptive(w, [2], 1e-11, 1e-14)[0];
        double Error(double step, long steps) => (flow.Euler(w, step, [steps])[0] - reference).abs().max().item<double>();
        double coarse = Error(0.01, 200);
        Assert.That(coarse, Is.GreaterThan(1e-6));
        Assert.That(Math.Log2(coarse / Error(0.005, 400)), Is.EqualTo(1).Within(0.05));
    }
}
