using System.Globalization;
using System.Runtime.InteropServices;

namespace TorchRf.LibTorch.Tests;

public class ErrorTests
{
    private static Tensor Ones(params long[] shape) => torch.ones(shape, dtype: ScalarType.Float64);

    private static IEnumerable<TestCaseData> Failures()
    {
        static TestCaseData Case(string name, Action failing, string message) =>
            new TestCaseData(failing, message).SetArgDisplayNames(name);

        yield return Case("add", () => _ = Ones(2) + Ones(3), "The size of tensor a (2) must match the size of tensor b (3)");
        yield return Case("add in place", () => Ones(2).add_(Ones(3)), "The size of tensor a (2) must match the size of tensor b (3)");
        yield return Case("view", () => Ones(6).view(4, 2), "shape '[4, 2]' is invalid for input of size 6");
        yield return Case("view of strides", () => Ones(2, 3).t().view(6), "view size is not compatible");
        yield return Case("cat", () => torch.cat([Ones(2, 2), Ones(3, 3)]), "Sizes of tensors must match");
        yield return Case("expand", () => Ones(2).expand(3), "expanded size");
        yield return Case("sum", () => Ones(2).sum(4), "Dimension out of range");
        yield return Case("transpose", () => Ones(2, 2).transpose(0, 2), "Dimension out of range");
        yield return Case("select", () => Ones(2, 2).select(0, 2), "out of range");
        yield return Case("narrow", () => Ones(3).narrow(0, 2, 2), "exceeds dimension size");
        yield return Case("size", () => _ = Ones(2, 2).size(2), "Dimension out of range");
        yield return Case("index_select", () => Ones(2).index_select(0, torch.tensor(new[] { 5L })), "out of range");
        yield return Case("eigh", () => torch.linalg.eigh(Ones(2, 3)), "must be batches of square matrices");
        yield return Case("full", () => torch.full(new long[] { -1 }, 0.0), "negative dimension");
        yield return Case("rfft", () => torch.fft.rfft(Ones(4), n: 0), "Invalid number of data points");
        yield return Case("backward", () => Ones(1).sum().backward(), "does not require grad");
    }

    [TestCaseSource(nameof(Failures))]
    public void Libtorchs_own_message_is_in_the_exception(Action failing, string message)
    {
        var thrown = Assert.Catch(() => failing());
        Assert.That(thrown, Is.InstanceOf<ExternalException>());
        Assert.That(thrown!.Message, Does.Contain(message));
    }

    [Test]
    public void After_an_error_the_next_operation_works()
    {
        Assert.That(() => Ones(2) + Ones(3), Throws.Exception);
        Assert.That((Ones(2) + Ones(2)).Doubles(), Is.EqualTo(new double[] { 2, 2 }));
    }

#if TORCH_SYSTEM
    private static IEnumerable<TestCaseData> Products()
    {
        static TestCaseData Case(string name, Action failing, string message) =>
            new TestCaseData(failing, message).SetArgDisplayNames(name);

        yield return Case("matmul", () => Ones(2, 3).matmul(Ones(2, 3)), "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
        yield return Case("mm", () => Ones(2, 3).mm(Ones(2, 3)), "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
        yield return Case("mm of a vector", () => Ones(2).mm(Ones(2, 3)), "self must be a matrix");
        yield return Case("bmm", () => Ones(2, 3, 4).bmm(Ones(2, 3, 4)), "Expected size for first two dimensions of batch2 tensor");
        yield return Case("dot", () => Ones(2).dot(Ones(3)), "inconsistent tensor size");
        yield return Case("threads", () => torch.set_num_threads(0), "positive number of threads");
        yield return Case("too many devices", () => torch.zeros(1, device: torch.device("cuda:300")), "no device of index 300");
    }

    [TestCaseSource(nameof(Products))]
    public void So_it_is_for_products(Action failing, string message) => Libtorchs_own_message_is_in_the_exception(failing, message);

    [Test]
    public void A_message_has_no_trace_of_native_frames() =>
        Assert.That(() => Ones(2).mm(Ones(2, 3)), Throws.InstanceOf<ExternalException>().With.Message.Not.Contains("frame #"));
#endif

    [Test]
    public void A_disposed_tensor_is_refused_everywhere()
    {
        var gone = Ones(2);
        gone.Dispose();
        gone.Dispose();
        using var other = Ones(2);
        Assert.Multiple(() =>
        {
            Assert.That(gone.IsInvalid, Is.True);
            Assert.That(() => gone.shape, Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => gone.dtype, Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => gone.sum(), Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => gone + other, Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => other + gone, Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => torch.cat([other, gone]), Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => other[TensorIndex.Tensor(gone)], Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => gone.data<double>(), Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => gone.item<double>(), Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => _ = gone.bytes.Length, Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => gone.requires_grad_(true), Throws.InstanceOf<InvalidOperationException>());
        });
    }

    [Test]
    public void One_element_is_needed_for_an_item()
    {
        using var two = Ones(2);
        using var none = torch.zeros(new long[] { 0 });
        Assert.That(() => two.item<double>(), Throws.ArgumentException);
        Assert.That(() => none.item<float>(), Throws.ArgumentException);
        Assert.That(Ones(1, 1).item<double>(), Is.EqualTo(1));
    }

    [Test]
    public void Data_of_another_type_is_refused()
    {
        using var doubles = Ones(1);
        using var truths = doubles.gt(0);
        Assert.Multiple(() =>
        {
            Assert.That(() => doubles.data<float>(), Throws.ArgumentException);
            Assert.That(() => doubles.data<long>(), Throws.ArgumentException);
            Assert.That(() => doubles.item<float>(), Throws.ArgumentException);
            Assert.That(() => truths.data<byte>(), Throws.ArgumentException);
            Assert.That(() => doubles.bytes = new byte[7], Throws.ArgumentException);
        });
    }

    [Test]
    public void Bytes_that_do_not_lie_together_are_refused()
    {
        using var turned = Ones(2, 3).t();
        Assert.That(() => _ = turned.bytes.Length, Throws.Exception);
        Assert.That(() => turned.bytes = new byte[48], Throws.Exception);
    }

    [Test]
    public void Numbers_must_fill_the_shape() =>
        Assert.That(() => torch.tensor(new[] { 1.0, 2.0, 3.0 }, new long[] { 2, 2 }), Throws.Exception);

    [Test]
    public void An_unknown_device_is_refused()
    {
        Assert.That(() => torch.device("quantum"), Throws.ArgumentException);
        Assert.That(() => torch.device("cuda:x"), Throws.Exception);
    }

    [Test]
    public void Messages_and_names_do_not_depend_on_the_culture()
    {
        static string FirstLine(Action failing) => Assert.Catch(() => failing())!.Message.Split('\n')[0];
        static string[] Speak() =>
        [
            FirstLine(() => _ = Ones(2000) + Ones(3)),
            FirstLine(() => _ = Ones(2).size(-7)),
            FirstLine(() => torch.tensor(new[] { 1.5 }, new long[] { 1234 })),
            torch.device("cpu").ToString()!,
            (Ones(1) * 0.5).item<double>().ToString(CultureInfo.InvariantCulture),
        ];
        var expected = Speak();
        var before = CultureInfo.CurrentCulture;
        var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (odd.NumberFormat.NegativeSign, odd.NumberFormat.NumberDecimalSeparator, odd.NumberFormat.NumberGroupSeparator) = ("~", ",", ".");
        try
        {
            CultureInfo.CurrentCulture = odd;
            Assert.That(Speak(), Is.EqualTo(expected));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
