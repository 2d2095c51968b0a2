using TorchRf.Data;
using TorchRf.IO;

namespace TorchRf.Tests.Data;

/// <summary>Rows and patches of photographs against every window that there is.</summary>
public sealed class PhotographTests : FileFixture
{
    private const int Side = 3;

    private static readonly Preparation LessTheirMean = new(RemoveMean.Example, Standardize.All);

    private static IDataModel Model(IReadOnlyList<GreyImage> photos, int rows, int columns, int stride, PatchWhitening whiten = PatchWhitening.None) =>
        rows == 1 ? new PhotoScanlines(photos, stride, columns, LessTheirMean) : new PhotoPatches(photos, stride, rows, whiten, LessTheirMean);

    // Neighbouring pixels are alike, so that the windows have a covariance worth the name.
    private (GreyImage Image, double[][] Pixels) Photo(int width, int height, int maximum, int seed)
    {
        var random = new Random(seed);
        var pixels = Enumerable.Range(0, height).Select(_ => new int[width]).ToArray();
        for (int r = 0; r < height; r++)
            for (int c = 0; c < width; c++)
                pixels[r][c] = ((r > 0 ? pixels[r - 1][c] : maximum / 2) + (c > 0 ? pixels[r][c - 1] : maximum / 2) + random.Next(maximum)) / 3;
        string text = $"P2\n{width} {height}\n{maximum}\n" + string.Join("\n", pixels.Select(row => string.Join(" ", row))) + "\n";
        var image = GreyImage.Read(Save($"{seed}.pgm", System.Text.Encoding.ASCII.GetBytes(text)));
        return (image, Array.ConvertAll(pixels, row => Array.ConvertAll(row, v => v / (double)maximum)));
    }

    // By the definition: mean removed, all scaled together.
    private static double[][] Windows(IEnumerable<double[][]> photos, int rows, int columns, int stride)
    {
        var windows = (from pixels in photos
                       from top in Enumerable.Range(0, Math.Max(0, pixels.Length - ((rows - 1) * stride)))
                       from left in Enumerable.Range(0, Math.Max(0, pixels[0].Length - ((columns - 1) * stride)))
                       select (from r in Enumerable.Range(0, rows)
                               from c in Enumerable.Range(0, columns)
                               select pixels[top + (r * stride)][left + (c * stride)]).ToArray()).ToArray();
        windows = Array.ConvertAll(windows, w => Array.ConvertAll(w, v => v - w.Average()));
        double scale = 1 / Math.Sqrt(windows.SelectMany(w => w).Average(v => v * v));
        return Array.ConvertAll(windows, w => Array.ConvertAll(w, v => v * scale));
    }

    // The low photograph has no patch of stride 2 and no row of stride 3, and is passed over.
    [TestCase(1, 5, 1)]
    [TestCase(1, 5, 2)]
    [TestCase(1, 5, 3)]
    [TestCase(Side, Side, 1)]
    [TestCase(Side, Side, 2)]
    public void Every_window_and_its_negative_is_drawn_equally_often(int rows, int columns, int stride)
    {
        (GreyImage Image, double[][] Pixels)[] photos = [Photo(19, 7, 255, 1), Photo(10, 4, 1000, 2), Photo(14, 11, 63, 3)];
        var windows = Windows(photos.Select(p => p.Pixels), rows, columns, stride);
        StandardErrors.CheckEquallyOften(
            Model([.. photos.Select(p => p.Image)], rows, columns, stride), windows.Concat(windows.Select(w => Array.ConvertAll(w, v => -v))), ScalarType.Float64);
    }

    [TestCase(1, 5, 1, PatchWhitening.None, 1e-12)]
    [TestCase(1, 5, 3, PatchWhitening.None, 1e-12)]
    [TestCase(Side, Side, 1, PatchWhitening.None, 1e-9)]
    [TestCase(Side, Side, 1, PatchWhitening.Zca, 1e-9)]
    [TestCase(Side, Side, 1, PatchWhitening.Olshausen, 1e-6)]
    public void Covariance_and_marginal_are_those_of_all_windows(int rows, int columns, int stride, PatchWhitening whiten, double within)
    {
        var (photo, pixels) = Photo(41, 30, 1000, 4);
        var windows = Windows([whiten == PatchWhitening.Olshausen ? Filtered(pixels) : pixels], rows, columns, stride);
        if (whiten == PatchWhitening.Zca)
            windows = Whitened(windows);
        var model = Model([photo], rows, columns, stride, whiten);
        Assert.That(model.Lattice, Is.EqualTo(rows == 1 ? Lattice.Ring(columns) : Lattice.Torus(rows)));
        Assert.That(model.Description, Is.EqualTo($"photograph {(rows == 1 ? "rows" : "patches of 3x3")}, stride {stride}{(whiten switch { PatchWhitening.Zca => ", whitened", PatchWhitening.Olshausen => ", filtered", _ => "" })}"));
        var second = model.Covariance.Times(torch.eye(model.Sites, dtype: ScalarType.Float64));
        var all = torch.tensor(windows.SelectMany(w => w).ToArray(), [windows.Length, model.Sites]);
        Assert.That((second - (all.mT.matmul(all) / (double)windows.Length)).abs().max().item<double>(), Is.LessThan(within));
        Assert.That(second.diagonal().mean().item<double>(), Is.EqualTo(1).Within(1e-9), "unit variance on average");
        Assert.That(model.Marginal.ExcessKurtosis, Is.EqualTo(all.pow(4).mean().item<double>() - 3).Within(10 * within));

        foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var generator = new Generator(8);
            var x = model.Sample(20_000, generator, dtype);
            Assert.That(x.dtype, Is.EqualTo(dtype));
            Assert.That(x.mean([1]).abs().max().to(ScalarType.Float64).item<double>(), Is.LessThan(1e-5), "each window's mean");
            Assert.That(StandardErrors.Largest((x.unsqueeze(2) * x.unsqueeze(1)).flatten(1), second.flatten()), Is.LessThan(4.5));
            Assert.That(StandardErrors.Largest(x, torch.zeros(model.Sites, ScalarType.Float64)), Is.LessThan(4.5));
            Assert.That(StandardErrors.Largest(x.pow(4).mean([1], keepdim: true), torch.tensor(new[] { model.Marginal.ExcessKurtosis + 3 })), Is.LessThan(4.5));
        }
    }

    [Test]
    public void Whitening_brings_the_variances_of_all_directions_together()
    {
        var (photo, _) = Photo(60, 60, 1000, 5);
        double[] Spectrum(PatchWhitening whiten) =>
            torch.linalg.eigh(new PhotoPatches([photo], 1, Side, whiten, LessTheirMean).Covariance.Times(torch.eye(Side * Side, dtype: ScalarType.Float64))).Item1.ToArray<double>();
        // The mean's direction has no variance left; of the others those far above the regularisation become nearly equal.
        var (plain, white) = (Spectrum(PatchWhitening.None), Spectrum(PatchWhitening.Zca));
        Assert.That(new[] { plain[0], white[0] }, Is.All.Zero.Within(1e-9));
        Assert.That(plain[^1] / plain[1], Is.GreaterThan(4));
        Assert.That(white[^1] / white[1], Is.LessThan(1.1));
        // An eigenvalue v becomes v / (v + 0.01), and 1 without what was added.
        using var patches = new PhotoPatches([photo], 1, Side, PatchWhitening.Zca, LessTheirMean);
        Assert.That(patches.Notes, Has.One.StartsWith(FormattableString.Invariant($"Whitening by ZCA retains {100 * plain[1..].Average(v => v / (v + 0.01)):0.0} % of the variance")));
    }

    [Test]
    public void Whitening_by_PCA_keeps_the_directions_that_hold_most_at_one_variance()
    {
        var random = new Random(6);
        string text = "P2\n60 60\n1000\n" + string.Join(" ", from r in Enumerable.Range(0, 60) from c in Enumerable.Range(0, 60) select (int)(500 + (300 * Math.Cos(r / 3.0)) + (150 * Math.Sin(c / 2.0)) + random.Next(20)));
        var photo = GreyImage.Read(Save("smooth.pgm", System.Text.Encoding.ASCII.GetBytes(text)));
        double[] Spectrum(PatchWhitening whiten) =>
            torch.linalg.eigh(new PhotoPatches([photo], 1, Side, whiten, LessTheirMean).Covariance.Times(torch.eye(Side * Side, dtype: ScalarType.Float64))).Item1.ToArray<double>();
        var (plain, white) = (Spectrum(PatchWhitening.None), Spectrum(PatchWhitening.Pca));
        int kept = Enumerable.Range(1, 8).First(k => plain[^k..].Sum() >= 0.99 * plain.Sum());
        Assert.That(kept, Is.InRange(2, 7));
        // Sites have 1 on average, which the directions that are kept share equally.
        Assert.That(white[^kept..], Is.All.EqualTo(9.0 / kept).Within(1e-9));
        Assert.That(white[..^kept], Is.All.Zero.Within(1e-9));
        using var patches = new PhotoPatches([photo], 1, Side, PatchWhitening.Pca, LessTheirMean);
        Assert.That(patches.Notes, Has.One.StartsWith(FormattableString.Invariant($"Whitening by PCA keeps {kept} of 9 directions, which hold {100 * plain[^kept..].Sum() / plain.Sum():0.0} % of the variance")));
        Assert.That(patches.Description, Does.EndWith(", whitened by PCA"));
    }

    // A wave that the picture's sides hold a whole number of times has no edge: the filter's whole effect on it is R.
    [TestCase(64, 61, 1, 3, -2)]
    [TestCase(63, 64, 1, 11, 20)]
    [TestCase(63, 110, 2, 3, -9)]
    public void The_filter_multiplies_a_wave_by_R(int width, int height, int stride, int across, int down)
    {
        double Wave(int r, int c) => Math.Cos(2 * Math.PI * (((double)across * c / width) + ((double)down * r / height)));
        string text = $"P2\n{width} {height}\n65535\n" + string.Join(" ", from r in Enumerable.Range(0, height) from c in Enumerable.Range(0, width) select (int)Math.Round(32767.5 + (32767 * Wave(r, c))));
        var filtered = OlshausenFilter.Of(GreyImage.Read(Save("wave.pgm", System.Text.Encoding.ASCII.GetBytes(text))), stride);
        double f = stride * double.Hypot((double)across / width, (double)down / height), expected = 0.5 * f * Math.Exp(-Math.Pow(f * 512 / 200, 4));
        int border = 12 * stride;
        Assert.That(expected, Is.GreaterThan(0.01), "worth a test");
        Assert.That(filtered, Is.EqualTo(from r in Enumerable.Range(border, height - (2 * border)) from c in Enumerable.Range(border, width - (2 * border)) select (float)(expected * Wave(r, c))).Within(2e-5));
    }

    // By its definition: the kernel is the sum of R's waves, and the picture is joined at its edges.
    private static double[][] Filtered(double[][] pixels)
    {
        var (height, width) = (pixels.Length, pixels[0].Length);
        var kernel = new double[height, width];
        for (int k = 0; k < height * width; k++)
        {
            double down = Math.IEEERemainder((double)(k / width) / height, 1), across = Math.IEEERemainder((double)(k % width) / width, 1), f = double.Hypot(down, across);
            double response = f * Math.Exp(-Math.Pow(f / (200.0 / 512), 4)) / (height * width);
            for (int r = 0; r < height; r++)
                for (int c = 0; c < width; c++)
                    kernel[r, c] += response * Math.Cos(2 * Math.PI * ((down * r) + (across * c)));
        }
        return [.. Enumerable.Range(12, height - 24).Select(r => Enumerable.Range(12, width - 24).Select(c =>
            Enumerable.Range(0, height * width).Sum(p => pixels[p / width][p % width] * kernel[(r - (p / width) + height) % height, (c - (p % width) + width) % width])).ToArray())];
    }

    // Without eigenvectors: the coupled iteration of Newton and Schulz, y to the root of A and z to its inverse.
    private static double[][] Whitened(double[][] patches)
    {
        var x = torch.tensor(patches.SelectMany(p => p).ToArray(), [patches.Length, Side * Side]);
        var one = torch.eye(Side * Side, dtype: ScalarType.Float64);
        var regular = (x.mT.matmul(x) / (double)patches.Length) + (one * 0.01);
        var (y, z) = (regular / regular.diagonal().sum(), one);
        for (int i = 0; i < 60; i++)
        {
            var t = ((one * 3) - z.matmul(y)) * 0.5;
            (y, z) = (y.matmul(t), t.matmul(z));
        }
        var white = x.matmul(z);
        return [.. (white / white.square().mean().sqrt()).ToArray<double>().Chunk(Side * Side)];
    }

    [Test]
    public void Photographs_that_cannot_serve_are_refused()
    {
        var (low, _) = Photo(8, 4, 255, 2);
        var blank = GreyImage.Read(Save("blank.pgm", "P2\n6 3\n255\n9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9\n"u8));
        Assert.That(() => new PhotoScanlines([low], 2, 5), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("9 pixels"));
        Assert.That(() => new PhotoPatches([low], 2, Side), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("5 pixels wide and 5 high"));
        Assert.That(() => new PhotoPatches([low], 1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new PhotoPatches([low], 1, Side, PatchWhitening.Olshausen), Throws.InstanceOf<InvalidDataException>().With.Message.EqualTo(
            "No photograph is 27 pixels wide and 27 high, which 3 x 3 sites at stride 1 and a border of 12 pixels, which filtering drops, need."));
        foreach (int rows in new[] { 1, Side })
        {
            Assert.That(() => Model([blank], rows, rows == 1 ? 5 : Side, 1), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("blank"));
            Assert.That(() => Model([low], rows, rows == 1 ? 5 : Side, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }
}
