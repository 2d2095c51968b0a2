namespace TorchRf.LibTorch.Tests;

public class ArithmeticTests
{
    private static Tensor Row(params double[] numbers) => torch.tensor(numbers);

    private static Tensor Ones(ScalarType type) => torch.ones(new long[] { 2 }, dtype: type);

    [Test]
    public void Tensors_add_subtract_multiply_and_divide_by_element()
    {
        using var a = Row(1, -2, 3);
        using var b = Row(4, 5, -8);
        Assert.Multiple(() =>
        {
            Assert.That((a + b).Doubles(), Is.EqualTo(new double[] { 5, 3, -5 }));
            Assert.That((a - b).Doubles(), Is.EqualTo(new double[] { -3, -7, 11 }));
            Assert.That((a * b).Doubles(), Is.EqualTo(new double[] { 4, -10, -24 }));
            Assert.That((a / b).Doubles(), Is.EqualTo(new[] { 0.25, -0.4, -0.375 }));
            Assert.That((-a).Doubles(), Is.EqualTo(new double[] { -1, 2, -3 }));
        });
    }

    [Test]
    public void Scalars_stand_on_either_side()
    {
        using var a = Row(1, 2, 4);
        Assert.Multiple(() =>
        {
            Assert.That((a + 1.5).Doubles(), Is.EqualTo(new[] { 2.5, 3.5, 5.5 }));
            Assert.That((1.5 + a).Doubles(), Is.EqualTo(new[] { 2.5, 3.5, 5.5 }));
            Assert.That((a - 1.5).Doubles(), Is.EqualTo(new[] { -0.5, 0.5, 2.5 }));
            Assert.That((1.5 - a).Doubles(), Is.EqualTo(new[] { 0.5, -0.5, -2.5 }));
            Assert.That((a * 3).Doubles(), Is.EqualTo(new double[] { 3, 6, 12 }));
            Assert.That((3 * a).Doubles(), Is.EqualTo(new double[] { 3, 6, 12 }));
            Assert.That((a / 2).Doubles(), Is.EqualTo(new[] { 0.5, 1, 2 }));
            Assert.That((2 / a).Doubles(), Is.EqualTo(new[] { 2, 1, 0.5 }));
        });
    }

    [Test]
    public void Every_kind_of_number_is_a_scalar()
    {
        using var a = Row(1, 2);
        Assert.Multiple(() =>
        {
            Assert.That((a + 2).Doubles(), Is.EqualTo(new double[] { 3, 4 }));
            Assert.That((a + 2L).Doubles(), Is.EqualTo(new double[] { 3, 4 }));
            Assert.That((a + 2f).Doubles(), Is.EqualTo(new double[] { 3, 4 }));
            Assert.That((a + 2.0).Doubles(), Is.EqualTo(new double[] { 3, 4 }));
            Assert.That((a + true).Doubles(), Is.EqualTo(new double[] { 2, 3 }));
            Assert.That((torch.zeros(1, dtype: ScalarType.Int64) + long.MaxValue).Longs(), Is.EqualTo(new[] { long.MaxValue }));
            Assert.That((torch.zeros(1, dtype: ScalarType.Int64) + (1L << 53) + 1).Longs(), Is.EqualTo(new[] { (1L << 53) + 1 }));
        });
    }

    [TestCase(ScalarType.Float32, ScalarType.Float64, ScalarType.Float64)]
    [TestCase(ScalarType.Int64, ScalarType.Float32, ScalarType.Float32)]
    [TestCase(ScalarType.Int32, ScalarType.Int64, ScalarType.Int64)]
    [TestCase(ScalarType.Bool, ScalarType.Int8, ScalarType.Int8)]
    [TestCase(ScalarType.Byte, ScalarType.Int8, ScalarType.Int16)]
    [TestCase(ScalarType.Float16, ScalarType.Float32, ScalarType.Float32)]
    [TestCase(ScalarType.Float64, ScalarType.ComplexFloat32, ScalarType.ComplexFloat64)]
    public void Two_types_meet_in_the_smallest_that_holds_both(ScalarType left, ScalarType right, ScalarType met)
    {
        Assert.That((Ones(left) + Ones(right)).dtype, Is.EqualTo(met));
        Assert.That((Ones(right) * Ones(left)).dtype, Is.EqualTo(met));
    }

    [Test]
    public void A_scalar_widens_the_kind_of_a_type_but_not_its_size()
    {
        Assert.Multiple(() =>
        {
            Assert.That((Ones(ScalarType.Float32) + 1.5).dtype, Is.EqualTo(ScalarType.Float32));
            Assert.That((Ones(ScalarType.Int32) + 1L).dtype, Is.EqualTo(ScalarType.Int32));
            Assert.That((Ones(ScalarType.Int64) + 1.5).dtype, Is.EqualTo(ScalarType.Float32));
            Assert.That((Ones(ScalarType.Bool) + 1).dtype, Is.EqualTo(ScalarType.Int64));
            Assert.That((Ones(ScalarType.Bool) * 2.0).dtype, Is.EqualTo(ScalarType.Float32));
            Assert.That((Ones(ScalarType.Int64) + true).dtype, Is.EqualTo(ScalarType.Int64));
            Assert.That((Ones(ScalarType.Int64) / Ones(ScalarType.Int64)).dtype, Is.EqualTo(ScalarType.Float32));
            Assert.That((Ones(ScalarType.Int64) / 2).Doubles(), Is.EqualTo(new[] { 0.5, 0.5 }));
            Assert.That((Ones(ScalarType.Float32) + torch.tensor(1.0, dtype: ScalarType.Float64)).dtype, Is.EqualTo(ScalarType.Float32));
        });
    }

    [Test]
    public void Shapes_are_broadcast()
    {
        using var column = TensorNumbers.Counting(2, 1);
        using var row = TensorNumbers.Counting(1, 3);
        using var sum = (10 * column) + row;
        Assert.That(sum.shape, Is.EqualTo(new long[] { 2, 3 }));
        Assert.That(sum.Doubles(), Is.EqualTo(new double[] { 0, 1, 2, 10, 11, 12 }));
    }

    [Test]
    public void Working_in_place_changes_the_tensor_and_returns_it()
    {
        using var a = Row(1, 2);
        using var b = Row(10, 20);
        Assert.Multiple(() =>
        {
            Assert.That(a.add_(b).Doubles(), Is.EqualTo(new double[] { 11, 22 }));
            Assert.That(a.add_(1).Doubles(), Is.EqualTo(new double[] { 12, 23 }));
            Assert.That(a.sub_(b).Doubles(), Is.EqualTo(new double[] { 2, 3 }));
            Assert.That(a.sub_(1).Doubles(), Is.EqualTo(new double[] { 1, 2 }));
            Assert.That(a.mul_(b).Doubles(), Is.EqualTo(new double[] { 10, 40 }));
            Assert.That(a.mul_(0.5).Doubles(), Is.EqualTo(new double[] { 5, 20 }));
            Assert.That(a.add_(b, -0.5).Doubles(), Is.EqualTo(new double[] { 0, 10 }));
            Assert.That(a.fill_(3).Doubles(), Is.EqualTo(new double[] { 3, 3 }));
            Assert.That(a.copy_(b).Doubles(), Is.EqualTo(new double[] { 10, 20 }));
            Assert.That(a.zero_().Doubles(), Is.EqualTo(new double[] { 0, 0 }));
            Assert.That(a.Doubles(), Is.EqualTo(new double[] { 0, 0 }));
            Assert.That(a.erf_().Doubles(), Is.EqualTo(new double[] { 0, 0 }));
        });
    }

    [Test]
    public void Copying_in_converts_and_broadcasts()
    {
        using var target = torch.zeros(new long[] { 2, 2 }, dtype: ScalarType.Float64);
        using var source = torch.tensor(new[] { 3L, 4L });
        target.copy_(source);
        Assert.That(target.Doubles(), Is.EqualTo(new double[] { 3, 4, 3, 4 }));
    }

    [Test]
    public void Comparisons_with_tensors_and_scalars_give_truth_values()
    {
        using var a = Row(1, 2, 3);
        using var b = Row(3, 2, 1);
        Assert.Multiple(() =>
        {
            Assert.That(a.eq(b).Truths(), Is.EqualTo(new[] { false, true, false }));
            Assert.That(a.ne(b).Truths(), Is.EqualTo(new[] { true, false, true }));
            Assert.That(a.lt(b).Truths(), Is.EqualTo(new[] { true, false, false }));
            Assert.That(a.le(b).Truths(), Is.EqualTo(new[] { true, true, false }));
            Assert.That(a.gt(b).Truths(), Is.EqualTo(new[] { false, false, true }));
            Assert.That(a.ge(b).Truths(), Is.EqualTo(new[] { false, true, true }));
            Assert.That(a.eq(2).Truths(), Is.EqualTo(new[] { false, true, false }));
            Assert.That(a.ne(2).Truths(), Is.EqualTo(new[] { true, false, true }));
            Assert.That(a.lt(2.0).Truths(), Is.EqualTo(new[] { true, false, false }));
            Assert.That(a.le(2L).Truths(), Is.EqualTo(new[] { true, true, false }));
            Assert.That(a.gt(2f).Truths(), Is.EqualTo(new[] { false, false, true }));
            Assert.That(a.ge(2).Truths(), Is.EqualTo(new[] { false, true, true }));
            Assert.That(a.eq(b).dtype, Is.EqualTo(ScalarType.Bool));
        });
    }

    [Test]
    public void Nothing_equals_not_a_number()
    {
        using var a = Row(double.NaN, double.PositiveInfinity, 1);
        Assert.Multiple(() =>
        {
            Assert.That(a.eq(a).Truths(), Is.EqualTo(new[] { false, true, true }));
            Assert.That(a.isfinite().Truths(), Is.EqualTo(new[] { false, false, true }));
            Assert.That(a.allclose(a), Is.False);
            Assert.That(a.allclose(a, equal_nan: true), Is.True);
        });
    }

    [Test]
    public void Close_means_within_the_tolerances()
    {
        using var a = Row(1, 100);
        using var b = Row(1.0005, 100);
        Assert.Multiple(() =>
        {
            Assert.That(a.allclose(b), Is.False);
            Assert.That(a.allclose(b, rtol: 1e-3), Is.True);
            Assert.That(a.allclose(b, rtol: 0, atol: 1e-3), Is.True);
            Assert.That(a.allclose(b, rtol: 0, atol: 1e-4), Is.False);
        });
    }

    [Test]
    public void Where_chooses_by_element()
    {
        using var a = Row(1, 2, 3);
        using var b = Row(-1, -2, -3);
        using var condition = a.gt(1.5);
        Assert.That(torch.where(condition, a, b).Doubles(), Is.EqualTo(new double[] { -1, 2, 3 }));
        Assert.That(a.where(condition, b).Doubles(), Is.EqualTo(new double[] { -1, 2, 3 }));
    }

    [Test]
    public void Clamp_takes_either_bound_or_both()
    {
        using var a = Row(-2, 0.5, 2);
        Assert.Multiple(() =>
        {
            Assert.That(a.clamp(-1, 1).Doubles(), Is.EqualTo(new[] { -1, 0.5, 1 }));
            Assert.That(a.clamp(min: 0).Doubles(), Is.EqualTo(new[] { 0, 0.5, 2 }));
            Assert.That(a.clamp(max: 1.5).Doubles(), Is.EqualTo(new[] { -2, 0.5, 1.5 }));
        });
    }
}
