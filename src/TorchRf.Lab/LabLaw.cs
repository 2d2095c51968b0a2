using TorchRf.Data.Marginals;
using TorchRf.Experiments;
using TorchRf.Experiments.Analyzing;
using TorchRf.Experiments.Comparing;
using TorchRf.Training;
using Normal = MathNet.Numerics.Distributions.Normal;

namespace TorchRf.Lab;

/// <summary>What the chosen data are and what is to be expected of them, before anything is trained.</summary>
internal static class LabLaw
{
    private const int Examples = 1000;
    private const int Shown = 4;
    private const int Bins = 48;

    // Of a normal variable.
    private static readonly double[] Quantiles = [.. Enumerable.Range(0, 40_000).Select(i => Normal.InvCDF(0, 1, (i + 0.5) / 40_000))];
    private const double Reach = 4;

    /// <summary>What describe says, and examples: a few of each class, and how the values of many of class 1 are spread.</summary>
    internal static JsonObject Describe(RunSettings settings)
    {
        var data = SamplePhotographs.Where(settings.Data);
        using var task = data.Task();
        using var generator = new Generator(Seeds.Derive(settings.Training.Seed, "lab"));
        var document = Description.Json(data, task);
        document["command"] = LabSettings.CommandLine(LabSettings.Command(settings, task), settings);
        document["side"] = task.Lattice.Side;
        document["samples"] = new JsonArray([.. task.Classes.Select(c => (JsonNode)new JsonArray([.. Rows(c.Sample(Shown, generator))]))]);
        var values = task.Answered.Sample(Examples, generator).to(ScalarType.Float64).ToArray<double>();
        var drawn = Spread(values);
        drawn["examples"] = Examples;
        document["drawn"] = drawn;
        // In the same bins: where a law piles up, its density at a few points says little.
        if (task.Answered.Marginal is TransformedNormal law)
            document["marginal"] = Spread(law.Transform(torch.tensor(Quantiles)).ToArray<double>());
        return document;
    }

    /// <summary>What receptive fields are expected to become.</summary>
    internal static JsonObject Expect(RunSettings settings)
    {
        using var task = SamplePhotographs.Where(settings.Data).Task();
        var expectation = settings is { Model.IsSingleReluNeuron: true, Training.IsPlain: true } ? Expectation.Of(task) : Expectation.OfOthers;
        return new JsonObject { ["expectation"] = expectation.Word, ["said"] = expectation.Said, ["reasons"] = ComparisonReport.Reasons(expectation) };
    }

    private static IEnumerable<JsonNode> Rows(Tensor x) =>
        x.to(ScalarType.Float64).unbind().Select(row => (JsonNode)new JsonArray([.. row.ToArray<double>().Select(v => (JsonNode)Math.Round(v, 4))]));

    private static JsonObject Spread(double[] values)
    {
        double width = 2 * Reach / Bins, mean = values.Average(), variance = values.Average(v => (v - mean) * (v - mean));
        var counts = new long[Bins];
        foreach (var v in values)
            if (Math.Abs(v) < Reach)
                counts[(int)((v + Reach) / width)]++;
        return new JsonObject
        {
            ["x"] = new JsonArray([.. counts.Select((_, i) => (JsonNode)(((i + 0.5) * width) - Reach))]),
            ["density"] = new JsonArray([.. counts.Select(c => (JsonNode)(c / (values.Length * width)))]),
            ["excess_kurtosis"] = (values.Average(v => Math.Pow(v - mean, 4)) / (variance * variance)) - 3,
        };
    }
}
