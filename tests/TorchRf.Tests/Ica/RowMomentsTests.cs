using TorchRf.Ica;
using TorchRf.Measures;

namespace TorchRf.Tests.Ica;

/// <summary>The pass over rows of examples against the tensors' way, which is its reference.</summary>
public sealed class RowMomentsTests : TensorScope
{
    private static readonly string[] Contrasts = ["logcosh", "exp", "cube", "sqrt-abs"];

    [Test]
    public void Moments_are_those_of_double_precision(
        [ValueSource(nameof(Contrasts))] string contrast, [Values(1, 3, 8, 21, 128)] int components, [Values(2, 255, 257, 20_000)] int examples)
    {
        using var generator = new Generator((ulong)((components * 100_000) + examples));
        var (z, w) = (torch.randn([examples, components], generator: generator), Orthogonal.Random(components, generator));
        using var rows = new RowMoments(z, Contrast.Named(contrast));
        var exact = new WhitenedExamples(z.to(ScalarType.Float64));
        var (products, curvatures) = rows.Of(w);
        var (expectedProducts, expectedCurvatures) = exact.Moments(Contrast.Named(contrast), w.to(ScalarType.Float32).to(ScalarType.Float64));
        Assert.That(products.shape, Is.EqualTo(new long[] { components, components }));
        Assert.That(products.dtype, Is.EqualTo(ScalarType.Float64));
        Near(products, expectedProducts);
        Near(curvatures, expectedCurvatures);
    }

    [Test]
    public void A_second_pass_knows_nothing_of_the_first()
    {
        using var generator = new Generator(4);
        var (z, w) = (torch.randn([5000, 12], generator: generator), Orthogonal.Random(12, generator));
        using var rows = new RowMoments(z, Contrast.LogCosh);
        var (first, curvatures) = rows.Of(w);
        rows.Of(Orthogonal.Random(12, generator));
        var (again, sameCurvatures) = rows.Of(w);
        Assert.That(again.allclose(first, rtol: 0, atol: 0) && sameCurvatures.allclose(curvatures, rtol: 0, atol: 0));
    }

    [Test]
    public void Moments_are_the_same_on_any_number_of_threads()
    {
        int threads = torch.get_num_threads();
        using var generator = new Generator(5);
        var (z, w) = (torch.randn([30_000, 20], generator: generator), Orthogonal.Random(20, generator));
        using var rows = new RowMoments(z, Contrast.LogCosh);
        try
        {
            torch.set_num_threads(1);
            var one = rows.Of(w).SlopeProducts;
            torch.set_num_threads(3);
            Assert.That(rows.Of(w).SlopeProducts.allclose(one, rtol: 0, atol: 0));
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    // From the same start, step by step as far as rounding lets it: the same fixed point in as many steps.
    [Test]
    public void Both_ways_find_the_same_components_in_as_many_steps([ValueSource(nameof(Contrasts))] string contrast)
    {
        var mixture = Mixture.Of(20_000, 8, ScalarType.Float32, [.. Enumerable.Range(0, 10).Select(i => Mixture.Laws[i % 3])]);
        using var generator = new Generator(2);
        using var whitening = Whitening.Of(mixture.Examples);
        var z = whitening.Apply(mixture.Examples);
        var options = new IcaOptions { Contrast = Contrast.Named(contrast) };
        var start = Orthogonal.Random(10, generator);
        using var rows = new RowMoments(z, options.Contrast);
        var examples = new WhitenedExamples(z);
        var fast = FastIca.Parallel(rows.Of, start, options, null, default);
        var reference = FastIca.Parallel(w => examples.Moments(options.Contrast, w), start, options, null, default);
        Assert.That(fast.Change, Is.LessThan(options.Tolerance));
        Assert.That(fast.Iterations, Is.EqualTo(reference.Iterations));
        Assert.That((fast.W - reference.W).abs().max().item<double>(), Is.LessThan(1e-4));
        Assert.That(AmariDistance.Between(fast.W, reference.W), Is.LessThan(1e-4));
    }

    private static void Near(Tensor value, Tensor expected) =>
        Assert.That((value - expected).abs().max().item<double>(), Is.LessThan(1e-6 * (1 + expected.abs().max().item<double>())));
}
