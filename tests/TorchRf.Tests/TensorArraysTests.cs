namespace TorchRf.Tests;

public sealed class TensorArraysTests : TensorScope
{
    [Test]
    public void Values_come_row_by_row_whatever_the_strides()
    {
        var x = torch.arange(6, ScalarType.Float64).reshape(2, 3);
        Assert.That(x.ToArray<double>(), Is.EqualTo(new[] { 0.0, 1, 2, 3, 4, 5 }));
        Assert.That(x.mT.ToArray<double>(), Is.EqualTo(new[] { 0.0, 3, 1, 4, 2, 5 }));
        Assert.That(x[TensorIndex.Colon, 1].ToArray<double>(), Is.EqualTo(new[] { 1.0, 4 }));
        Assert.That(x.flip(1).ToArray<double>(), Is.EqualTo(new[] { 2.0, 1, 0, 5, 4, 3 }));
        Assert.That(torch.tensor(7.5).ToArray<double>(), Is.EqualTo(new[] { 7.5 }));
        Assert.That(torch.zeros([0, 3, 2], ScalarType.Float32).ToArray<double>(), Is.Empty);
    }

    [Test]
    public void Other_dtypes_are_converted()
    {
        var x = torch.tensor(new[] { 0f, 1.5f, 250 });
        Assert.That(x.ToArray<double>(), Is.EqualTo(new[] { 0, 1.5, 250 }));
        Assert.That(x.ToArray<float>(), Is.EqualTo(new[] { 0f, 1.5f, 250 }));
        Assert.That(x.ToArray<long>(), Is.EqualTo(new long[] { 0, 1, 250 }));
        Assert.That(x.ToArray<byte>(), Is.EqualTo(new byte[] { 0, 1, 250 }));
        Assert.That(x.ToArray<bool>(), Is.EqualTo(new[] { false, true, true }));
        Assert.That(x.ToArray<short>(), Is.EqualTo(new short[] { 0, 1, 250 }));
        Assert.That(() => x.ToArray<decimal>(), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void It_is_a_copy_without_a_gradient_that_leaves_no_tensor_behind()
    {
        var x = torch.ones([3], ScalarType.Float64).requires_grad_();
        long before = Tensor.TotalCount;
        var values = x.ToArray<double>();
        values[0] = 9;
        Assert.That((x.sum().item<double>(), Tensor.TotalCount - before), Is.EqualTo((3.0, 1L)), "the sum alone");
    }
}
