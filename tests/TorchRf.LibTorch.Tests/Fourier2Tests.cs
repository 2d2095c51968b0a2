namespace TorchRf.LibTorch.Tests;

public class Fourier2Tests
{
    [Test]
    public void Two_dimensions_are_one_after_the_other()
    {
        using var table = TensorNumbers.Counting(5, 6).sin();
        using var both = torch.fft.rfft2(table);
        Assert.That(both.shape, Is.EqualTo(new long[] { 5, 4 }));
        // The first coefficient of the columns' transform is their sum.
        using var first = torch.fft.rfft(table.sum([0]));
        Assert.That(both.real[0].Doubles(), Is.EqualTo(first.real.Doubles()).Within(1e-12));
        double sum = 0;
        double[] values = table.Doubles();
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < 6; j++)
                sum += values[(i * 6) + j] * Math.Cos(2 * Math.PI * ((2 * i / 5.0) + (1 * j / 6.0)));
        Assert.That(both.real[2, 1].item<double>(), Is.EqualTo(sum).Within(1e-12));
    }

    [TestCase(4, 4)]
    [TestCase(5, 7)]
    public void There_and_back_is_the_image(long rows, long columns)
    {
        using var table = TensorNumbers.Counting(rows, columns).sin();
        foreach (var norm in Enum.GetValues<FFTNormType>())
        {
            using var back = torch.fft.irfft2(torch.fft.rfft2(table, norm: norm), s: [rows, columns], norm: norm);
            Assert.That(back.Doubles(), Is.EqualTo(table.Doubles()).Within(1e-12));
        }
    }

    [Test]
    public void Dimensions_can_be_chosen()
    {
        using var block = TensorNumbers.Counting(4, 3, 6);
        Assert.That(torch.fft.rfft2(block, dim: [1, 0]).shape, Is.EqualTo(new long[] { 3, 3, 6 }));
        Assert.That(torch.fft.irfft2(torch.fft.rfft2(block, dim: [2, 0]), s: [6, 4], dim: [2, 0]).Doubles(), Is.EqualTo(block.Doubles()).Within(1e-12));
    }
}
