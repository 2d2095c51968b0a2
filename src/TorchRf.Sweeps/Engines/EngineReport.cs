using System.Text.Json.Nodes;

namespace TorchRf.Sweeps.Engines;

/// <summary>What an engine did.</summary>
/// <param name="Succeeded">Whether all was submitted or, where the engine waits for its tasks, all succeeded.</param>
/// <param name="Lines">For people.</param>
/// <param name="Document">For programs.</param>
public sealed record EngineReport(bool Succeeded, IReadOnlyList<string> Lines, JsonObject Document);
