using TorchRf.Data;
using TorchRf.Experiments;

namespace TorchRf.Tests.Experiments;

public class VerdictTests
{
    private static readonly LengthscaleTask Ising = new(new IsingRing(40, 0.3), new IsingRing(40, 0.7));
    private static readonly LengthscaleTask Gaussian = new(new Gaussian(40, 1), new Gaussian(40, 3));

    [Test]
    public void Single_sites_are_localized_and_Ising_rings_are_expected_to()
    {
        using var scope = torch.NewDisposeScope();
        var verdict = Verdict.On(torch.eye(40).narrow(0, 0, 5).unsqueeze(1), Ising);
        Assert.That((verdict.Expected, verdict.Observed, verdict.Localized, verdict.Of, verdict.MeanIpr), Is.EqualTo((true, true, 5, 5, 1.0)));
        Assert.That(verdict.ToString(), Does.Contain("localization is expected").And.EndsWith("localized, as expected."));
    }

    [Test]
    public void Sinusoids_are_not_localized_and_Gaussians_are_not_expected_to()
    {
        using var scope = torch.NewDisposeScope();
        var wave = (torch.arange(0, 40, ScalarType.Float64) * (2 * Math.PI / 40)).cos().view(1, 1, 40);
        var verdict = Verdict.On(wave, Gaussian);
        Assert.That((verdict.Expected, verdict.Observed), Is.EqualTo((false, false)));
        Assert.That(verdict.MeanIpr, Is.EqualTo(1.5 / 40).Within(1e-12));
        Assert.That(verdict.ToString(), Does.Contain("no localization is expected").And.EndsWith("not localized, as expected."));
    }
}
