using TorchRf.Data;
using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

public sealed class CovarianceLengthscaleTests : TensorScope
{
    private static Tensor Kernel(int count, double xi, double variance = 1) =>
        torch.tensor([.. Enumerable.Range(0, count).Select(d => variance * Math.Exp(-d * d / (xi * xi)))]);

    [Test]
    public void The_kernel_is_found_again([Values(0.3, 1, 3, 7.7)] double xi, [Values(1, 0.01)] double variance)
    {
        var found = CovarianceLengthscale.Of(Kernel(21, xi, variance));
        Assert.That(found.Lengthscale.item<double>(), Is.EqualTo(xi).Within(1e-6 * xi));
        Assert.That(found.Misfit.item<double>(), Is.LessThan(1e-7));
        if (xi >= 1 && Math.Floor(xi) == xi)
            Assert.That(found.FallsBelow.item<double>(), Is.EqualTo(xi).Within(1e-12));
    }

    [Test]
    public void Several_at_once()
    {
        var found = CovarianceLengthscale.Of(torch.stack([Kernel(21, 1), Kernel(21, 4), Kernel(21, 2)]).view(3, 1, 21));
        Assert.That(Values(found.Lengthscale), Is.EqualTo(new double[] { 1, 4, 2 }).Within(1e-6));
        Assert.That(found.Misfit.shape, Is.EqualTo(new long[] { 3, 1 }));
    }

    // exp(-d) falls to 1/e at 1 exactly; 1 - d/10 does between 6 and 7; a constant never.
    [Test]
    public void The_fall_to_one_over_e_asks_for_no_kernel()
    {
        var exponential = CovarianceLengthscale.Of((-torch.arange(0, 10, ScalarType.Float64)).exp());
        Assert.That(exponential.FallsBelow.item<double>(), Is.EqualTo(1).Within(1e-12));
        Assert.That(exponential.Misfit.item<double>(), Is.InRange(0.05, 0.3));
        Assert.That(CovarianceLengthscale.Of(1 - (torch.arange(0, 10, ScalarType.Float64) / 10)).FallsBelow.item<double>(), Is.EqualTo(10 * (1 - Math.Exp(-1))).Within(1e-12));
        Assert.That(CovarianceLengthscale.Of(torch.ones(10, ScalarType.Float64)).FallsBelow.item<double>(), Is.EqualTo(double.PositiveInfinity));
        Assert.That(() => CovarianceLengthscale.Of(torch.ones(1)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_circulant_matrix_is_its_row_around_the_ring([Values(8, 9)] int sites)
    {
        var row = new double[sites];
        for (int d = 0; d < sites; d++)
            row[d] = 1.0 / (1 + Math.Min(d, sites - d));
        var matrix = new Circulant(torch.tensor(row)).Times(torch.eye(sites).to(ScalarType.Float64));
        Assert.That(Values(CovarianceLengthscale.OnRing(matrix)), Is.EqualTo(row[..((sites / 2) + 1)]).Within(1e-14));
        var batch = torch.stack([matrix, matrix * 2]);
        Assert.That(CovarianceLengthscale.OnRing(batch).shape, Is.EqualTo(new long[] { 2, (sites / 2) + 1 }));
    }

    [Test]
    public void A_line_has_no_pairs_around_its_ends()
    {
        // C[i, j] = exp(-|i - j|): on the ring, distance 1 has one pair that lies 7 apart.
        var matrix = torch.tensor([.. Enumerable.Range(0, 64).Select(i => Math.Exp(-Math.Abs((i / 8) - (i % 8))))], [8, 8]);
        Assert.That(Values(CovarianceLengthscale.OnLine(matrix)), Is.EqualTo(Enumerable.Range(0, 5).Select(d => Math.Exp(-d))).Within(1e-14));
        Assert.That(Values(CovarianceLengthscale.OnRing(matrix))[1], Is.EqualTo(((7 * Math.Exp(-1)) + Math.Exp(-7)) / 8).Within(1e-14));
    }
}
