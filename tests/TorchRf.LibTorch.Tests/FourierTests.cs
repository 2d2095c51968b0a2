namespace TorchRf.LibTorch.Tests;

public class FourierTests
{
    private static double[] Signal(int n) => [.. Enumerable.Range(0, n).Select(i => Math.Sin(1.3 * i) + (0.1 * i * i))];

    private static double RealPart(double[] signal, int k) =>
        signal.Select((x, i) => x * Math.Cos(2 * Math.PI * k * i / signal.Length)).Sum();

    [Test]
    public void The_real_transform_agrees_with_its_definition([Values(1, 2, 7, 8, 15, 16)] int n)
    {
        var signal = Signal(n);
        using var spectrum = torch.fft.rfft(torch.tensor(signal));
        Assert.That(spectrum.shape, Is.EqualTo(new long[] { (n / 2) + 1 }));
        Assert.That(spectrum.dtype, Is.EqualTo(ScalarType.ComplexFloat64));
        Assert.That(spectrum.real.Doubles(), Is.EqualTo(Enumerable.Range(0, (n / 2) + 1).Select(k => RealPart(signal, k))).Within(1e-11));
    }

    [Test]
    public void There_and_back_is_the_signal([Values(1, 2, 7, 8, 15, 16)] int n, [Values] FFTNormType norm)
    {
        var signal = Signal(n);
        using var back = torch.fft.irfft(torch.fft.rfft(torch.tensor(signal), norm: norm), n, norm: norm);
        Assert.That(back.Doubles(), Is.EqualTo(signal).Within(1e-12));
    }

    [Test]
    public void Without_a_length_the_way_back_is_even()
    {
        using var spectrum = torch.fft.rfft(torch.tensor(Signal(7)));
        Assert.That(torch.fft.irfft(spectrum).shape, Is.EqualTo(new long[] { 6 }));
    }

    [TestCase(FFTNormType.Backward, 1.0)]
    [TestCase(FFTNormType.Ortho, 1 / 4.0)]
    [TestCase(FFTNormType.Forward, 1 / 16.0)]
    public void The_norm_says_where_the_factor_is(FFTNormType norm, double factor)
    {
        using var ones = torch.ones(new long[] { 16 }, dtype: ScalarType.Float64);
        Assert.That(torch.fft.rfft(ones, norm: norm).real.Doubles()[0], Is.EqualTo(16 * factor).Within(1e-13));
    }

    [Test]
    public void A_length_pads_or_cuts_and_a_dimension_can_be_chosen()
    {
        using var table = TensorNumbers.Counting(4, 6);
        Assert.Multiple(() =>
        {
            Assert.That(torch.fft.rfft(table).shape, Is.EqualTo(new long[] { 4, 4 }));
            Assert.That(torch.fft.rfft(table, dim: 0).shape, Is.EqualTo(new long[] { 3, 6 }));
            Assert.That(torch.fft.rfft(table, n: 10).shape, Is.EqualTo(new long[] { 4, 6 }));
            Assert.That(torch.fft.rfft(table, n: 2).real.Doubles()[0], Is.EqualTo(1).Within(1e-13));
        });
    }

    [Test]
    public void The_spectrum_holds_the_energy()
    {
        var signal = Signal(16);
        using var spectrum = torch.fft.rfft(torch.tensor(signal));
        var power = spectrum.abs().square().Doubles();
        Assert.That((power[0] + power[8] + (2 * power[1..8].Sum())) / 16, Is.EqualTo(signal.Sum(x => x * x)).Within(1e-9));
    }

    [Test]
    public void A_convolution_is_a_product_of_spectra()
    {
        using var a = torch.tensor(Signal(9));
        using var shift = torch.zeros(new long[] { 9 }, dtype: ScalarType.Float64);
        shift[2] = torch.tensor(1.0, dtype: ScalarType.Float64);
        using var shifted = torch.fft.irfft(torch.fft.rfft(a) * torch.fft.rfft(shift), 9);
        Assert.That(shifted.Doubles(), Is.EqualTo(a.roll(2).Doubles()).Within(1e-12));
    }
}
