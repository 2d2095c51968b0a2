using NUnit.Framework;
using TorchRf.Data;

namespace TorchRf.Tests.Data;

[TestFixture]
public sealed class LengthscaleTaskTests : TensorScope
{
    [Test]
    public void A_batch_is_balanced_and_each_label_names_its_law()
    {
        // Laws that an example gives away: aligned spins, Gaussian values, free spins.
        var task = new ClassificationTask(new IsingRing(30, 10), new Gaussian(30, 1), new IsingRing(30, 0));
        using var generator = new Generator(1);
        var (x, y) = task.Draw(300, generator, ScalarType.Float64);
        Assert.That(x.shape, Is.EqualTo(new long[] { 300, 30 }));
        Assert.That(y.shape, Is.EqualTo(new long[] { 300 }));
        Assert.That(y.dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(Values(y).CountBy(v => v).Select(c => (c.Key, c.Value)), Is.EquivalentTo(new[] { (0.0, 100), (1.0, 100), (2.0, 100) }));
        var spins = Values(x.abs().eq(1).to(ScalarType.Float64).mean([1]));
        var aligned = Values(x.mean([1]).abs());
        var labels = Values(y);
        for (int i = 0; i < 300; i++)
        {
            double told = spins[i] < 1 ? 1 : aligned[i] == 1 ? 0 : 2;
            Assert.That(told, Is.EqualTo(labels[i]), $"example {i}");
        }
    }

    [Test]
    public void Labels_are_those_of_a_batch([Values(2, 4, 10)] int batch)
    {
        var task = new ClassificationTask(new IsingRing(8, 0.3), new IsingRing(8, 0.7));
        using var generator = new Generator(1);
        var labels = task.Labels(batch, generator.device);
        Assert.That(labels.dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That(Values(labels), Is.EqualTo(Enumerable.Repeat(0.0, batch / 2).Concat(Enumerable.Repeat(1.0, batch / 2))));
        Assert.That(Values(labels), Is.EqualTo(Values(task.Draw(batch, generator).Y)));
    }

    [Test]
    public void Classes_do_not_share_their_noise()
    {
        var task = new ClassificationTask(new Gaussian(8, 1), new Gaussian(8, 1));
        using var generator = new Generator(1);
        var x = task.Draw(20, generator).X;
        Assert.That(x.narrow(0, 0, 10).eq(x.narrow(0, 10, 10)).any().item<bool>(), Is.False);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(7)]
    [TestCase(-2)]
    public void A_batch_that_cannot_be_shared_is_refused(int batch)
    {
        var task = new ClassificationTask(new IsingRing(8, 0.3), new IsingRing(8, 0.7));
        using var generator = new Generator(1);
        Assert.That(() => task.Draw(batch, generator),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("multiple of the 2 classes"));
    }

    [Test]
    public void No_class_or_unequal_rings_are_refused()
    {
        Assert.That(() => new ClassificationTask(), Throws.ArgumentException);
        Assert.That(() => new ClassificationTask(new IsingRing(8, 0.3), new IsingRing(9, 0.3)), Throws.ArgumentException.With.Message.Contains('9'));
    }
}
