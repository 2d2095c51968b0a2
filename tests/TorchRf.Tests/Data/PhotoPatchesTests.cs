using NUnit.Framework;
using TorchRf.Data;
using TorchRf.IO;

namespace TorchRf.Tests.Data;

[TestFixture]
public sealed class PhotoPatchesTests : TensorScope
{
    private const int Side = 3;
    private const int Sites = Side * Side;

    private static readonly Preparation LessTheirMean = new(RemoveMean.Example, Standardize.All);

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    // Neighbouring pixels are alike, so that the patches have a covariance worth the name.
    private (GreyImage Photo, int[][] Pixels) Photo(string name, int width, int height, int seed)
    {
        var random = new Random(seed);
        var pixels = Enumerable.Range(0, height).Select(_ => new int[width]).ToArray();
        for (int r = 0; r < height; r++)
            for (int c = 0; c < width; c++)
                pixels[r][c] = ((r > 0 ? pixels[r - 1][c] : 500) + (c > 0 ? pixels[r][c - 1] : 500) + random.Next(1000)) / 3;
        File.WriteAllText(folder[name], $"P2\n{width} {height}\n1000\n" + string.Join("\n", pixels.Select(row => string.Join(" ", row))) + "\n");
        return (GreyImage.Read(folder[name]), pixels);
    }

    // Every patch there is, by the definition: mean removed, all scaled together.
    private static double[][] Patches(IEnumerable<int[][]> photos, int stride)
    {
        int span = ((Side - 1) * stride) + 1;
        var patches = (from pixels in photos
                       from top in Enumerable.Range(0, Math.Max(0, pixels.Length - span + 1))
                       from left in Enumerable.Range(0, Math.Max(0, pixels[0].Length - span + 1))
                       select (from r in Enumerable.Range(0, Side)
                               from c in Enumerable.Range(0, Side)
                               select pixels[top + (r * stride)][left + (c * stride)] / 1000.0).ToArray()).ToArray();
        patches = Array.ConvertAll(patches, p => Array.ConvertAll(p, v => v - p.Average()));
        double scale = 1 / Math.Sqrt(patches.SelectMany(p => p).Average(v => v * v));
        return Array.ConvertAll(patches, p => Array.ConvertAll(p, v => v * scale));
    }

    private static string Name(double[] patch) => string.Join(" ", patch.Select(v => Math.Round(v * 1e6) + 0.0));

    [Test]
    public void Every_patch_and_its_negative_is_drawn([Values(1, 2)] int stride)
    {
        // The low photograph has no patch of stride 2 and is passed over.
        var (wide, wideRows) = Photo("wide.pgm", 12, 7, 1);
        var (low, lowRows) = Photo("low.pgm", 9, 4, 2);
        var (high, highRows) = Photo("high.pgm", 6, 11, 3);
        var expected = Patches([wideRows, lowRows, highRows], stride);
        var model = new PhotoPatches([wide, low, high], stride, Side, how: LessTheirMean);
        Assert.That((model.Sites, model.Lattice, model.Description), Is.EqualTo((Sites, Lattice.Torus(Side), $"photograph patches of 3x3, stride {stride}")));

        const int Examples = 40_000;
        using var generator = new Generator(8);
        var counts = Values(model.Sample(Examples, generator, ScalarType.Float64)).Chunk(Sites).CountBy(Name).ToDictionary();
        var names = expected.Concat(expected.Select(p => Array.ConvertAll(p, v => -v))).Select(Name).ToArray();
        Assert.That(names, Is.Unique);
        Assert.That(counts.Keys, Is.EquivalentTo(names));
        double each = (double)Examples / names.Length, freedom = names.Length - 1;
        double square = counts.Values.Sum(c => (c - each) * (c - each) / each);
        Assert.That(Math.Abs(square - freedom) / Math.Sqrt(2 * freedom), Is.LessThan(5), "chi-square");
    }

    [Test]
    public void Covariance_and_marginal_are_those_of_all_patches([Values] bool whiten)
    {
        var (photo, pixels) = Photo("photo.pgm", 40, 30, 4);
        var patches = Patches([pixels], 1);
        if (whiten)
            patches = Whitened(patches);
        var model = new PhotoPatches([photo], 1, Side, whiten, LessTheirMean);
        var second = model.Covariance.Times(torch.eye(Sites, dtype: ScalarType.Float64));
        for (int i = 0; i < Sites; i++)
            for (int j = 0; j < Sites; j++)
                Assert.That(second[i, j].item<double>(), Is.EqualTo(patches.Average(p => p[i] * p[j])).Within(1e-9));
        Assert.That(second.diagonal().mean().item<double>(), Is.EqualTo(1).Within(1e-9), "unit variance on average");
        Assert.That(model.Marginal.ExcessKurtosis, Is.EqualTo(patches.SelectMany(p => p).Average(v => v * v * v * v) - 3).Within(1e-8));

        using var generator = new Generator(8);
        var x = model.Sample(20_000, generator);
        Assert.That(Values(x.mean([1])), Has.All.EqualTo(0).Within(1e-5), "each patch's mean");
        Assert.That(StandardErrors.Largest((x.unsqueeze(2) * x.unsqueeze(1)).flatten(1), second.flatten()), Is.LessThan(4.5));
        Assert.That(StandardErrors.Largest(x, torch.zeros(Sites, ScalarType.Float64)), Is.LessThan(4.5));
    }

    [Test]
    public void Whitening_brings_the_variances_of_all_directions_together()
    {
        var (photo, _) = Photo("photo.pgm", 60, 60, 5);
        double[] Spectrum(bool whiten)
        {
            var second = new PhotoPatches([photo], 1, Side, whiten, LessTheirMean).Covariance.Times(torch.eye(Sites, dtype: ScalarType.Float64));
            return Values(torch.linalg.eigh(second).Item1);
        }
        // The mean's direction has no variance left; of the others those far above the regularisation become nearly equal.
        var (plain, white) = (Spectrum(false), Spectrum(true));
        Assert.That((plain[0], white[0]), Is.EqualTo((0.0, 0.0)).Using<double>((a, b) => Math.Abs(a - b) < 1e-9));
        Assert.That(plain[^1] / plain[1], Is.GreaterThan(4));
        Assert.That(white[^1] / white[1], Is.LessThan(1.1));
    }

    // Without eigenvectors: the coupled iteration of Newton and Schulz, y to the root of A and z to its inverse.
    private static double[][] Whitened(double[][] patches)
    {
        var x = torch.tensor(patches.SelectMany(p => p).ToArray(), [patches.Length, Sites]);
        var regular = (x.mT.matmul(x) / (double)patches.Length) + (torch.eye(Sites, dtype: ScalarType.Float64) * 0.01);
        var one = torch.eye(Sites, dtype: ScalarType.Float64);
        var (y, z) = (regular / regular.diagonal().sum(), one);
        for (int i = 0; i < 60; i++)
        {
            var t = ((one * 3) - z.matmul(y)) * 0.5;
            (y, z) = (y.matmul(t), t.matmul(z));
        }
        var white = x.matmul(z);
        return [.. Values(white / white.square().mean().sqrt()).Chunk(Sites)];
    }

    [Test]
    public void Photographs_that_cannot_serve_are_refused()
    {
        var (low, _) = Photo("low.pgm", 9, 4, 2);
        Assert.That(() => new PhotoPatches([low], 2, Side), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("5 pixels wide and 5 high"));
        File.WriteAllText(folder["blank.pgm"], "P2\n3 3\n255\n9 9 9 9 9 9 9 9 9\n");
        Assert.That(() => new PhotoPatches([GreyImage.Read(folder["blank.pgm"])], 1, Side),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("blank"));
        Assert.That(() => new PhotoPatches([low], 0, Side), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PhotoPatches([low], 1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
