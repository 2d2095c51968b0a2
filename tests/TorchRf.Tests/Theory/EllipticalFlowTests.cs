using TorchRf.Data;
using TorchRf.Data.Marginals;
using TorchRf.Tests.Data;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

/// <summary>On elliptical data the flow is the expected gradient itself, not an approximation (LSG Prop. 3.3); on pulses there is none.</summary>
public sealed class EllipticalFlowTests : TensorScope
{
    private const int Sites = 8;

    private static IEnumerable<TestCaseData> Laws()
    {
        static TestCaseData Case(string name, Func<double, IDataModel> model) => new TestCaseData(model).SetArgDisplayNames(name);
        yield return Case("surface", xi => new Elliptical(Sites, xi, RadialLaw.Surface));
        yield return Case("outer shell", xi => new Elliptical(Sites, xi, RadialLaw.OuterShell));
        yield return Case("two shells", xi => new Elliptical(Circulant.Gaussian(Sites, xi), new RadialLaw("two shells", u => u.ge(0.9).to(u.dtype) * 3 + 0.2, 3.2), ""));
        yield return Case("t(12)", xi => new StudentT(Sites, xi, 12));
        // The gradient's second moments need nu above 4.
        yield return Case("t(5)", xi => new StudentT(Sites, xi, 5));
        yield return Case("Gaussian", xi => new Gaussian(Sites, xi));
    }

    [TestCaseSource(nameof(Laws))]
    public void The_flow_is_the_gradient_of_the_neurons_loss(Func<double, IDataModel> model)
    {
        var task = new ClassificationTask(model(0.7), model(2));
        using var generator = new Generator(9);
        // Far from symmetric, and large enough that both terms count.
        var w = torch.tensor(new[] { 0.9, -0.2, 0.1, 0.4, -0.6, 0.05, 0.3, 0.0 });
        var (x, y) = task.Draw(400_000, generator, ScalarType.Float64);
        // - d/dw (f - y)^2 of each example.
        var f = x.matmul(w).relu();
        var descent = x * ((y - f) * 2 * f.gt(0).to(ScalarType.Float64)).unsqueeze(1);
        // The classes vary apart: one example of each makes an independent pair.
        var pairs = (descent.narrow(0, 0, 200_000) + descent.narrow(0, 200_000, 200_000)) * 0.5;
        Assert.That(StandardErrors.Largest(pairs, GradientFlow.Of(task).Velocity(w)), Is.LessThan(4.5));
    }

    [TestCaseSource(nameof(Laws))]
    public void The_amplifier_is_linear_to_the_end_and_so_is_its_series(Func<double, IDataModel> model)
    {
        var marginal = model(1).Marginal;
        double slope = marginal switch { EllipticalMarginal elliptical => elliptical.MeanMagnitude, StudentTMarginal t => t.MeanMagnitude, _ => Math.Sqrt(2 / Math.PI) };
        double[] a = [-1.5, -1, -0.3, 0, 0.6, 1];
        var expected = a.Select(v => Math.Clamp(v, -1, 1) * slope);
        Assert.That(Values(marginal.FullAmplifier().Of(torch.tensor(a))), Is.EqualTo(expected).Within(1e-14));
        Assert.That(Values(Amplifier.ThirdOrder(marginal).Of(torch.tensor(a[1..]))), Is.EqualTo(expected.Skip(1)).Within(1e-14));
        Assert.That(marginal.IsLinearlyAmplified && Amplifier.HasThirdOrder(marginal));
    }

    [Test]
    public void Without_a_fourth_moment_the_series_is_still_there()
    {
        var marginal = new StudentTMarginal(3);
        Assert.That(Amplifier.HasThirdOrder(marginal) && !Amplifier.HasThirdOrder(new AlgebraicMarginal(3)));
        Assert.That(Amplifier.ThirdOrder(marginal).Of(torch.tensor(new[] { 0.5 })).item<double>(), Is.EqualTo(1 / Math.PI).Within(1e-12));
    }

    [Test]
    public void Pulses_are_refused_in_the_lemmas_words()
    {
        foreach (Func<int, IDataModel> pulse in (Func<int, IDataModel>[])[n => new SinglePulse(12, n, n), n => new BlockPulse(12, n)])
            Assert.That(() => GradientFlow.Of(new ClassificationTask(pulse(2), pulse(3))),
                Throws.InstanceOf<NotSupportedException>().With.Message.Contains("the lemma takes w.x for Gaussian; a ").And.Message.Contains("pulse is not"));
        // Of class 0 only the covariance counts, and a Gaussian clone is Gaussian.
        Assert.That(() => GradientFlow.Of(new ClassificationTask(new SinglePulse(12, 2, 2), new Gaussian(12, 3))), Throws.Nothing);
        Assert.That(() => GradientFlow.Of(new ClassificationTask(new Gaussian(12, 3), new GaussianClone(new SinglePulse(12, 2, 2)))), Throws.Nothing);
    }
}
