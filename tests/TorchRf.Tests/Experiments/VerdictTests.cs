using TorchRf.Data.Marginals;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;

namespace TorchRf.Tests.Experiments;

public class VerdictTests : TensorScope
{
    private static readonly ClassificationTask Ising = new(new IsingRing(40, 0.3), new IsingRing(40, 0.7));
    private static readonly ClassificationTask Gaussian = new(new Gaussian(40, 1), new Gaussian(40, 3));

    [Test]
    public void Single_sites_are_localized_and_Ising_rings_are_expected_to()
    {
        var verdict = Verdict.On(torch.eye(40).narrow(0, 0, 5).unsqueeze(1), Ising);
        Assert.That((verdict.Expected, verdict.Observed, verdict.Localized.Count, verdict.Localized.Total, verdict.MeanIpr), Is.EqualTo((true, true, 5, 5, 1.0)));
        Assert.That(verdict.ToString(), Does.Contain("localization is expected").And.EndsWith("localized, as expected."));
    }

    [Test]
    public void Sinusoids_are_not_localized_and_Gaussians_are_not_expected_to()
    {
        var wave = (torch.arange(0, 40, ScalarType.Float64) * (2 * Math.PI / 40)).cos().view(1, 1, 40);
        var verdict = Verdict.On(wave, Gaussian);
        Assert.That((verdict.Expected, verdict.Observed), Is.EqualTo((false, false)));
        Assert.That(verdict.MeanIpr, Is.EqualTo(1.5 / 40).Within(1e-12));
        Assert.That(verdict.ToString(), Does.Contain("no localization is expected").And.EndsWith("not localized, as expected."));
    }

    [Test]
    public void Elliptical_data_are_not_expected_to_whatever_their_kurtosis([Values(1, 3)] double second)
    {
        // Where class 1 has the shorter lengthscale the constant field does not decide, and the kurtosis, negative here, must not.
        var task = new ClassificationTask(new Elliptical(12, 4 - second, RadialLaw.Surface), new Elliptical(12, second, RadialLaw.Surface));
        var verdict = Verdict.On(torch.eye(12).unsqueeze(1), task);
        Assert.That((verdict.ExcessKurtosis < 0, verdict.Linear, verdict.Expected), Is.EqualTo((true, true, false)));
        Assert.That(verdict.Instability is null, Is.EqualTo(second == 1));
        Assert.That(verdict.ToString(), Does.Contain(second == 1 ? "the amplifier is exactly linear: no localization" : "constant field is stable: no localization"));
    }
}
