using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Data;

public sealed class GaussianCloneTests
{
    [Test]
    public void It_has_the_original_covariance_and_a_normal_marginal()
    {
        var original = new NonlinearGaussianProcess(12, 2, 3);
        var clone = new GaussianClone(original);
        Assert.That(clone.Covariance, Is.SameAs(original.Covariance));
        Assert.That(clone.Sites, Is.EqualTo(12));
        Assert.That(clone.Marginal, Is.InstanceOf<NormalMarginal>());
        Assert.That(clone.Marginal.ExcessKurtosis, Is.Zero);
        Assert.That(clone.Description, Does.Contain(original.Description));
    }
}
