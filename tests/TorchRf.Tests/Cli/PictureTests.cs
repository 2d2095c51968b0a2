using System.Globalization;
using System.Text.RegularExpressions;
using TorchRf.Data.Marginals;

namespace TorchRf.Tests.Cli;

/// <summary>What commands leave to look at, and how wide it is asked to be.</summary>
public class PictureTests : FileFixture
{
    [TestCase("train --sites 12 --inits 2 --steps 5 --batch 20 --out run", "run/fields", "Receptive fields", "Localization", "Loss")]
    [TestCase("train --data nlgp --sites 6x6 --model committee --units 3 --inits 2 --steps 5 --batch 20 --out run", "run/fields", "Unit 3", "Unit 1, step 5", "Loss")]
    [TestCase("train --sites 12 --inits 1 --steps 1 --batch 20 --out run", "run/fields", "Receptive fields", "Localization", "Loss")]
    [TestCase("predict --sites 12 --inits 2 --steps 5 --out run", "run/fields", "Receptive fields", "Localization", "Size")]
    [TestCase("compare --data nlgp --sites 6x6 --inits 2 --steps 5 --batch 20 --out run", "run/comparison", "Receptive field 1, trained", "Receptive field 1, theory")]
    [TestCase("ica --data kur --k 3 --sites 8 --examples 500 --max-iterations 5 --out run", "run/components", "1: IPR", "Localization")]
    [TestCase("describe --data kur --out run", "run/description", "Covariance", "Marginal of class 1", "Amplifier of class 1")]
    [TestCase("describe --data nlgp --sites 8x8 --out run", "run/description", "distance along a row (sites)")]
    public void A_command_leaves_a_picture_and_its_numbers(string line, string picture, params string[] words)
    {
        var outcome = Torchrf.Do(Folder, line);
        Assert.That(outcome.Out, Does.Contain($"Picture: {picture}.png (and .svg, .pdf, .csv)"));
        foreach (var extension in new[] { "png", "svg", "pdf", "csv" })
            Assert.That(new FileInfo(InFolder($"{picture}.{extension}")).Length, Is.GreaterThan(200), extension);
        var text = File.ReadAllText(InFolder(picture + ".svg"));
        foreach (var word in words)
            Assert.That(text.Contains(word, StringComparison.Ordinal), word);
        Assert.That(File.ReadLines(InFolder(picture + ".csv")).First(), Does.StartWith("panel,title,kind,series,x"));
    }

    [TestCase("""{ "common": { "sites": 12, "inits": 2, "steps": 3, "batch": 10 }, "grid": { "lr": [0.01, 0.1], "batch": [10, 20] } }""", "batch", "lr 0.1")]
    [TestCase("""{ "command": "compare", "common": { "sites": 12, "inits": 2, "steps": 3, "batch": 10 }, "rows": [ { "data": "ising" }, { "data": "kur" } ] }""", "ising", "Localization, theory", "Shape")]
    public void A_sweep_leaves_its_table_as_a_picture(string plan, params string[] words)
    {
        File.WriteAllText(InFolder("plan.json"), plan);
        var outcome = Torchrf.Do(Folder, "sweep plan.json --out sweep --width 120");
        Assert.That(outcome.Out, Does.Contain("Picture: sweep/picture.png (and .svg, .pdf, .csv)"));
        var text = File.ReadAllText(InFolder("sweep/picture.svg"));
        foreach (var word in words)
            Assert.That(text.Contains(word, StringComparison.Ordinal), word);
        Assert.That(Width("sweep/picture.svg"), Is.EqualTo(120).Within(0.1));
    }

    [TestCase("89mm", 89)]
    [TestCase("183", 183)]
    public void A_picture_is_as_wide_as_asked_for(string given, double millimetres)
    {
        var outcome = Torchrf.Do(Folder, $"describe --out . --width {given} --json");
        Assert.That(Width("description.svg"), Is.EqualTo(millimetres).Within(0.1));
        Assert.That(outcome.Json["files"]!.AsArray().Select(f => Path.GetExtension((string)f!)), Is.EqualTo(new[] { ".png", ".svg", ".pdf", ".csv" }));
    }

    // A page's width in millimetres, of which there are 25.4 to 72 points.
    private double Width(string file) =>
        double.Parse(Regex.Match(File.ReadAllText(InFolder(file)), @"<svg [^>]*width=""([0-9.]+)pt""").Groups[1].Value, CultureInfo.InvariantCulture) * 25.4 / 72;
}
