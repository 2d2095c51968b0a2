namespace TorchRf.LibTorch.Tests;

public class FactoryTests
{
    private static readonly Device Cpu = torch.device("cpu");

    [Test]
    public void Zeros_and_ones_fill_any_shape()
    {
        using var zeros = torch.zeros(new long[] { 2, 3, 4 });
        using var ones = torch.ones(new long[] { 2, 3, 4 });
        Assert.Multiple(() =>
        {
            Assert.That(zeros.shape, Is.EqualTo(new long[] { 2, 3, 4 }));
            Assert.That(zeros.Doubles(), Is.All.EqualTo(0.0));
            Assert.That(ones.Doubles(), Is.All.EqualTo(1.0));
            Assert.That(zeros.numel(), Is.EqualTo(24));
            Assert.That(zeros.dim(), Is.EqualTo(3));
        });
    }

    [Test]
    public void Sizes_can_be_given_one_by_one()
    {
        Assert.Multiple(() =>
        {
            Assert.That(torch.zeros(3).shape, Is.EqualTo(new long[] { 3 }));
            Assert.That(torch.zeros(3, 2).shape, Is.EqualTo(new long[] { 3, 2 }));
            Assert.That(torch.ones(3).shape, Is.EqualTo(new long[] { 3 }));
            Assert.That(torch.ones(3, 2).shape, Is.EqualTo(new long[] { 3, 2 }));
            Assert.That(torch.empty(3).shape, Is.EqualTo(new long[] { 3 }));
            Assert.That(torch.empty(3, 2).shape, Is.EqualTo(new long[] { 3, 2 }));
            Assert.That(torch.rand(3, 2).shape, Is.EqualTo(new long[] { 3, 2 }));
            Assert.That(torch.randn(3, 2).shape, Is.EqualTo(new long[] { 3, 2 }));
        });
    }

    [Test]
    public void Without_a_dtype_numbers_are_single_precision_on_the_cpu()
    {
        using var made = torch.zeros(new long[] { 2 });
        Assert.Multiple(() =>
        {
            Assert.That(made.dtype, Is.EqualTo(ScalarType.Float32));
            Assert.That(made.device.type, Is.EqualTo(DeviceType.CPU));
            Assert.That(made.requires_grad, Is.False);
            Assert.That(made.ElementSize, Is.EqualTo(4));
        });
    }

    [TestCase(ScalarType.Byte, 1)]
    [TestCase(ScalarType.Int8, 1)]
    [TestCase(ScalarType.Int16, 2)]
    [TestCase(ScalarType.Int32, 4)]
    [TestCase(ScalarType.Int64, 8)]
    [TestCase(ScalarType.Float16, 2)]
    [TestCase(ScalarType.Float32, 4)]
    [TestCase(ScalarType.Float64, 8)]
    [TestCase(ScalarType.ComplexFloat32, 8)]
    [TestCase(ScalarType.ComplexFloat64, 16)]
    [TestCase(ScalarType.Bool, 1)]
    [TestCase(ScalarType.BFloat16, 2)]
    public void Every_element_type_can_be_made(ScalarType type, int bytes)
    {
        using var made = torch.zeros(new long[] { 5 }, dtype: type, device: Cpu);
        Assert.Multiple(() =>
        {
            Assert.That(made.dtype, Is.EqualTo(type));
            Assert.That(made.ElementSize, Is.EqualTo(bytes));
            Assert.That(made.bytes.Length, Is.EqualTo(5 * bytes));
        });
    }

    [Test]
    public void A_factory_can_ask_for_gradients()
    {
        using var made = torch.ones(new long[] { 2 }, requires_grad: true);
        Assert.That(made.requires_grad, Is.True);
    }

    [Test]
    public void Full_repeats_its_number()
    {
        using var made = torch.full(new long[] { 2, 2 }, 2.5, dtype: ScalarType.Float64);
        Assert.That(made.Doubles(), Is.All.EqualTo(2.5));
        Assert.That(made.shape, Is.EqualTo(new long[] { 2, 2 }));
    }

    [Test]
    public void Arange_leaves_its_end_out_and_takes_its_type_from_its_ends()
    {
        using var whole = torch.arange(2, 6);
        using var broken = torch.arange(0.5, 3.0, ScalarType.Float64);
        using var one = torch.arange(4L);
        Assert.Multiple(() =>
        {
            Assert.That(whole.dtype, Is.EqualTo(ScalarType.Int64));
            Assert.That(whole.Longs(), Is.EqualTo(new long[] { 2, 3, 4, 5 }));
            Assert.That(broken.Doubles(), Is.EqualTo(new[] { 0.5, 1.5, 2.5 }));
            Assert.That(one.Longs(), Is.EqualTo(new long[] { 0, 1, 2, 3 }));
        });
    }

    [Test]
    public void Linspace_includes_both_ends()
    {
        using var made = torch.linspace(-1, 1, 5, ScalarType.Float64);
        Assert.That(made.Doubles(), Is.EqualTo(new[] { -1, -0.5, 0, 0.5, 1 }).Within(1e-15));
    }

    [Test]
    public void Eye_is_the_identity_and_may_be_oblong()
    {
        Assert.Multiple(() =>
        {
            Assert.That(torch.eye(2).Doubles(), Is.EqualTo(new double[] { 1, 0, 0, 1 }));
            Assert.That(torch.eye(2, 3).Doubles(), Is.EqualTo(new double[] { 1, 0, 0, 0, 1, 0 }));
        });
    }

    [Test]
    public void A_tensor_of_an_array_copies_it_and_keeps_its_type()
    {
        var numbers = new[] { 1.5, 2.5 };
        using var made = torch.tensor(numbers);
        numbers[0] = 9;
        Assert.Multiple(() =>
        {
            Assert.That(made.dtype, Is.EqualTo(ScalarType.Float64));
            Assert.That(made.Doubles(), Is.EqualTo(new[] { 1.5, 2.5 }));
            Assert.That(torch.tensor(new[] { 1.5f }).dtype, Is.EqualTo(ScalarType.Float32));
            Assert.That(torch.tensor(new[] { 1L }).dtype, Is.EqualTo(ScalarType.Int64));
        });
    }

    [Test]
    public void An_array_can_be_shaped_and_converted_on_the_way()
    {
        using var made = torch.tensor(new double[] { 1, 2, 3, 4, 5, 6 }, new long[] { 2, 3 }, dtype: ScalarType.Float32);
        using var single = torch.tensor(new float[] { 1, 2, 3, 4 }, new long[] { 2, 2 });
        Assert.Multiple(() =>
        {
            Assert.That(made.shape, Is.EqualTo(new long[] { 2, 3 }));
            Assert.That(made.dtype, Is.EqualTo(ScalarType.Float32));
            Assert.That(made[1, 0].Doubles(), Is.EqualTo(new double[] { 4 }));
            Assert.That(single[1, 0].item<float>(), Is.EqualTo(3));
        });
    }

    [Test]
    public void A_tensor_of_one_number_has_no_dimensions()
    {
        using var made = torch.tensor(2.5, dtype: ScalarType.Float64);
        Assert.That(made.dim(), Is.Zero);
        Assert.That(made.item<double>(), Is.EqualTo(2.5));
    }

    [Test]
    public void A_leaf_made_of_an_array_takes_gradients_even_when_converted()
    {
        using var made = torch.tensor(new[] { 1.0, 2.0 }, dtype: ScalarType.Float32, requires_grad: true);
        using var loss = made.square().sum();
        using var gradient = torch.autograd.grad([loss], [made])[0];
        Assert.That(gradient.Doubles(), Is.EqualTo(new[] { 2.0, 4.0 }));
    }

    [Test]
    public void A_tensor_may_be_empty()
    {
        using var made = torch.zeros(new long[] { 0 }, dtype: ScalarType.Float64);
        Assert.Multiple(() =>
        {
            Assert.That(made.numel(), Is.Zero);
            Assert.That(made.data<double>().ToArray(), Is.Empty);
            Assert.That(made.sum().item<double>(), Is.Zero);
            Assert.That(torch.zeros(0, 3).sum([0]).Doubles(), Is.EqualTo(new double[] { 0, 0, 0 }));
#if TORCH_SYSTEM
            Assert.That(torch.zeros(0, 3).data<float>().ToArray(), Is.Empty);
#endif
        });
    }

    [Test]
    public void Conversion_copies_only_where_it_must_or_is_told_to()
    {
        using var source = TensorNumbers.Counting(3);
        using var same = source.to(ScalarType.Float64);
        using var copy = source.to(ScalarType.Float64, Cpu, copy: true);
        using var single = source.to(ScalarType.Float32, Cpu);
        source.fill_(7);
        Assert.Multiple(() =>
        {
            Assert.That(same.Doubles(), Is.All.EqualTo(7.0));
            Assert.That(copy.Doubles(), Is.EqualTo(new double[] { 0, 1, 2 }));
            Assert.That(single.Doubles(), Is.EqualTo(new double[] { 0, 1, 2 }));
            Assert.That(single.dtype, Is.EqualTo(ScalarType.Float32));
            Assert.That(source.to(Cpu).Doubles(), Is.All.EqualTo(7.0));
        });
    }

#if TORCH_SYSTEM
    [Test]
    public void Conversion_can_dispose_its_source()
    {
        var source = TensorNumbers.Counting(3);
        using var single = source.to(ScalarType.Float32, disposeAfter: true);
        Assert.That(source.IsInvalid, Is.True);
        Assert.That(single.Doubles(), Is.EqualTo(new double[] { 0, 1, 2 }));
    }

    [Test]
    public void Each_conversion_can_be_told_to_copy()
    {
        using var source = TensorNumbers.Counting(3);
        using var byType = source.to(ScalarType.Float64, copy: true);
        using var byDevice = source.to(Cpu, copy: true);
        source.fill_(7);
        Assert.That(byType.Doubles(), Is.EqualTo(new double[] { 0, 1, 2 }));
        Assert.That(byDevice.Doubles(), Is.EqualTo(new double[] { 0, 1, 2 }));
    }
#endif

    [Test]
    public void Bytes_are_the_memory_itself()
    {
        using var made = torch.tensor(new[] { 1L, 2L });
        Assert.That(made.bytes.ToArray(), Is.EqualTo(new byte[] { 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0 }));
        made.bytes[0] = 5;
        Assert.That(made.Longs(), Is.EqualTo(new long[] { 5, 2 }));
        made.bytes = new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0 };
        Assert.That(made.Longs(), Is.EqualTo(new long[] { 3, 4 }));
    }

    [Test]
    public void Data_reads_row_by_row_whatever_the_strides()
    {
        using var turned = TensorNumbers.Counting(2, 3).t();
        Assert.Multiple(() =>
        {
            Assert.That(turned.is_contiguous(), Is.False);
            Assert.That(turned.data<double>().ToArray(), Is.EqualTo(new double[] { 0, 3, 1, 4, 2, 5 }));
            Assert.That(turned.data<double>(), Is.EqualTo(new double[] { 0, 3, 1, 4, 2, 5 }));
            Assert.That(turned.data<double>().Count, Is.EqualTo(6));
            Assert.That(TensorNumbers.Counting(6)[TensorIndex.Slice(1, null, 2)].data<double>().ToArray(), Is.EqualTo(new double[] { 1, 3, 5 }));
        });
    }
}
