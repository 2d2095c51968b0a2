using TorchRf.Data;
using TorchRf.Data.Marginals;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

public sealed class LocalizationTransitionTests : TensorScope
{
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
        double Instability(double g)
        {
            var (first, second) = (new NonlinearGaussianProcess(16, 1, g), new NonlinearGaussianProcess(16, 2, g));
            return ConstantField.Instability((Circulant)first.Covariance, (Circulant)second.Covariance, second.Marginal.FullAmplifier())!.Value;
        }
        Assert.That(Instability(gain - 1e-6), Is.Negative);
        Assert.That(Instability(gain + 1e-6), Is.Positive);
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
