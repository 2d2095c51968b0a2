using System.Text.Json.Nodes;

namespace TorchRf.Experiments;

/// <summary>The settings that lie beside a figure's recipe as JSON: one object a row of the figure.</summary>
internal static class FigureSettings
{
    /// <summary>Reads NAME.json, which is part of the assembly.</summary>
    internal static IReadOnlyList<RunSettings> Read(string name)
    {
        using var stream = typeof(FigureSettings).Assembly.GetManifestResourceStream($"TorchRf.Experiments.{name}.json")
            ?? throw new InvalidOperationException($"{name}.json is not part of the assembly");
        return [.. JsonNode.Parse(stream)!.AsArray().Select(row => RunSettings.FromJson(row!.AsObject()))];
    }
}
