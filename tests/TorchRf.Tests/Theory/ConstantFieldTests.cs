using TorchRf.Data.Marginals;
using TorchRf.Data;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

/// <summary>Whether the constant field of the effective equation is stable, and where it stops being so.</summary>
public sealed class ConstantFieldTests : TensorScope
{
    [Test]
    public void A_Gaussian_keeps_the_constant_field() => Assert.That(Instability(xi => new Gaussian(40, xi)), Is.Negative);

    [Test]
    public void The_condition_says_nothing_when_class_1_is_the_short_one() =>
        Assert.That(ConstantField.Instability(Circulant.Gaussian(40, 3), Circulant.Gaussian(40, 1), Amplifier.Sign()), Is.Null);

    // Long lengthscales: the high modes of both classes are rounding, which must not decide.
    [TestCase(5, 10, 100)]
    [TestCase(10, 20, 200)]
    public void Rounding_does_not_decide(double shorter, double longer, int sites) =>
        Assert.That(Instability(xi => new NonlinearGaussianProcess(sites, xi, 0.01), shorter, longer), Is.Negative);

    [Test]
    public void A_class_that_is_constant_over_the_ring_is_not_judged()
    {
        var (first, second) = (new IsingRing(4, 0.3), new IsingRing(4, 10));
        Assert.That(ConstantField.Instability((Circulant)first.Covariance, (Circulant)second.Covariance, Amplifier.Sign()), Is.Null.Or.Not.NaN);
    }

    // Where the ring is nearly white (figure 5) all modes compete within a thousandth: the ripple of mode m must still follow
    // exp(1/2 (lambda_0^m + lambda_1^m) instability t) below and above the transition at g = 0.1231.
    [TestCase(0.1)]
    [TestCase(0.15)]
    public void A_ripple_moves_at_the_rate_that_the_condition_implies(double gain)
    {
        var (first, second) = (new NonlinearGaussianProcess(40, 0.3, gain), new NonlinearGaussianProcess(40, 0.7, gain));
        var (c0, c1) = ((Circulant)first.Covariance, (Circulant)second.Covariance);
        double sum = c0.Eigenvalues()[1].item<double>() + c1.Eigenvalues()[1].item<double>();
        double rate = sum / 2 * ConstantField.Instability(c0, c1, second.Marginal.FullAmplifier())!.Value;
        var flow = GradientFlow.Of(new ClassificationTask(first, second));
        var constant = flow.Adaptive(torch.full([40], 0.1, ScalarType.Float64), [100.0])[0];
        var mode = (torch.arange(0, 40, ScalarType.Float64) * (2 * Math.PI / 40)).cos();
        var later = flow.Adaptive(constant + (mode * 1e-5), [300.0], 1e-11, 1e-14)[0];
        double grown = (later * mode).sum().item<double>() / 20 / 1e-5;
        Assert.That(Math.Sign(rate), Is.EqualTo(Math.Sign(gain - 0.1231)));
        Assert.That(Math.Log(grown) / 300, Is.EqualTo(rate).Within(0.02 * Math.Abs(rate)));
    }

    private static double Instability(Func<double, IDataModel> model, double shorter = 1, double longer = 3)
    {
        var (first, second) = (model(shorter), model(longer));
        return ConstantField.Instability((Circulant)first.Covariance, (Circulant)second.Covariance, second.Marginal.FullAmplifier())!.Value;
    }

    [TestCase(40, 0.2285, -0.332)]
    [TestCase(100, 0.127, -0.120)]
    public void Over_the_gain(int sites, double gain, double excess) =>
        Is_at(LocalizationTransition.OverGain(sites, 1, 3), gain, 5e-4, excess, sites);

    [TestCase(40, 5.819, 0.056)]
    [TestCase(100, 5.718, 0.143)]
    public void Over_k(int sites, double k, double excess) =>
        Is_at(LocalizationTransition.OverK(sites, 1, 3, 5.6, 6), k, 5e-4, excess, sites);

    private static void Is_at(LocalizationTransition? found, double parameter, double within, double excess, int sites)
    {
        Assert.That(found, Is.Not.Null);
        Assert.That(found!.Parameter, Is.EqualTo(parameter).Within(within));
        Assert.That(found.ExcessKurtosis, Is.EqualTo(excess).Within(6e-4));
        Assert.That(found.Sites, Is.EqualTo(sites));
        Assert.That(found.Lengthscales, Is.EqualTo(new double[] { 1, 3 }));
    }

    [Test]
    public void The_constant_field_is_stable_on_one_side_and_not_on_the_other()
    {
        double gain = LocalizationTransition.OverGain(16, 1, 2)!.Parameter;
        Assert.That(Instability(xi => new NonlinearGaussianProcess(16, xi, gain - 1e-6), longer: 2), Is.Negative);
        Assert.That(Instability(xi => new NonlinearGaussianProcess(16, xi, gain + 1e-6), longer: 2), Is.Positive);
    }

    [Test]
    public void There_is_none_where_the_sign_does_not_change() => Assert.That(LocalizationTransition.OverGain(40, 1, 3, 0.3, 3), Is.Null);

    [Test]
    public void There_is_none_where_class_1_is_the_short_one() => Assert.That(LocalizationTransition.OverGain(40, 3, 1), Is.Null);

    [Test]
    public void A_range_must_not_be_empty() =>
        Assert.That(() => LocalizationTransition.OverGain(40, 1, 3, 2, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Data_that_are_not_stationary_have_none() =>
        Assert.That(() => LocalizationTransition.Along((_, _) => new Unstationary(), 1, 3, 0, 1),
            Throws.InstanceOf<NotSupportedException>().With.Message.Contains("a heap"));

    private sealed class Unstationary : IDataModel
    {
        public string Description => "a heap";

        public int Sites => 4;

        public ICovariance Covariance { get; } = new DenseCovariance(torch.eye(4, dtype: ScalarType.Float64));

        public Marginal Marginal { get; } = new NormalMarginal();

        public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null)
        {
            var x = torch.randn(examples, 4, dtype, generator.device, generator: generator);
            return into is null ? x : into.copy_(x);
        }
    }
}
