using System.Diagnostics;
using TorchRf.IO;

namespace TorchRf.Tests.Cli.Faults;

/// <summary>A short training that meets with an accident, and must come to the same bits as one that did not.</summary>
internal static class TroubledRun
{
    internal const int Steps = 300;

    private const string Settings = "train --inits 2 --sites 8 --batch 20 --threads 1 --device cpu --seed 3 --checkpoint-every 2";

    private static readonly string[] Results = ["results.json", "weights.safetensors"];

    /// <summary>The command line of a run in a folder of its own below the current one.</summary>
    internal static string[] Command(string run, int steps = Steps) => [.. Settings.Split(' '), "--steps", $"{steps}", "--out", run];

    /// <summary>The same, or with --resume where there is a run to go on with.</summary>
    internal static string[] CommandToGoOn(string folder, string run) =>
        File.Exists(Path.Combine(folder, run, "run.json")) ? [.. Command(run), "--resume"] : Command(run);

    /// <summary>Trains without accidents.</summary>
    internal static void Undisturbed(string folder, string run) => Torchrf.Run(folder, Command(run)).CheckDone();

    /// <summary>Goes on with a run to its end, which must be that of the other.</summary>
    internal static void EndsLike(string folder, string run, string undisturbed)
    {
        Torchrf.Run(folder, CommandToGoOn(folder, run)).CheckDone();
        IsLike(folder, run, undisturbed);
    }

    /// <summary>Asserts that two runs left the same results.</summary>
    internal static void IsLike(string folder, string run, string undisturbed)
    {
        foreach (var file in Results)
            Assert.That(File.ReadAllBytes(Path.Combine(folder, run, file)), Is.EqualTo(File.ReadAllBytes(Path.Combine(folder, undisturbed, file))), file);
    }

    /// <summary>The step of the newest checkpoint; all that there are can be read. -1 where there is none.</summary>
    internal static long NewestStep(string run)
    {
        using var scope = torch.NewDisposeScope();
        var files = Directory.Exists(run) ? Directory.GetFiles(run, "checkpoint-*.safetensors") : [];
        return files.Select(file => long.Parse(SafeTensors.Read(file).Metadata["step"], System.Globalization.CultureInfo.InvariantCulture)).Append(-1).Max();
    }

    /// <summary>Asserts that a program ended because it could not write: with exit code 2 and a last line that names the file and the reason.</summary>
    internal static void SaysThatItCannotWrite(Torchrf.Outcome outcome, string folder, string reason)
    {
        Assert.That(outcome.Code, Is.EqualTo(2), outcome.Error);
        var last = outcome.Error.TrimEnd().Split('\n')[^1];
        Assert.That(last, Does.StartWith("torchrf: ").And.Contains(reason).And.Contains(folder + "/checkpoint-"));
        Assert.That(outcome.Error, Does.Not.Contain("   at "), "a stack trace");
    }

    /// <summary>Kills a run that has been started when it has told of its first steps.</summary>
    internal static void Interrupt(Process started)
    {
        using var process = started;
        Assert.That(process.StandardError.ReadLine(), Does.StartWith("Training: step "));
        process.Kill();
        process.WaitForExit();
    }
}
