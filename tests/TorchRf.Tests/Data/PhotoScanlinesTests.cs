using NUnit.Framework;
using TorchRf.Data;
using TorchRf.IO;

namespace TorchRf.Tests.Data;

[TestFixture]
public sealed class PhotoScanlinesTests : TensorScope
{
    private const int Sites = 5;

    private static readonly Preparation LessTheirMean = new(RemoveMean.Example, Standardize.All);

    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    // A plain PGM whose pixels no two rows share.
    private (string File, int[][] Pixels) Photo(string name, int width, int height, int maximum, int seed)
    {
        var random = new Random(seed);
        var pixels = Enumerable.Range(0, height).Select(_ => Enumerable.Range(0, width).Select(_ => random.Next(maximum + 1)).ToArray()).ToArray();
        File.WriteAllText(folder[name], $"P2\n{width} {height}\n{maximum}\n" + string.Join("\n", pixels.Select(row => string.Join(" ", row))) + "\n");
        return (folder[name], pixels);
    }

    // Every row there is, by the definition: mean removed, all scaled together.
    private static double[][] Rows(IEnumerable<(int[][] Pixels, int Maximum)> photos, int stride)
    {
        var rows = new List<double[]>();
        foreach (var (pixels, maximum) in photos)
            foreach (var line in pixels)
                for (int start = 0; start + ((Sites - 1) * stride) < line.Length; start++)
                {
                    var row = Enumerable.Range(0, Sites).Select(i => (double)line[start + (i * stride)] / maximum).ToArray();
                    rows.Add(Array.ConvertAll(row, v => v - row.Average()));
                }
        double scale = 1 / Math.Sqrt(rows.SelectMany(r => r).Average(v => v * v));
        return [.. rows.Select(r => Array.ConvertAll(r, v => v * scale))];
    }

    [Test]
    public void Every_row_and_its_negative_is_drawn_equally_often([Values(1, 2, 3)] int stride)
    {
        // The narrow photograph has no row of stride 3 and is passed over.
        var (wide, wideRows) = Photo("wide.pgm", 19, 3, 255, 1);
        var (narrow, narrowRows) = Photo("narrow.pgm", 10, 2, 1000, 2);
        var (last, lastRows) = Photo("last.pgm", 14, 4, 63, 3);
        var expected = Rows([(wideRows, 255), (narrowRows, 1000), (lastRows, 63)], stride);
        var model = new PhotoScanlines([.. new[] { wide, narrow, last }.Select(GreyImage.Read)], stride, Sites, LessTheirMean);

        const int Examples = 40_000;
        using var generator = new Generator(8);
        var x = Values(model.Sample(Examples, generator, ScalarType.Float64));
        var counts = new Dictionary<string, int>();
        foreach (var example in x.Chunk(Sites))
            counts[Name(example)] = counts.GetValueOrDefault(Name(example)) + 1;
        var names = expected.Concat(expected.Select(r => Array.ConvertAll(r, v => -v))).Select(Name).ToArray();
        Assert.That(names, Is.Unique);
        Assert.That(counts.Keys, Is.EquivalentTo(names));
        double each = (double)Examples / names.Length, freedom = names.Length - 1;
        double square = counts.Values.Sum(c => (c - each) * (c - each) / each);
        Assert.That(Math.Abs(square - freedom) / Math.Sqrt(2 * freedom), Is.LessThan(5), "chi-square");

        static string Name(double[] row) => string.Join(" ", row.Select(v => Math.Round(v * 1e6) + 0.0));
    }

    [Test]
    public void Covariance_and_marginal_are_those_of_all_rows([Values(1, 3)] int stride, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        var (file, pixels) = Photo("photo.pgm", 30, 12, 255, 4);
        var rows = Rows([(pixels, 255)], stride);
        var model = new PhotoScanlines([GreyImage.Read(file)], stride, Sites, LessTheirMean);
        var second = model.Covariance.Times(torch.eye(Sites, dtype: ScalarType.Float64));
        for (int i = 0; i < Sites; i++)
            for (int j = 0; j < Sites; j++)
                Assert.That(second[i, j].item<double>(), Is.EqualTo(rows.Average(r => r[i] * r[j])).Within(1e-12));
        Assert.That(model.Marginal.ExcessKurtosis, Is.EqualTo(rows.SelectMany(r => r).Average(v => v * v * v * v) - 3).Within(1e-11));

        using var generator = new Generator(8);
        var x = model.Sample(20_000, generator, dtype);
        Assert.That(x.dtype, Is.EqualTo(dtype));
        var pairs = (x.unsqueeze(2) * x.unsqueeze(1)).flatten(1);
        Assert.That(StandardErrors.Largest(pairs, second.flatten()), Is.LessThan(4.5));
        Assert.That(StandardErrors.Largest(x, torch.zeros(Sites, ScalarType.Float64)), Is.LessThan(4.5));
        Assert.That(StandardErrors.Largest(x.pow(4).mean([1], keepdim: true), torch.tensor(new[] { model.Marginal.ExcessKurtosis + 3 })), Is.LessThan(4.5));
    }

    [Test]
    public void Photographs_that_cannot_serve_are_refused()
    {
        var narrow = GreyImage.Read(Photo("narrow.pgm", 8, 2, 255, 1).File);
        Assert.That(() => new PhotoScanlines([narrow], 2, Sites), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("9 pixels"));
        File.WriteAllText(folder["blank.pgm"], "P2\n6 1\n255\n9 9 9 9 9 9\n");
        Assert.That(() => new PhotoScanlines([GreyImage.Read(folder["blank.pgm"])], 1, Sites),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("blank"));
        Assert.That(() => new PhotoScanlines([narrow], 0, Sites), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
