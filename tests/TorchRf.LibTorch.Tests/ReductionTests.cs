namespace TorchRf.LibTorch.Tests;

public class ReductionTests
{
    // 0 1 2 / 3 4 5
    private static Tensor Table() => TensorNumbers.Counting(2, 3);

    [Test]
    public void Over_everything_a_number_is_left()
    {
        using var table = Table();
        Assert.Multiple(() =>
        {
            Assert.That(table.sum().dim(), Is.Zero);
            Assert.That(table.sum().item<double>(), Is.EqualTo(15));
            Assert.That(table.mean().item<double>(), Is.EqualTo(2.5));
            Assert.That(table.max().item<double>(), Is.EqualTo(5));
            Assert.That(table.min().item<double>(), Is.Zero);
            Assert.That(table.var().item<double>(), Is.EqualTo(3.5));
#if TORCH_SYSTEM
            Assert.That(table.var(unbiased: false).item<double>(), Is.EqualTo(17.5 / 6).Within(1e-14));
#endif
            Assert.That(table.std().item<double>(), Is.EqualTo(Math.Sqrt(3.5)).Within(1e-14));
            Assert.That(table.std(unbiased: false).item<double>(), Is.EqualTo(Math.Sqrt(17.5 / 6)).Within(1e-14));
        });
    }

    [TestCase(0L, new double[] { 3, 5, 7 })]
    [TestCase(1L, new double[] { 3, 12 })]
    [TestCase(-1L, new double[] { 3, 12 })]
    [TestCase(-2L, new double[] { 3, 5, 7 })]
    public void Sums_run_along_a_dimension_counted_from_either_end(long dim, double[] expected)
    {
        using var table = Table();
        Assert.Multiple(() =>
        {
            Assert.That(table.sum(dim).Doubles(), Is.EqualTo(expected));
            Assert.That(table.sum([dim]).Doubles(), Is.EqualTo(expected));
            Assert.That(table.mean([dim]).Doubles(), Is.EqualTo(expected.Select(s => s / (6.0 / expected.Length))));
            Assert.That(table.sum(dim, keepdim: true).dim(), Is.EqualTo(2));
            Assert.That(table.sum(dim, keepdim: true).Doubles(), Is.EqualTo(expected));
        });
    }

    [Test]
    public void Several_dimensions_go_at_once()
    {
        using var block = TensorNumbers.Counting(2, 3, 4);
        Assert.Multiple(() =>
        {
            Assert.That(block.sum([0, 2]).Doubles(), Is.EqualTo(new double[] { 60, 92, 124 }));
            Assert.That(block.mean([-1, 0], keepdim: true).shape, Is.EqualTo(new long[] { 1, 3, 1 }));
            Assert.That(block.amax([0, 1]).Doubles(), Is.EqualTo(new double[] { 20, 21, 22, 23 }));
            Assert.That(block.amax([-1], keepdim: true).shape, Is.EqualTo(new long[] { 2, 3, 1 }));
        });
    }

    [Test]
    public void Sums_of_whole_numbers_are_whole_and_a_type_can_be_asked_for()
    {
        using var whole = torch.ones(new long[] { 3 }, dtype: ScalarType.Int32);
        using var truths = torch.ones(new long[] { 300 }, dtype: ScalarType.Bool);
        using var single = torch.ones(new long[] { 3 });
        Assert.Multiple(() =>
        {
            Assert.That(whole.sum().dtype, Is.EqualTo(ScalarType.Int64));
            Assert.That(truths.sum().item<long>(), Is.EqualTo(300));
            Assert.That(single.sum(type: ScalarType.Float64).dtype, Is.EqualTo(ScalarType.Float64));
            Assert.That(single.sum(0, type: ScalarType.Float64).dtype, Is.EqualTo(ScalarType.Float64));
            Assert.That(single.mean([0], type: ScalarType.Float64).dtype, Is.EqualTo(ScalarType.Float64));
        });
    }

    [Test]
    public void Variance_along_a_dimension()
    {
        using var table = Table();
        Assert.Multiple(() =>
        {
            Assert.That(table.var(0).Doubles(), Is.EqualTo(new[] { 4.5, 4.5, 4.5 }));
            Assert.That(table.var(-1, unbiased: false).Doubles(), Is.EqualTo(new[] { 2 / 3.0, 2 / 3.0 }).Within(1e-14));
            Assert.That(table.var(1, unbiased: true, keepdim: true).shape, Is.EqualTo(new long[] { 2, 1 }));
        });
    }

    [Test]
    public void Argmax_tells_where()
    {
        using var numbers = torch.tensor(new double[] { 1, 9, 3, 7, 2, 5 }, new long[] { 2, 3 });
        Assert.Multiple(() =>
        {
            Assert.That(numbers.argmax(1).Longs(), Is.EqualTo(new long[] { 1, 0 }));
            Assert.That(numbers.argmax(0).Longs(), Is.EqualTo(new long[] { 1, 0, 1 }));
            Assert.That(numbers.argmax(-1, keepdim: true).shape, Is.EqualTo(new long[] { 2, 1 }));
        });
    }

    [Test]
    public void All_and_any()
    {
        using var some = torch.tensor(new[] { 1.0, 0.0 }).gt(0.5);
        using var every = torch.tensor(new[] { 1.0, 2.0 }).gt(0.5);
        using var none = torch.tensor(new[] { 0.0, 0.0 }).gt(0.5);
        Assert.Multiple(() =>
        {
            Assert.That(some.all().item<bool>(), Is.False);
            Assert.That(some.any().item<bool>(), Is.True);
            Assert.That(every.all().item<bool>(), Is.True);
            Assert.That(none.any().item<bool>(), Is.False);
        });
    }

    [Test]
    public void Running_sums_and_products()
    {
        using var numbers = torch.tensor(new double[] { 1, 2, 3, 4, 5, 6 }, new long[] { 2, 3 });
        Assert.Multiple(() =>
        {
            Assert.That(numbers.cumsum(1).Doubles(), Is.EqualTo(new double[] { 1, 3, 6, 4, 9, 15 }));
            Assert.That(numbers.cumprod(0).Doubles(), Is.EqualTo(new double[] { 1, 2, 3, 4, 10, 18 }));
            Assert.That(numbers.cumsum(0, type: ScalarType.Float32).dtype, Is.EqualTo(ScalarType.Float32));
        });
    }

    [Test]
    public void Sorting_gives_values_and_where_they_were([Values] bool descending, [Values] bool stable)
    {
        using var numbers = torch.tensor(new double[] { 3, 1, 2, 6, 5, 4 }, new long[] { 2, 3 });
        var (values, indices) = numbers.sort(-1, descending, stable);
        Assert.Multiple(() =>
        {
            Assert.That(values.Doubles(), Is.EqualTo(descending ? new double[] { 3, 2, 1, 6, 5, 4 } : [1, 2, 3, 4, 5, 6]));
            Assert.That(indices.Longs(), Is.EqualTo(descending ? new long[] { 0, 2, 1, 0, 1, 2 } : [1, 2, 0, 2, 1, 0]));
            Assert.That(numbers.gather(-1, indices).Doubles(), Is.EqualTo(values.Doubles()));
        });
    }

    [Test]
    public void A_stable_sort_keeps_equals_in_order()
    {
        using var numbers = torch.tensor(Enumerable.Range(0, 100).Select(i => (double)(i % 3)).ToArray());
        var (_, indices) = numbers.sort(0, stable: true);
        Assert.That(indices.Longs(), Is.EqualTo(Enumerable.Range(0, 100).OrderBy(i => i % 3).Select(i => (long)i)));
    }
}
