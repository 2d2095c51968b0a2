using TorchRf.Models;
using static TorchRf.Tests.Models.FiniteDifferences;

namespace TorchRf.Tests.Models;

public sealed class AutoencoderTests : TensorScope
{
    private const int Sites = 5;

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
}
