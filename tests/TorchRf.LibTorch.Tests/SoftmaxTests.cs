namespace TorchRf.LibTorch.Tests;

public class SoftmaxTests
{
    [Test]
    public void The_logarithm_of_the_softmax_does_not_overflow([Values(0L, 1L, -1L)] long dim)
    {
        using var scope = torch.NewDisposeScope();
        var x = TensorNumbers.Counting(2, 3) * 500;
        var rows = dim == 0 ? x.mT.contiguous().Doubles().Chunk(2) : x.Doubles().Chunk(3);
        var expected = rows.SelectMany(row => row.Select(v => v - row.Max() - Math.Log(row.Sum(w => Math.Exp(w - row.Max()))))).ToArray();
        var y = x.log_softmax(dim);
        Assert.That((dim == 0 ? y.mT.contiguous() : y).Doubles(), Is.EqualTo(expected).Within(1e-12));
        Assert.That(x.log_softmax(dim, ScalarType.Float32).dtype, Is.EqualTo(ScalarType.Float32));
    }
}
