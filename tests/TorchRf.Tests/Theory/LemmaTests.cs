using TorchRf.Data;
using TorchRf.Theory;

namespace TorchRf.Tests.Theory;

/// <summary>What the lemma does not cover is refused with that sentence.</summary>
public class LemmaTests
{
    private const string Sentence = "The theory covers ReLU units without bias, one or a committee of them, trained on two classes with the squared error; this is ";

    [Test]
    public void What_is_covered_passes() => Assert.That(() => Lemma.Requires(true, "a sigmoid unit"), Throws.Nothing);

    [Test]
    public void What_is_not_is_named() =>
        Assert.That(() => Lemma.Requires(false, "a sigmoid unit"), Throws.InstanceOf<NotSupportedException>().With.Message.EqualTo(Sentence + "a sigmoid unit."));

    [Test]
    public void The_flow_refuses_three_classes()
    {
        var task = new ClassificationTask(new Gaussian(8, 1), new Gaussian(8, 2), new Gaussian(8, 3));
        Assert.That(() => GradientFlow.Of(task), Throws.InstanceOf<NotSupportedException>().With.Message.EqualTo(Sentence + "a task of 3 classes."));
    }
}
