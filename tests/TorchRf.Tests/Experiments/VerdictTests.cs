using TorchRf.Data;
using TorchRf.Data.Marginals;
using TorchRf.Experiments.Analyzing;
using TorchRf.Experiments.Comparing;
using TorchRf.Measures;

namespace TorchRf.Tests.Experiments;

public class VerdictTests : TensorScope
{
    private static readonly ClassificationTask Ising = new(new IsingRing(40, 0.3), new IsingRing(40, 0.7));
    private static readonly ClassificationTask Gaussian = new(new Gaussian(40, 1), new Gaussian(40, 3));

    private static Tensor Sites => torch.eye(40, dtype: ScalarType.Float64).narrow(0, 0, 5).unsqueeze(1);

    private static Tensor Wave => (torch.arange(0, 40, ScalarType.Float64) * (2 * Math.PI / 40)).cos().view(1, 1, 40);

    [Test]
    public void Theory_and_training_are_judged_by_the_same_ruler()
    {
        var verdict = Verdict.On(Sites, Ising, Wave);
        // The flow without approximation: an independent program's is 0.854.
        Assert.That(verdict.Expectation.Outcome, Is.EqualTo(Outcome.Localized));
        Assert.That(verdict.Expectation.Fields!.Ipr.Mean, Is.EqualTo(0.854).Within(0.002));
        Assert.That((verdict.Observed, verdict.AsExpected, verdict.Trained.Localized.Count), Is.EqualTo((true, (bool?)true, 5)));
        Assert.That(verdict.ToString(), Does.StartWith("Expected: localized receptive fields.").And.Contain(": localized, as expected. Theory: mean IPR 0.03").And.EndsWith("not localized, against expectation."));
    }

    [Test]
    public void Sinusoids_are_not_localized_and_Gaussians_are_not_expected_to()
    {
        var verdict = Verdict.On(Wave, Gaussian);
        Assert.That((verdict.Expectation.Outcome, verdict.Expected, verdict.AsExpected), Is.EqualTo((Outcome.Extended, (bool?)false, (bool?)true)));
        Assert.That(verdict.Trained.Ipr.Mean, Is.EqualTo(1.5 / 40).Within(1e-12));
        Assert.That(verdict.ToString(), Does.Contain("extended receptive fields, no localization").And.EndsWith("not localized, as expected."));
        Assert.That(Verdict.On(Sites, Gaussian).AsExpected, Is.False);
    }

    [Test]
    public void Elliptical_data_are_not_expected_to_whatever_their_kurtosis([Values(1, 3)] double second)
    {
        var task = new ClassificationTask(new Elliptical(12, 4 - second, RadialLaw.Surface), new Elliptical(12, second, RadialLaw.Surface));
        var verdict = Verdict.On(torch.eye(12).unsqueeze(1), task);
        Assert.That((verdict.ExcessKurtosis < 0, verdict.Expectation.Outcome, verdict.Instability is null), Is.EqualTo((true, Outcome.Extended, second == 1)));
    }

    // The geometric mean of the IPR is that of the threshold, 0.1333, within its error or surely not.
    [TestCase(0.9, 1.1, 0)]
    [TestCase(1.1, 1.2, 1)]
    [TestCase(0.8, 0.9, -1)]
    public void A_mean_within_two_standard_errors_of_the_threshold_is_at_the_border(double low, double high, int side)
    {
        // A field of two magnitudes has any IPR.
        double threshold = InverseParticipationRatio.LocalizedAbove(40);
        Tensor Field(double ipr)
        {
            // One weight 1 and 39 of size b: (1 + 39 b^4) = ipr (1 + 39 b^2)^2, a quadratic in b^2.
            double a = 39 - (ipr * 39 * 39), b = -78 * ipr, c = 1 - ipr;
            double square = ((-b) - Math.Sqrt((b * b) - (4 * a * c))) / (2 * a);
            var field = torch.full(40, Math.Sqrt(square), ScalarType.Float64);
            field[0] = torch.tensor(1.0);
            return field;
        }
        var fields = SettledFields.Of(torch.stack([Field(low * threshold), Field(high * threshold)]));
        Assert.That(fields.Ipr.Mean, Is.EqualTo((low + high) / 2 * threshold).Within(1e-9));
        Assert.That(fields.Side, Is.EqualTo(side));
    }
}
