using NUnit.Framework;
using TorchRf.Data;
using TorchRf.Experiments;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;

namespace TorchRf.Tests.Data;

[TestFixture]
public sealed class DataModelsTests : TensorScope
{
    private static IEnumerable<TestCaseData> Bad()
    {
        static TestCaseData Case(DataSettings settings, string option, string value) =>
            new TestCaseData(settings, option, value).SetArgDisplayNames($"{settings.Data} {option} {value}");

        yield return Case(new() { Data = "isng" }, "data", "isng");
        yield return Case(new() { Data = "Ising" }, "data", "Ising");
        yield return Case(new() { Data = "" }, "data", "empty");
        foreach (var data in (string[])["ising", "nlgp", "kur", "gaussian"])
        {
            yield return Case(new() { Data = data, Sites = 3 }, "sites", "3");
            yield return Case(new() { Data = data, Sites = -40 }, "sites", "-40");
        }
        yield return Case(new() { Couplings = [] }, "couplings", "");
        yield return Case(new() { Couplings = [0.3] }, "couplings", "0.3");
        yield return Case(new() { Couplings = [0.3, -0.5] }, "couplings", "0.3,-0.5");
        yield return Case(new() { Couplings = [0.3, 11] }, "couplings", "0.3,11");
        yield return Case(new() { Couplings = [double.NaN, 0.3] }, "couplings", "NaN,0.3");
        foreach (var data in (string[])["nlgp", "kur", "gaussian"])
        {
            yield return Case(new() { Data = data, Lengthscales = [1] }, "lengthscales", "1");
            yield return Case(new() { Data = data, Lengthscales = [0, 3] }, "lengthscales", "0,3");
            yield return Case(new() { Data = data, Lengthscales = [1, -3] }, "lengthscales", "1,-3");
            yield return Case(new() { Data = data, Lengthscales = [1, double.PositiveInfinity] }, "lengthscales", "Infinity");
            yield return Case(new() { Data = data, Lengthscales = [double.NaN, 1] }, "lengthscales", "NaN");
        }
        foreach (double gain in (double[])[0, -1, double.NaN, double.PositiveInfinity])
            yield return Case(new() { Data = "nlgp", Gain = gain }, "gain", gain.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (double k in (double[])[2, 1.5, -3, double.NaN, double.PositiveInfinity])
            yield return Case(new() { Data = "kur", K = k }, "k", k.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (double nu in (double[])[2, -1, double.NaN, double.PositiveInfinity])
            yield return Case(new() { Data = "student-t", Nu = nu }, "nu", nu.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return Case(new() { Data = "elliptical", Radial = "volume" }, "radial", "volume");
        foreach (var data in (string[])["pulse", "block"])
        {
            yield return Case(new() { Data = data, Lengthscales = [2] }, "lengthscales", "2");
            yield return Case(new() { Data = data, Lengthscales = [0, 2] }, "lengthscales", "0,2");
            yield return Case(new() { Data = data, Lengthscales = [1.5, 2] }, "lengthscales", "1.5,2");
            yield return Case(new() { Data = data, Lengthscales = [2, 40] }, "lengthscales", "2,40");
            yield return Case(new() { Data = data, Lengthscales = [2, 1e30] }, "lengthscales", "2,1E+30");
        }
        yield return Case(new() { Data = "block", Lengthscales = [1, 3] }, "lengthscales", "1,3");
        yield return Case(new() { Data = "pulse", Lengthscales = [2, 4], Shortest = [1] }, "shortest", "1");
        yield return Case(new() { Data = "pulse", Lengthscales = [2, 4], Shortest = [1, 5] }, "shortest", "1,5");
        yield return Case(new() { Data = "pulse", Lengthscales = [2, 4], Shortest = [0, 4] }, "shortest", "0,4");
        yield return Case(new() { Data = "patches" }, "sites", "40");
        yield return Case(new() { Data = "patches", Sites = 6400, Dimensions = 2 }, "sites", "80x80");
        yield return Case(new() { Data = "patches", Sites = 64, Dimensions = 2 }, "photos", "");
        foreach (int sites in new[] { 9, 15, 40, -16, 1_002_001 })
            yield return Case(new() { Data = "gaussian", Sites = sites, Dimensions = 2 }, "sites", $"{sites}");
        foreach (int dimensions in new[] { 0, 3 })
            yield return Case(new() { Data = "gaussian", Dimensions = dimensions }, "dimensions", $"{dimensions}");
        yield return Case(new() { Sites = 36, Dimensions = 2 }, "sites", "6x6");
        yield return Case(new() { Data = "gaussian", Kernel = "boxcar" }, "kernel", "boxcar");
        foreach (double frequency in new[] { 0, -1, double.NaN, 100 })
            yield return Case(new() { Data = "gaussian", Kernel = "sine", Frequency = frequency }, "frequency", frequency.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return Case(new() { Data = "gaussian", Kernel = "sine", Lengthscales = [0.05, 1] }, "lengthscales", "0.05,1");
        yield return Case(new() { Data = "norta", Quantile = "cauchy" }, "quantile", "cauchy");
        yield return Case(new() { Data = "norta", Quantile = "bernoulli", Steepness = 0 }, "steepness", "0");
        yield return Case(new() { Data = "photo" }, "photos", "");
        yield return Case(new() { Data = "photo", Photos = ["a.pgm"], Strides = [2] }, "strides", "2");
        yield return Case(new() { Data = "photo", Photos = ["a.pgm"], Strides = [2, 0] }, "strides", "2,0");
        yield return Case(new() { Data = "photo", Photos = ["a.pgm"], Strides = [1, 4] }, "strides", "1,4");
        yield return Case(new() { Data = "photo", Photos = ["a.pgm"], Strides = [2, 2] }, "strides", "2,2");
        yield return Case(new() { Data = "photo", Photos = ["a.pgm"], Strides = [1_000_000, 2] }, "strides", "1000000,2");
        yield return Case(new() { Data = "file" }, "class0", "missing");
        yield return Case(new() { Data = "file", Class0 = "" }, "class0", "empty");
    }

    [TestCaseSource(nameof(Bad))]
    public void A_bad_setting_is_named_with_its_value(DataSettings settings, string option, string value) =>
        Assert.That(() => DataModels.All.Task(settings), Throws.InstanceOf<InvalidSettingException>()
            .With.Property(nameof(InvalidSettingException.Setting)).EqualTo(option)
            .And.Message.StartsWith($"--{option} is ").And.Message.Contains(value).And.Message.Contains("must be"));

    [Test]
    public void Each_name_makes_its_model()
    {
        static string Of(DataSettings settings) => string.Join(" | ", DataModels.All.Task(settings).Classes.Select(c => $"{c.Description} N={c.Sites}"));
        Assert.That(Of(new()), Is.EqualTo("Ising ring, J = 0.3 N=40 | Ising ring, J = 0.7 N=40"));
        Assert.That(Of(new() { Data = "nlgp", Sites = 9, Gain = 0.5, Lengthscales = [1, 2, 3] }),
            Is.EqualTo("NLGP, g = 0.5, ξ = 1 N=9 | NLGP, g = 0.5, ξ = 2 N=9 | NLGP, g = 0.5, ξ = 3 N=9"));
        Assert.That(Of(new() { Data = "kur", Sites = 8, K = 6 }), Is.EqualTo("Kur, k = 6, ξ = 1 N=8 | Kur, k = 6, ξ = 3 N=8"));
        Assert.That(Of(new() { Data = "gaussian", Sites = 8 }), Is.EqualTo("Gaussian, ξ = 1 N=8 | Gaussian, ξ = 3 N=8"));
        Assert.That(Of(new() { Data = "student-t", Sites = 8, Nu = 2.5 }), Is.EqualTo("Student t, ν = 2.5, ξ = 1 N=8 | Student t, ν = 2.5, ξ = 3 N=8"));
        Assert.That(Of(new() { Data = "elliptical", Sites = 16, Dimensions = 2, Radial = "shell" }),
            Is.EqualTo("elliptical, outer shell, ξ = 1 N=16 | elliptical, outer shell, ξ = 3 N=16"));
        Assert.That(Of(new() { Data = "pulse", Sites = 8, Lengthscales = [2, 5], Shortest = [1, 5] }),
            Is.EqualTo("single pulse of 1 to 2 sites N=8 | single pulse of 5 sites N=8"));
        Assert.That(Of(new() { Data = "block", Sites = 36, Dimensions = 2 }),
            Is.EqualTo("pulse that fills one of 36 blocks of 1x1 sites N=36 | pulse that fills one of 4 blocks of 3x3 sites N=36"));
        Assert.That(DataModels.All.Names, Is.EquivalentTo(new[] { "ising", "nlgp", "kur", "gaussian", "norta", "student-t", "elliptical", "pulse", "block", "patches", "photo", "file" }));
    }

    // All that a new data model takes: its own type, and one line that names it.
    private sealed class Coins(int sites) : IDataModel
    {
        public string Description => "independent coins";

        public int Sites => sites;

        public ICovariance Covariance { get; } = new IsingRing(sites, 0).Covariance;

        public TorchRf.Data.Marginals.Marginal Marginal { get; } = new TorchRf.Data.Marginals.SignMarginal();

        public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null)
        {
            var x = torch.rand(examples, sites, dtype, generator.device, generator: generator).ge(0.5).to(dtype) * 2 - 1;
            return into is null ? x : into.copy_(x);
        }
    }

    [Test]
    public void A_new_model_takes_one_line()
    {
        var models = DataModels.All.With("coins", s => PerClass.Lengthscale(s, _ => new Coins(s.Sites)));

        var task = models.Task(new() { Data = "coins", Sites = 6, Lengthscales = [1, 2, 3] });
        using var generator = new Generator(1);
        Assert.That(task.Draw(9, generator).X.shape, Is.EqualTo(new long[] { 9, 6 }));
        Assert.That(task.Classes, Has.Count.EqualTo(3).And.All.InstanceOf<Coins>());
        Assert.That(models.Task(new() { Data = "coins", GaussianClone = true }).Classes, Has.All.InstanceOf<GaussianClone>());
        Assert.That(() => models.Task(new() { Data = "coins", Lengthscales = [1] }), Throws.InstanceOf<InvalidSettingException>());
        Assert.That(() => models.Task(new() { Data = "dice" }), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("file or coins"));

        Assert.That(DataModels.All.Names, Has.None.EqualTo("coins"), "the table it was added to stays as it was");
        Assert.That(() => models.With("coins", _ => []), Throws.ArgumentException);
        Assert.That(() => models.With("Dice", _ => []), Throws.ArgumentException);
    }

    // What data use changes them, or is refused of them; what they do not use leaves them as they are.
    [Test]
    public void Data_go_by_the_settings_that_they_say_they_use(
        [Values("ising", "nlgp", "kur", "gaussian", "norta", "student-t", "elliptical", "pulse", "block")] string data)
    {
        var plain = new DataSettings { Data = data, Sites = 36, Kernel = "cosine", Quantile = "bernoulli" };
        (string Setting, DataSettings Changed)[] changes =
        [
            ("couplings", plain with { Couplings = [0.1, 0.2] }), ("gain", plain with { Gain = 100 }), ("k", plain with { K = 12, Quantile = "kur" }), ("quantile", plain with { Quantile = "laplace" }),
            ("steepness", plain with { Steepness = 2 }), ("nu", plain with { Nu = 9 }), ("radial", plain with { Radial = "shell" }), ("shortest", plain with { Shortest = [1, 2] }),
            ("whiten", plain with { Whiten = true }), ("lengthscales", plain with { Lengthscales = [2, 4] }), ("kernel", plain with { Kernel = "gap" }), ("frequency", plain with { Frequency = 9 }),
            ("strides", plain with { Strides = [6, 2] }), ("class0", plain with { Class0 = "none" }), ("class1", plain with { Class1 = "none" }),
        ];
        foreach (var (setting, changed) in changes)
            Assert.That(Trace(changed) != Trace(plain), Is.EqualTo(DataModels.All.Use(data, setting)), setting);
    }

    private static string Trace(DataSettings settings)
    {
        using var generator = new Generator(1);
        return string.Join(' ', DataModels.All.Task(settings).Classes.Select(c => string.Join(' ', Values(c.Sample(20, generator).sum([0])))));
    }

    [Test]
    public void No_examples_are_a_tensor_too(
        [Values("ising", "nlgp", "kur", "gaussian", "norta", "student-t", "elliptical", "pulse", "block", "photo", "patches")] string data, [Values] Sampler sampler, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        using var generator = new Generator(1);
        foreach (var model in DataModels.All.Task(SamplePhotographs.Where(new() { Data = data, Sites = 36, Dimensions = data == "patches" ? 2 : 1, Sampler = sampler })).Classes)
            Assert.That(model.Sample(0, generator, dtype).shape, Is.EqualTo(new long[] { 0, 36 }));
    }

    [Test]
    public void Many_classes_one_a_lengthscale([Values(3, 5, 10, 30)] int classes)
    {
        var task = DataModels.All.Task(new() { Data = "nlgp", Sites = 20, Lengthscales = [.. Enumerable.Range(1, classes).Select(i => 0.5 + (i / 10.0))] });
        Assert.That(task.Classes, Has.Count.EqualTo(classes));
        using var generator = new Generator(1);
        var (x, y) = task.Draw(2 * classes, generator);
        Assert.That(x.shape, Is.EqualTo(new long[] { 2 * classes, 20 }));
        Assert.That(Values(y), Is.EqualTo(Enumerable.Range(0, 2 * classes).Select(i => i / 2)));
        var neighbours = task.Classes.Select(c => c.Covariance.FirstRow[1].item<double>());
        Assert.That(neighbours, Is.Ordered, "each class is longer than the one before");
    }

    [Test]
    public void Every_model_with_a_kernel_lives_on_a_torus([Values("nlgp", "kur", "gaussian", "norta")] string data, [Values("gaussian", "exponential", "cosine", "sine", "gap")] string kernel)
    {
        var task = DataModels.All.Task(new() { Data = data, Sites = 36, Dimensions = 2, Kernel = kernel });
        Assert.That(task.Lattice, Is.EqualTo(Lattice.Torus(6)));
        Assert.That(task.Sites, Is.EqualTo(36));
        Assert.That(task.Classes[0].Description.Contains("kernel", StringComparison.Ordinal), Is.EqualTo(kernel != "gaussian"));
        var clones = DataModels.All.Task(new() { Data = data, Sites = 36, Dimensions = 2, Kernel = kernel, GaussianClone = true });
        Assert.That(clones.Lattice, Is.EqualTo(task.Lattice));
        Assert.That(Values(clones.Classes[1].Covariance.FirstRow), Is.EqualTo(Values(task.Classes[1].Covariance.FirstRow)));
    }

    [Test]
    public void Each_quantile_makes_its_marginal()
    {
        double Excess(string quantile) => DataModels.All.Task(new() { Data = "norta", Quantile = quantile, K = 6, Steepness = 1e4 }).Classes[0].Marginal.ExcessKurtosis;
        Assert.That(Excess("uniform"), Is.EqualTo(-1.2));
        Assert.That(Excess("laplace"), Is.EqualTo(3));
        Assert.That(Excess("bernoulli"), Is.EqualTo(-2).Within(1e-3));
        Assert.That(Excess("normal"), Is.EqualTo(0));
        Assert.That(Excess("kur"), Is.EqualTo(new TorchRf.Data.Marginals.AlgebraicMarginal(6).ExcessKurtosis));
    }

    [Test]
    public void Images_in_a_file_have_a_torus_of_sites()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder["a.npy"], torch.arange(0, 160, ScalarType.Float32).view(10, 16).sin());
        DataSettings settings = new() { Data = "file", Class0 = folder["a.npy"], Class1 = folder["a.npy"], Sites = 16, Dimensions = 2 };
        var task = DataModels.All.Task(settings);
        Assert.That(task.Lattice, Is.EqualTo(Lattice.Torus(4)));
        Assert.That(settings.Resolved(task).Dimensions, Is.EqualTo(2));
        Assert.That(() => DataModels.All.Task(settings with { Sites = 25 }), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("16 sites, not the 25 of 5x5"));
    }

    [Test]
    public void Files_of_examples_make_a_task_if_their_sites_agree()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder["a.npy"], torch.arange(0, 40, ScalarType.Float32).view(8, 5));
        NpyFile.Write(folder["b.npy"], torch.arange(0, 50, ScalarType.Float64).view(10, 5));
        NpyFile.Write(folder["c.npy"], torch.arange(0, 48, ScalarType.Float64).view(8, 6));
        var task = DataModels.All.Task(new() { Data = "file", Class0 = folder["a.npy"], Class1 = folder["b.npy"] });
        Assert.That(task.Sites, Is.EqualTo(5));
        Assert.That(task.Classes.Select(c => c.Description), Is.EqualTo(new[] { folder["a.npy"], folder["b.npy"] }));
        Assert.That(() => DataModels.All.Task(new() { Data = "file", Class0 = folder["a.npy"], Class1 = folder["c.npy"] }),
            Throws.InstanceOf<InvalidSettingException>().With.Message.StartsWith("--class1 is ").And.Message.Contains("c.npy").And.Message.Contains('5').And.Message.Contains('6'));
        Assert.That(() => DataModels.All.Task(new() { Data = "file", Class0 = folder["a.npy"] }),
            Throws.InstanceOf<InvalidSettingException>().With.Property("Setting").EqualTo("class1"));
    }

    [Test]
    public void Photographs_make_one_class_a_stride()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        File.WriteAllText(folder["a.pgm"], "P2\n40 4\n255\n" + string.Join(" ", Enumerable.Range(0, 160).Select(_ => random.Next(256))) + "\n");
        var task = DataModels.All.Task(new() { Data = "photo", Sites = 8, Photos = [folder["a.pgm"]], Strides = [5, 2, 1] });
        Assert.That(task.Classes.Cast<PhotoScanlines>().Select(c => c.Stride), Is.EqualTo(new[] { 5, 2, 1 }));
        Assert.That(() => DataModels.All.Task(new() { Data = "photo", Sites = 8, Photos = [folder["a.pgm"]], Strides = [6, 1] }),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("43 pixels"));
    }

    [Test]
    public void A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder["a.npy"], torch.arange(0, 40, ScalarType.Float32).view(8, 5));
        foreach (var (settings, option) in ((DataSettings, string)[])
        [
            (new() { Data = "file", Class0 = folder["none"], Class1 = folder["a.npy"] }, "class0"),
            (new() { Data = "file", Class0 = folder["a.npy"], Class1 = folder["none"] }, "class1"),
            (new() { Data = "photo", Photos = [folder["none"]] }, "photos"),
        ])
            Assert.That(() => DataModels.All.Task(settings), Throws.InstanceOf<InvalidSettingException>()
                .With.Property("Setting").EqualTo(option).And.Message.Contains(folder["none"]).And.Message.Contains("a file"));
    }
}
