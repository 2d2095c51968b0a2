using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using TorchRf.Measures;
using TorchRf.Tests.Sweeps.Engines;

namespace TorchRf.Tests.Samples;

/// <summary>Each sample as a process, and what it says.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed partial class SamplesTests : FileFixture
{
    private static readonly string Samples = Path.Combine(Repository.Root, "samples");

    [Test]
    public void QuickStart_ends_with_a_localized_receptive_field_as_foretold()
    {
        var last = Numbers(Said("QuickStart").Last(line => line.TrimStart().StartsWith("1000 ", StringComparison.Ordinal)));
        Assert.That(last, Has.Length.EqualTo(4), "step, loss, IPR trained and by theory");
        Assert.That(last[2..], Is.All.GreaterThan(InverseParticipationRatio.LocalizedAbove(40)));
    }

    [Test]
    public void Components_are_localized_and_independent_in_fresh_examples_too()
    {
        var said = Said("Components");
        Assert.That(said[0], Does.StartWith("Converged after"));
        Assert.That(said[1], Does.EndWith("; 40 of 40 receptive fields are localized."));
        var (variance, correlation) = (Numbers(said[2])[0], Numbers(said[2])[1]);
        Assert.That(variance, Is.EqualTo(1).Within(0.2));
        Assert.That(correlation, Is.LessThan(0.2));
    }

    [Test]
    public void MachineLearning_needs_a_kernel()
    {
        var said = Said("MachineLearning");
        Assert.That(Numbers(said[0])[0], Is.EqualTo(0.5).Within(3 * 0.005));
        Assert.That(Numbers(said[1])[0], Is.GreaterThan(0.9));
        var kurtosis = Numbers(said[2][said[2].IndexOf(':', StringComparison.Ordinal)..]);
        Assert.That(kurtosis[0], Is.EqualTo(kurtosis[2]).Within(3 * kurtosis[1] + 0.01));
    }

    [Test]
    public void OwnModel_learns_and_resumes_to_the_same_loss()
    {
        var losses = Said("OwnModel").Select(line => Numbers(line[line.IndexOf(':', StringComparison.Ordinal)..])).ToArray();
        Assert.That(losses, Has.Length.EqualTo(4));
        Assert.That(losses[2][0], Is.LessThan(losses[0][0]).And.LessThan(Math.Log(2) - 0.1), "below what knows nothing");
        Assert.That(losses[3][1], Is.EqualTo(losses[3][0]));
    }

    // Localization is for laws with thinner tails than the normal one's, at power 1.
    [Test]
    public void OwnMarginal_localizes_below_the_normal_law()
    {
        double[][] said = [.. Said("OwnMarginal").Select(line => Numbers(line[line.IndexOf("excess", StringComparison.Ordinal)..]))];
        Assert.That(said.Select(numbers => Math.Sign(Math.Round(numbers[0], 6))), Is.EqualTo(new[] { -1, 0, 1 }));
        double threshold = InverseParticipationRatio.LocalizedAbove(40);
        Assert.That(said[0][1], Is.GreaterThan(threshold));
        Assert.That(said[1..].Select(numbers => numbers[1]), Is.All.LessThan(threshold));
    }

    [Test]
    public void Every_sample_is_run_here_and_is_short()
    {
        var names = Directory.EnumerateDirectories(Samples).Select(Path.GetFileName).ToArray();
        Assert.That(names.Where(name => !typeof(SamplesTests).GetMethods().Any(test => test.Name.StartsWith(name + "_", StringComparison.Ordinal))), Is.Empty);
        Assert.That(names.Where(name => File.ReadLines(Path.Combine(Samples, name!, "Program.cs")).Count() >= 60), Is.Empty);
    }

    // Pasted by this test where they differ, for a person to look at and commit.
    [Test]
    public void The_page_on_the_library_shows_each_as_it_is()
    {
        var page = Path.Combine(Repository.Root, "docs", "library.md");
        var told = File.ReadAllText(page);
        var shown = ShownSample().Replace(told, sample =>
            $"{sample.Groups["before"]}{File.ReadAllText(Path.Combine(Samples, sample.Groups["name"].Value, "Program.cs")).TrimEnd('\n')}\n```\n");
        if (shown != told)
            File.WriteAllText(page, shown);
        Assert.That(shown, Is.EqualTo(told), $"{page} was out of date, and is no longer");
        Assert.That(ShownSample().Matches(told).Select(m => m.Groups["name"].Value), Is.EquivalentTo(Directory.EnumerateDirectories(Samples).Select(Path.GetFileName)));
    }

    // The lines that it prints, started in a folder of its own.
    private string[] Said(string sample)
    {
        // Threads that wait for one another among other tests make three seconds thirty.
        var (code, output, error) = Shell.Run(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, sample + ".dll")]) { WorkingDirectory = Folder, Environment = { ["OMP_NUM_THREADS"] = "1" } });
        Assert.That(code, Is.Zero, error);
        return output.TrimEnd('\n').Split('\n');
    }

    private static double[] Numbers(string line) => [.. Number().Matches(line).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"(?<before>\[samples/(?<name>\w+)\]\(\.\./samples/\w+\)\n\n```csharp\n).*?\n```\n", RegexOptions.Singleline)]
    private static partial Regex ShownSample();

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Number();
}
