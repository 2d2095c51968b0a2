using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>torchrf ica, as a person runs it.</summary>
public class IcaCommandTests : FileFixture
{
    [Test]
    public void Localized_components_are_reported_kept_and_drawn([Values("fixed-point", "autograd")] string method)
    {
        var outcome = Torchrf.RunLine(Folder, $"ica --data kur --k 3 --sites 12 --components 6 --examples 4000 --method {method} --out run --json");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        var json = outcome.Json;
        Assert.That(json["ipr"]!.AsArray(), Has.Count.EqualTo(6));
        Assert.That((double)json["fraction_localized"]!, Is.EqualTo((int)json["localized"]! / 6.0));
        Assert.That((string?)json["settings"]!["method"], Is.EqualTo(method));
        Assert.That(outcome.Error.Contains("did not converge", StringComparison.Ordinal), Is.EqualTo(!(bool)json["converged"]!));
        var weights = SafeTensors.Read(InFolder("run/weights.safetensors")).Tensors;
        Assert.That(weights["receptive_fields"].shape, Is.EqualTo(new long[] { 6, 12 }));
        Assert.That(File.Exists(InFolder("run/results.json")) && File.Exists(InFolder("run/run.json")));
    }

    [Test]
    public void Not_converging_is_warned_of_on_standard_error_and_lines_fit_80_columns()
    {
        var outcome = Torchrf.RunLine(Folder, "ica --data kur --k 3 --sites 12 --examples 2000 --class 1 --max-iterations 1 --out run");
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
        Assert.That(outcome.Error, Does.Contain("torchrf: ICA did not converge: after 1 iterations"));
        Assert.That(outcome.Out, Does.Contain("Not converged after 1 iterations").And.Contain("Class 1: Kur").And.Not.Contain("Class 0"));
        Assert.That(outcome.Out.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(80));
    }
}
