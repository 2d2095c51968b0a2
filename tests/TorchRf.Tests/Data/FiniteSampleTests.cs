using TorchRf.Data;
using static TorchRf.Tests.Models.FiniteDifferences;

namespace TorchRf.Tests.Data;

/// <summary>A finite set of examples, as it is and with its translations.</summary>
public sealed class FiniteSampleTests : TensorScope
{
    private static double[][] Rows(Tensor x) => [.. Values(x).Chunk((int)x.shape[1])];

    // Of 3 examples 3000 draws: each comes 1000 times within 5 standard deviations, 129.
    [Test]
    public void Each_example_is_drawn_as_often_and_nothing_else()
    {
        var examples = Random(1, 3, 8);
        using var generator = new Generator(2);
        var drawn = Rows(new FiniteSample(new Gaussian(8, 1), examples, translated: false).Sample(3000, generator, ScalarType.Float64));
        Assert.That(Rows(examples).Select(e => drawn.Count(d => d.SequenceEqual(e))), Is.All.EqualTo(1000).Within(129).And.Exactly(3).Items);
        Assert.That(drawn.Count(d => Rows(examples).Any(e => d.SequenceEqual(e))), Is.EqualTo(3000));
    }

    // One example of 16 sites, in 4800 draws: 16 shifts around the ring, or 4 x 4 on the torus, each 300 times within 5 standard deviations, 84; and no other order of its numbers.
    [TestCase(1)]
    [TestCase(2)]
    public void Translations_are_all_shifts_and_equally_often(int dimensions)
    {
        var example = torch.arange(1, 17, ScalarType.Float64).unsqueeze(0);
        using var task = new GaussianSettings { Sites = 16, Dimensions = dimensions }.Task();
        using var generator = new Generator(3);
        var drawn = new FiniteSample(task.Classes[0], example, translated: true).Sample(4800, generator, ScalarType.Float64);
        var shifts = dimensions == 1 ? Enumerable.Range(0, 16).Select(s => example.roll(s, 1)) : from a in Enumerable.Range(0, 4) from b in Enumerable.Range(0, 4) select example.view(4, 4).roll([a, b], [0, 1]).view(1, 16);
        Assert.That(shifts.Select(s => drawn.eq(s).all(1).sum().item<long>()), Is.All.EqualTo(300).Within(84).And.Exactly(16).Items);
    }
}
