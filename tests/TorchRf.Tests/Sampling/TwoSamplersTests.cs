using TorchRf.Data;
using TorchRf.Tests.Data;

namespace TorchRf.Tests.Sampling;

/// <summary>
/// Four million draws of the vector code against four million of torch, by the two-sample test of Kolmogorov and Smirnov and by the tails. The sites' kernel is so narrow that they are independent
/// (their correlation is 1.5e-5).
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class TwoSamplersTests : TensorScope
{
    private const int Sites = 40;
    private const int Draws = 4_000_000;

    private static IEnumerable<TestCaseData> Models()
    {
        yield return new TestCaseData(new Gaussian(Sites, 0.3)).SetArgDisplayNames("Gaussian");
        yield return new TestCaseData(new NonlinearGaussianProcess(Sites, 0.3, 0.3)).SetArgDisplayNames("NLGP 0.3");
        yield return new TestCaseData(new AlgebraicQuantileProcess(Sites, 0.3, 5)).SetArgDisplayNames("Kur 5");
    }

    [TestCaseSource(nameof(Models))]
    public void They_draw_from_one_law(IDataModel model)
    {
        var (ours, theirs) = (Draw(model, Sampler.Auto), Draw(model, Sampler.Torch));
        double largest = 0;
        for (int i = 0, j = 0; i < Draws && j < Draws;)
        {
            if (ours[i] <= theirs[j])
                i++;
            else
                j++;
            largest = Math.Max(largest, Math.Abs((double)(i - j) / Draws));
        }
        // Exceeded by chance once in 130 000 times.
        Assert.That(largest * Math.Sqrt(Draws / 2.0), Is.LessThan(2.5));
        // As many beyond torch's quantiles, to where a handful are left: within 5 standard errors of the two counts' difference.
        foreach (int beyond in new[] { 10, 100, 1000, 100_000 })
        {
            Assert.That(Math.Abs(Draws - Rank(ours, theirs[Draws - beyond]) - beyond), Is.LessThan((5 * Math.Sqrt(2 * beyond)) + 1), $"the largest {beyond}");
            Assert.That(Math.Abs(Rank(ours, theirs[beyond]) - beyond), Is.LessThan((5 * Math.Sqrt(2 * beyond)) + 1), $"the smallest {beyond}");
        }
    }

    private static float[] Draw(IDataModel model, Sampler sampler)
    {
        using var generator = new Generator(11);
        using var x = model.By(sampler).Sample(Draws / Sites, generator);
        var values = x.ToArray<float>();
        Array.Sort(values);
        return values;
    }

    private static int Rank(float[] sorted, float value)
    {
        int at = Array.BinarySearch(sorted, value);
        return at >= 0 ? at : ~at;
    }
}
