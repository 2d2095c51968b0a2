using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Runs;

namespace TorchRf.Tests.Data;

[Parallelizable(ParallelScope.Self)]
public sealed class DataModelsTests : TensorScope
{
    private static IEnumerable<TestCaseData> Bad()
    {
        static TestCaseData Case(DataSettings settings, string setting, string value) =>
            new TestCaseData(settings, setting, value).SetArgDisplayNames($"{settings.Name} {setting} {value}");

        foreach (var data in (DataSettings[])[new IsingSettings(), new NlgpSettings(), new KurSettings(), new GaussianSettings()])
        {
            yield return Case(data with { Sites = 3 }, "Sites", "3");
            yield return Case(data with { Sites = -40 }, "Sites", "-40");
        }
        foreach (double[] couplings in (double[][])[[], [0.3], [0.3, -0.5], [0.3, 11], [double.NaN, 0.3]])
            yield return Case(new IsingSettings { Couplings = couplings }, "Couplings", string.Join(',', couplings));
        foreach (var data in (KernelSettings[])[new NlgpSettings(), new KurSettings(), new GaussianSettings()])
            foreach (double[] lengthscales in (double[][])[[1], [0, 3], [1, -3], [1, double.PositiveInfinity], [double.NaN, 1]])
                yield return Case(data with { Lengthscales = lengthscales }, "Lengthscales", string.Join(',', lengthscales));
        foreach (double gain in (double[])[0, -1, double.NaN, double.PositiveInfinity])
            yield return Case(new NlgpSettings { Gain = gain }, "Gain", gain.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (double k in (double[])[2, 1.5, -3, double.NaN, double.PositiveInfinity])
            yield return Case(new KurSettings { K = k }, "K", k.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (double nu in (double[])[2, -1, double.NaN, double.PositiveInfinity])
            yield return Case(new StudentTSettings { Nu = nu }, "Nu", nu.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (double cut in (double[])[0, 1, 0.2])
            yield return Case(new BrokenSymmetrySettings { Cut = cut }, "Cut", cut.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return Case(new BrokenSymmetrySettings { Cut = 0.9, Keep = "above" }, "Cut", "0.9");
        yield return Case(new BrokenSymmetrySettings { Keep = "inside" }, "Keep", "inside");
        yield return Case(new AdjustedSettings { Gain = 0.1, ExcessKurtosis = -1 }, "ExcessKurtosis", "-1");
        foreach (double mu2 in (double[])[double.NaN, 1e7])
            yield return Case(new Phi4Settings { Mu2 = [mu2] }, "Mu2", mu2.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return Case(new Phi4Settings { Mu2 = [] }, "Mu2", "");
        yield return Case(new Phi4Settings { Lambda = [0, 1] }, "Lambda", "0");
        yield return Case(new Phi4Settings { Mu2 = [1, 2, 3], Lambda = [1, 2] }, "Lambda", "1,2");
        yield return Case(new EllipticalSettings { Radial = "volume" }, "Radial", "volume");
        foreach (var data in (LengthscaleSettings[])[new PulseSettings(), new BlockSettings()])
            foreach (double[] lengthscales in (double[][])[[2], [0, 2], [1.5, 2], [2, 40], [2, 1e30]])
                yield return Case(data with { Lengthscales = lengthscales }, "Lengthscales", string.Join(',', lengthscales));
        yield return Case(new BlockSettings { Lengthscales = [1, 3] }, "Lengthscales", "1,3");
        foreach (double[] shortest in (double[][])[[1], [1, 5], [0, 4]])
            yield return Case(new PulseSettings { Lengthscales = [2, 4], Shortest = shortest }, "Shortest", string.Join(',', shortest));
        yield return Case(new PatchesSettings(), "Sites", "40");
        yield return Case(new PatchesSettings { Sites = 6400, Dimensions = 2 }, "Sites", "80x80");
        yield return Case(new PatchesSettings { Sites = 64, Dimensions = 2 }, "Photos", "");
        foreach (int sites in new[] { 9, 15, 40, -16, 1_002_001 })
            yield return Case(new GaussianSettings { Sites = sites, Dimensions = 2 }, "Sites", $"{sites}");
        foreach (int dimensions in new[] { 0, 3 })
            yield return Case(new GaussianSettings { Dimensions = dimensions }, "Dimensions", $"{dimensions}");
        yield return Case(new Phi4Settings { Sites = 36, Dimensions = 2 }, "Sites", "6x6");
        yield return Case(new IsingSettings { Sites = 36, Dimensions = 2, Couplings = [0.3, -1] }, "Couplings", "0.3,-1");
        yield return Case(new GaussianSettings { KernelName = "boxcar" }, "KernelName", "boxcar");
        foreach (double frequency in new[] { 0, -1, double.NaN, 100 })
            yield return Case(new GaussianSettings { KernelName = "sine", Frequency = frequency }, "Frequency", frequency.ToString(System.Globalization.CultureInfo.InvariantCulture));
        yield return Case(new GaussianSettings { KernelName = "sine", Lengthscales = [0.05, 1] }, "Lengthscales", "0.05,1");
        yield return Case(new NortaSettings { Quantile = "cauchy" }, "Quantile", "cauchy");
        yield return Case(new NortaSettings { Quantile = "bernoulli", Steepness = 0 }, "Steepness", "0");
        yield return Case(new PhotoSettings(), "Photos", "");
        foreach (int[] strides in (int[][])[[], [2, 0], [1, 4], [2, 2], [1_000_000, 2]])
            yield return Case(new PhotoSettings { Photos = ["a.pgm"], Strides = strides }, "Strides", string.Join(',', strides));
        yield return Case(new FileSettings(), "Class0", "missing");
        yield return Case(new FileSettings { Class0 = "" }, "Class0", "empty");
    }

    [TestCaseSource(nameof(Bad))]
    public void A_bad_setting_is_named_with_its_value(DataSettings settings, string setting, string value) =>
        Assert.That(settings.Task, Throws.InstanceOf<InvalidSettingException>()
            .With.Property(nameof(InvalidSettingException.Setting)).EqualTo(setting)
            .And.Message.StartsWith($"{setting} is ").And.Message.Contains(value).And.Message.Contains("must be"));

    [Test]
    public void Each_name_makes_its_model()
    {
        static string Of(DataSettings settings) => string.Join(" | ", settings.Task().Classes.Select(c => $"{c.Description} N={c.Sites}"));
        Assert.That(Of(new IsingSettings()), Is.EqualTo("Ising ring, J = 0.3 N=40 | Ising ring, J = 0.7 N=40"));
        Assert.That(Of(new IsingSettings { Sites = 36, Dimensions = 2, Couplings = [0.3, 0.44] }), Is.EqualTo("Ising torus, J = 0.3 N=36 | Ising torus, J = 0.44 N=36"));
        Assert.That(Of(new Phi4Settings { Sites = 9 }), Is.EqualTo("φ⁴ ring, μ² = -6, λ = 8 N=9 | φ⁴ ring, μ² = -6, λ = 4 N=9"));
        Assert.That(Of(new NlgpSettings { Sites = 9, Gain = 0.5, Lengthscales = [1, 2, 3] }),
            Is.EqualTo("NLGP, g = 0.5, ξ = 1 N=9 | NLGP, g = 0.5, ξ = 2 N=9 | NLGP, g = 0.5, ξ = 3 N=9"));
        Assert.That(Of(new KurSettings { Sites = 8, K = 6 }), Is.EqualTo("Kur, k = 6, ξ = 1 N=8 | Kur, k = 6, ξ = 3 N=8"));
        Assert.That(Of(new GaussianSettings { Sites = 8 }), Is.EqualTo("Gaussian, ξ = 1 N=8 | Gaussian, ξ = 3 N=8"));
        Assert.That(Of(new StudentTSettings { Sites = 8, Nu = 2.5 }), Is.EqualTo("Student t, ν = 2.5, ξ = 1 N=8 | Student t, ν = 2.5, ξ = 3 N=8"));
        Assert.That(Of(new EllipticalSettings { Sites = 16, Dimensions = 2, Radial = "shell" }),
            Is.EqualTo("elliptical, outer shell, ξ = 1 N=16 | elliptical, outer shell, ξ = 3 N=16"));
        Assert.That(Of(new BrokenSymmetrySettings { Sites = 8, Cut = 0.6 }), Is.EqualTo("broken symmetry, directions below 0.6, ξ = 1 N=8 | broken symmetry, directions below 0.6, ξ = 3 N=8"));
        Assert.That(Of(new AdjustedSettings { Sites = 8, ExcessKurtosis = 0.5 }),
            Is.EqualTo("NLGP, g = 3, ξ = 1, radially adjusted to excess kurtosis 0.5 N=8 | NLGP, g = 3, ξ = 3, radially adjusted to excess kurtosis 0.5 N=8"));
        Assert.That(Of(new PulseSettings { Sites = 8, Lengthscales = [2, 5], Shortest = [1, 5] }),
            Is.EqualTo("single pulse of 1 to 2 sites N=8 | single pulse of 5 sites N=8"));
        Assert.That(Of(new BlockSettings { Sites = 36, Dimensions = 2 }),
            Is.EqualTo("pulse that fills one of 36 blocks of 1x1 sites N=36 | pulse that fills one of 4 blocks of 3x3 sites N=36"));
        Assert.That(DataModels.All.Names, Is.EquivalentTo(new[] { "ising", "phi4", "nlgp", "kur", "gaussian", "norta", "student-t", "elliptical", "broken-symmetry", "adjusted", "pulse", "block", "patches", "photo", "file" }));
    }

    [TestCase("isng")]
    [TestCase("Ising")]
    [TestCase("")]
    public void A_name_that_no_data_have_is_refused(string name) =>
        Assert.That(() => DataModels.All[name], Throws.InstanceOf<InvalidSettingException>().With.Property(nameof(InvalidSettingException.Setting)).EqualTo("Data").And.Message.EndsWith("photo or file."));

    // What data use changes them, or is refused of them.
    [Test]
    public void Data_go_by_the_settings_that_they_have(
        [Values("ising", "phi4", "nlgp", "kur", "gaussian", "norta", "student-t", "elliptical", "pulse", "block")] string data)
    {
        RunSettings Read(params (string Name, string Value)[] settings) =>
            RunSettings.FromJson(JsonNode.Parse($$"""{ "data": "{{data}}", "sites": 36{{string.Concat(settings.DistinctBy(s => s.Name).Select(s => $", \"{s.Name}\": {s.Value}"))}} }""")!.AsObject());
        var declared = Setting.Of(DataModels.All[data]).Select(s => s.Key).ToArray();
        (string Name, string Value)[] used = [.. new[] { ("kernel", "\"cosine\""), ("quantile", "\"bernoulli\"") }.Where(s => declared.Contains(s.Item1))];
        var plain = Read(used);
        foreach (var (name, value) in new[]
        {
            ("couplings", "[0.1, 0.2]"), ("mu2", "[-5]"), ("lambda", "[6, 5]"), ("gain", "100"), ("k", "12"), ("quantile", "\"laplace\""), ("steepness", "2"), ("nu", "9"), ("radial", "\"shell\""), ("shortest", "[1, 2]"),
            ("whiten", "true"), ("lengthscales", "[2, 4]"), ("kernel", "\"gap\""), ("frequency", "9"), ("strides", "[6, 2]"), ("class0", "\"none\""), ("class1", "\"none\""),
        })
        {
            if (!declared.Contains(name))
                Assert.That(() => Read((name, value)), Throws.InstanceOf<InvalidDataException>().With.Message.Contains($"{data} data do not use it"), name);
            else
                Assert.That(Trace(Read([(name, value), .. name == "k" && data == "norta" ? [("quantile", "\"kur\"")] : used]).Data), Is.Not.EqualTo(Trace(plain.Data)), name);
        }
    }

    private static string Trace(DataSettings settings)
    {
        using var generator = new Generator(1);
        return string.Join(' ', settings.Task().Classes.Select(c => string.Join(' ', Values(c.Sample(20, generator).sum([0])))));
    }

    [Test]
    public void No_examples_are_a_tensor_too(
        [Values("ising", "phi4", "nlgp", "kur", "gaussian", "norta", "student-t", "elliptical", "pulse", "block", "photo", "patches")] string data, [Values] Sampler sampler, [Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        using var generator = new Generator(1);
        foreach (var model in SamplePhotographs.Where(DataModels.All[data] with { Sites = 36, Dimensions = data == "patches" ? 2 : 1, Sampler = sampler }).Task().Classes)
            Assert.That(model.Sample(0, generator, dtype).shape, Is.EqualTo(new long[] { 0, 36 }));
    }

    [Test]
    public void Many_classes_one_a_lengthscale([Values(3, 5, 10, 30)] int classes)
    {
        var task = new NlgpSettings { Sites = 20, Lengthscales = [.. Enumerable.Range(1, classes).Select(i => 0.5 + (i / 10.0))] }.Task();
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
        var settings = (KernelSettings)DataModels.All[data] with { Sites = 36, Dimensions = 2, KernelName = kernel };
        var task = settings.Task();
        Assert.That(task.Lattice, Is.EqualTo(Lattice.Torus(6)));
        Assert.That(task.Sites, Is.EqualTo(36));
        Assert.That(task.Classes[0].Description.Contains("kernel", StringComparison.Ordinal), Is.EqualTo(kernel != "gaussian"));
        var clones = (settings with { GaussianClone = true }).Task();
        Assert.That(clones.Lattice, Is.EqualTo(task.Lattice));
        Assert.That(Values(clones.Classes[1].Covariance.FirstRow), Is.EqualTo(Values(task.Classes[1].Covariance.FirstRow)));
    }

    [Test]
    public void Each_quantile_makes_its_marginal()
    {
        double Excess(string quantile) => new NortaSettings { Quantile = quantile, K = 6, Steepness = 1e4 }.Task().Classes[0].Marginal.ExcessKurtosis;
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
        DataSettings settings = new FileSettings { Class0 = folder["a.npy"], Class1 = folder["a.npy"], Sites = 16, Dimensions = 2 };
        var task = settings.Task();
        Assert.That(task.Lattice, Is.EqualTo(Lattice.Torus(4)));
        Assert.That(settings.Resolved(task).Dimensions, Is.EqualTo(2));
        Assert.That(() => (settings with { Sites = 25 }).Task(), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("16 sites, not the 25 of 5x5"));
    }

    [Test]
    public void Files_of_examples_make_a_task_if_their_sites_agree()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder["a.npy"], torch.arange(0, 40, ScalarType.Float32).view(8, 5));
        NpyFile.Write(folder["b.npy"], torch.arange(0, 50, ScalarType.Float64).view(10, 5));
        NpyFile.Write(folder["c.npy"], torch.arange(0, 48, ScalarType.Float64).view(8, 6));
        var task = new FileSettings { Class0 = folder["a.npy"], Class1 = folder["b.npy"] }.Task();
        Assert.That(task.Sites, Is.EqualTo(5));
        Assert.That(task.Classes.Select(c => c.Description), Is.EqualTo(new[] { folder["a.npy"], folder["b.npy"] }));
        Assert.That(() => new FileSettings { Class0 = folder["a.npy"], Class1 = folder["c.npy"] }.Task(),
            Throws.InstanceOf<InvalidSettingException>().With.Message.StartsWith("Class1 is ").And.Message.Contains("c.npy").And.Message.Contains('5').And.Message.Contains('6'));
        Assert.That(new FileSettings { Class0 = folder["a.npy"] }.Task().Classes, Has.Count.EqualTo(1));
    }

    [Test]
    public void Photographs_make_one_class_a_stride()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        File.WriteAllText(folder["a.pgm"], "P2\n40 4\n255\n" + string.Join(" ", Enumerable.Range(0, 160).Select(_ => random.Next(256))) + "\n");
        var task = new PhotoSettings { Sites = 8, Photos = [folder["a.pgm"]], Strides = [5, 2, 1], Order = ClassOrder.Given }.Task();
        Assert.That(task.Classes.Cast<PhotoScanlines>().Select(c => c.Stride), Is.EqualTo(new[] { 5, 2, 1 }));
        Assert.That(() => new PhotoSettings { Sites = 8, Photos = [folder["a.pgm"]], Strides = [6, 1] }.Task(),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("43 pixels"));
    }

    [Test]
    public void A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        NpyFile.Write(folder["a.npy"], torch.arange(0, 40, ScalarType.Float32).view(8, 5));
        foreach (var (settings, setting) in ((DataSettings, string)[])
        [
            (new FileSettings { Class0 = folder["none"], Class1 = folder["a.npy"] }, "Class0"),
            (new FileSettings { Class0 = folder["a.npy"], Class1 = folder["none"] }, "Class1"),
            (new PhotoSettings { Photos = [folder["none"]] }, "Photos"),
        ])
            Assert.That(() => settings.Task(), Throws.InstanceOf<InvalidSettingException>()
                .With.Property("Setting").EqualTo(setting).And.Message.Contains(folder["none"]).And.Message.Contains("a file"));
    }
}
