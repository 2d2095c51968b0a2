namespace TorchRf.Tests;

public sealed class TensorCopiesTests
{
    // Native memory is nothing to the garbage collector unless it is told: 500 constants of 2 MB were there at once.
    [Test]
    public void What_nobody_holds_goes_before_there_is_much_of_it()
    {
        long before = Tensor.TotalCount, most = 0;
        for (int i = 0; i < 500; i++)
        {
            using var scope = torch.NewDisposeScope();
            _ = new TensorCopies(torch.zeros(1 << 18, ScalarType.Float64));
            most = Math.Max(most, Tensor.TotalCount - before);
        }
        Assert.That(most, Is.LessThan(250));
    }
}
