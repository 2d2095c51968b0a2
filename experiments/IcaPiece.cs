using System.Text.Json;
using System.Text.Json.Nodes;
using TorchRf.Experiments.Recipes;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>One search for independent components as a piece of a recipe's work: "ipr", "iterations", "converged", "warning" and the tensor "fields".</summary>
internal static class IcaPiece
{
    /// <summary>Searches once for each seed.</summary>
    /// <param name="bench">Where the pieces are kept.</param>
    /// <param name="name">The pieces' name, to which the seed is added.</param>
    /// <param name="settings">With the first seed.</param>
    /// <param name="seeds">How many.</param>
    internal static IReadOnlyList<Piece> Each(Workbench bench, string name, IcaSettings settings, int seeds)
    {
        // Once for all seeds: to make models of photographs takes seconds.
        var prepared = IcaStudy.Prepare(settings).Settings;
        return [.. Enumerable.Range(0, seeds).Select(i =>
        {
            ulong seed = prepared.Run.Training.Seed + (ulong)i;
            var one = prepared with { Run = prepared.Run with { Training = prepared.Run.Training with { Seed = seed } } };
            return bench.Do(FormattableString.Invariant($"{name}-seed{seed}"), one.ToJson(), progress => Search(
                one, new Counted<Ica.IcaStep>(progress, step => new TrainingProgress(step.Iteration, one.Options.MaxIterations)), bench.Cancellation));
        })];
    }

    /// <summary>Over all of the seeds: how often it converged and after how many iterations.</summary>
    internal static string Sentence(string what, IReadOnlyList<Piece> pieces)
    {
        int converged = pieces.Count(p => (bool)p.Numbers["converged"]!);
        var iterations = pieces.Select(p => (int)p.Numbers["iterations"]!).ToArray();
        return $"{what}: converged with {converged} of {pieces.Count} seeds, after {iterations.Min()} to {iterations.Max()} iterations."
            + (pieces.Select(p => (string?)p.Numbers["warning"]).OfType<string>().FirstOrDefault() is string warning ? $" {warning}" : "");
    }

    /// <summary>The IPR of every component.</summary>
    internal static double[] Ipr(Piece piece) => piece.Numbers["ipr"].Deserialize<double[]>()!;

    private static Piece Search(IcaSettings settings, IProgress<Ica.IcaStep> progress, CancellationToken cancellation)
    {
        var study = IcaStudy.Run(settings, progress, cancellation);
        return new Piece(new JsonObject
        {
            ["ipr"] = JsonSerializer.SerializeToNode(study.Ipr),
            ["iterations"] = study.Solution.Iterations,
            ["converged"] = study.Solution.Converged,
            ["warning"] = study.Solution.Warning,
        }, new Dictionary<string, Tensor> { ["fields"] = study.Solution.Unmixing });
    }
}
