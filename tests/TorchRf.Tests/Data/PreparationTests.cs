using NUnit.Framework;
using TorchRf.Data;
using TorchRf.IO;

namespace TorchRf.Tests.Data;

/// <summary>What is done to own data before they are shown, against the definitions.</summary>
[TestFixture]
public sealed class PreparationTests : TensorScope
{
    private static Tensor Some(int examples = 200, int sites = 6)
    {
        using var generator = new Generator(1);
        return (torch.randn(examples, sites, ScalarType.Float64, generator: generator) * torch.tensor([1.0, 2, 5, 1e-3, 7, 30])) + 4;
    }

    [TestCase(1), TestCase(1e200), TestCase(1e-200)]
    public void Each_site_is_brought_to_unit_variance_in_whatever_unit(double unit)
    {
        using var model = new FileExamples(Some() * unit, "some");
        var x = model.Examples();
        Assert.That(Values(x.mean([0])), Has.All.EqualTo(0).Within(1e-9));
        Assert.That(Values(x.square().mean([0])), Has.All.EqualTo(1).Within(1e-9));
        Assert.That(model.Notes, Has.One.Contains("each site was brought to unit variance"));
    }

    [Test]
    public void Sites_of_unequal_scales_have_the_marginal_of_each()
    {
        using var model = new FileExamples(Some(20_000), "some");
        Assert.That(model.Marginal.ExcessKurtosis, Is.EqualTo(0).Within(0.1), "Gaussian sites");
        using var together = new FileExamples(Some(20_000), "some", how: new Preparation(RemoveMean.Class, Standardize.All));
        Assert.That(together.Marginal.ExcessKurtosis, Is.GreaterThan(5), "pooled");
    }

    [Test]
    public void A_site_that_does_not_vary_stays_at_0_and_out_of_the_marginal()
    {
        var values = Some(20_000);
        values[torch.TensorIndex.Colon, 2] = torch.tensor(0.1);
        using var model = new FileExamples(values, "some");
        Assert.That(Values(model.Examples(100).select(1, 2)), Has.All.EqualTo(0));
        Assert.That(model.Marginal.ExcessKurtosis, Is.EqualTo(0).Within(0.1));
        Assert.That(model.Notes, Has.One.EqualTo("some: 1 site does not vary and stays at 0: 2."));
    }

    [Test]
    public void A_taper_fades_the_ends_and_leaves_unit_variance_on_average()
    {
        using var model = new FileExamples(Some(), "some", how: new Preparation(RemoveMean.Class, Standardize.Site, 0.5));
        double[] variance = Values(model.Examples().square().mean([0]));
        double[] window = [.. new[] { 0.5, 1.5, 2.5, 2.5, 1.5, 0.5 }.Select(edge => Math.Pow(0.5 * (1 - Math.Cos(Math.PI * edge / 3)), 2))];
        Assert.That(variance, Is.EqualTo(window.Select(w => w * 6 / window.Sum())).Within(1e-9));
    }

    [Test]
    public void The_mean_of_the_whole_picture_leaves_all_sites_alike()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(3);
        // A walk, of which a row less its own mean varies most at its ends.
        var pixels = Enumerable.Range(0, 40).SelectMany(_ =>
        {
            int at = 500;
            return Enumerable.Range(0, 300).Select(_ => at = Math.Clamp(at + random.Next(-60, 61), 0, 1000)).ToArray();
        }).ToArray();
        File.WriteAllText(folder["a.pgm"], "P2\n300 40\n1000\n" + string.Join(" ", pixels));
        var photo = GreyImage.Read(folder["a.pgm"]);
        double Ends(RemoveMean mean)
        {
            using var model = new PhotoScanlines([photo], 2, 20, new Preparation(mean, Standardize.All));
            double[] variance = Values(model.Examples().square().mean([0]));
            return (variance[0] + variance[^1]) / 2;
        }
        Assert.That(Ends(RemoveMean.Picture), Is.EqualTo(1).Within(0.1));
        Assert.That(Ends(RemoveMean.Example), Is.GreaterThan(1.5));
    }

    // Waves of one frequency each, in two planes. Frequencies -2 to 2 are the central five, -2 to 1 the central four: of the wave of frequency 2 half is left.
    [TestCase(5, 1, 0)]
    [TestCase(4, 0.5, 0)]
    [TestCase(3, 0, 0)]
    [TestCase(8, 1, 1)]
    public void A_band_of_frequencies_is_left_of_each_plane(int central, double two, double three)
    {
        var at = torch.arange(0, 8, ScalarType.Float64) * (2 * Math.PI / 8);
        Tensor Wave(int down, int across) => (at.unsqueeze(1) * down + (at * across) + 0.3).cos().flatten();
        var (low, middle, high) = (Wave(0, 1), Wave(2, 1), Wave(1, 3));
        var pictures = torch.stack([torch.cat([low + middle, high]), torch.cat([high * 3, low * 2])]);
        var left = new FrequencyBand(central, true, 2, 8, 8).Of(pictures);
        var expected = torch.stack([torch.cat([low + (middle * two), high * three]), torch.cat([high * (3 * three), low * 2])]);
        Assert.That(Values(left), Is.EqualTo(Values(expected)).Within(1e-12));
        Assert.That(Values(left + new FrequencyBand(central, false, 2, 8, 8).Of(pictures)), Is.EqualTo(Values(pictures)).Within(1e-12));
        var line = new FrequencyBand(central, true, 1, 1, 8).Of((at * 2).cos().unsqueeze(0));
        Assert.That(Values(line), Is.EqualTo(Values((at * 2).cos() * two)).Within(1e-12));
    }

    [Test]
    public void Files_and_photographs_are_filtered_before_anything_else([Values] bool low)
    {
        using var folder = new TemporaryFolder();
        using var generator = new Generator(7);
        var images = torch.randn(50, 3, 6, 6, generator: generator);
        NpyFile.Write(folder["x.npy"], images);
        var (lowPass, highPass) = low ? ((int?)3, (int?)null) : (null, 3);
        using var task = new FileSettings { Class0 = folder["x.npy"], LowPass = lowPass, HighPass = highPass, Standardize = Standardize.None }.Task();
        var left = new FrequencyBand(3, low, 3, 6, 6).Of(images.flatten(1).to(ScalarType.Float64));
        Assert.That(Values(((IExamples)task.Classes[0]).Examples()), Is.EqualTo(Values(left - left.mean([0], keepdim: true))).Within(1e-12));
        Assert.That(task.Lattice, Is.EqualTo(Lattice.Ring(108)));
        Assert.That(task.Notes, Has.One.Contains("pictures of 3 planes of 6 x 6 sites").And.One.Contains($"{(low ? "" : "all but ")}the central 3 x 3 frequencies of each kept"));

        var random = new Random(3);
        File.WriteAllText(folder["a.pgm"], "P2\n40 30\n1000\n" + string.Join(" ", Enumerable.Range(0, 1200).Select(_ => random.Next(1000))));
        var photo = GreyImage.Read(folder["a.pgm"]);
        var band = new FrequencyBand(3, low, 1, 6, 6);
        using var plain = new PhotoPatches([photo], 1, 6, how: new Preparation(RemoveMean.Picture, Standardize.None));
        using var patches = new PhotoPatches([photo], 1, 6, how: new Preparation(RemoveMean.Picture, Standardize.None, Band: band));
        Assert.That(Values(patches.Examples(20)), Is.EqualTo(Values(band.Of(plain.Examples(20)))).Within(1e-12));
        Assert.That(patches.Notes[0], Does.Contain("the central 3 x 3 frequencies of each were kept"));
    }

    [Test]
    public void Files_say_their_classes_by_labels_and_their_lattice_by_their_shape()
    {
        using var folder = new TemporaryFolder();
        using var generator = new Generator(5);
        var images = torch.randn(60, 3, 3, generator: generator);
        NpyFile.Write(folder["x.npy"], images);
        NpyFile.Write(folder["y.npy"], (torch.arange(0, 60, ScalarType.Int64) % 3) * 5);
        using var task = new FileSettings { Class0 = folder["x.npy"], Labels = folder["y.npy"], Standardize = Standardize.None }.Task();
        Assert.That(task.Classes.Select(c => Path.GetFileName(c.Description)), Is.EqualTo(new[] { "x.npy, label 0", "x.npy, label 5", "x.npy, label 10" }));
        Assert.That(task.Lattice, Is.EqualTo(Lattice.Torus(3)));
        var second = images.flatten(1).slice(0, 1, 60, 3).to(ScalarType.Float64);
        Assert.That(Values(((IExamples)task.Classes[1]).Examples()), Is.EqualTo(Values(second - second.mean([0], keepdim: true))).Within(1e-12));

        NpyFile.Write(folder["long.npy"], torch.zeros(60, 3, 4));
        Assert.That(() => new FileSettings { Class0 = folder["long.npy"] }.Task(), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("3 x 4 sites").And.Message.Contains("(60, 12)"));
        Assert.That(() => new FileSettings { Class0 = folder["x.npy"], Labels = folder["x.npy"] }.Task(), Throws.InstanceOf<InvalidSettingException>().With.Property("Setting").EqualTo("Labels"));
    }

    [Test]
    public void Classes_come_by_measured_lengthscale_and_where_that_is_another_order_it_is_said()
    {
        using var folder = new TemporaryFolder();
        using var generator = new Generator(6);
        NpyFile.Write(folder["short.npy"], new Gaussian(12, 1).Sample(2000, generator));
        NpyFile.Write(folder["long.npy"], new Gaussian(12, 3).Sample(2000, generator));
        FileSettings asked = new() { Class0 = folder["long.npy"], Class1 = folder["short.npy"] };
        using var task = asked.Task();
        Assert.That(task.Classes.Select(c => Path.GetFileName(c.Description)), Is.EqualTo(new[] { "short.npy", "long.npy" }));
        Assert.That(task.Notes, Has.One.Contains("not in the one given"));
        using var given = (asked with { Order = ClassOrder.Given }).Task();
        Assert.That(Path.GetFileName(given.Classes[0].Description), Is.EqualTo("long.npy"));
        Assert.That(given.Notes, Has.None.Contains("order"));
    }
}
