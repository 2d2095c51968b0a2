using TorchRf.Benchmarks.Contests;

namespace TorchRf.Benchmarks.Cases;

/// <summary>Everything that is timed.</summary>
public static class BenchmarkCases
{
    /// <summary>All cases, quick to slow within a topic.</summary>
    /// <param name="quick">Smaller work, and none that takes minutes.</param>
    /// <param name="threads">Threads of our side.</param>
    /// <param name="program">How the program itself is started, for the time that takes.</param>
    public static IReadOnlyList<BenchmarkCase> All(bool quick, int threads, IReadOnlyList<string> program) =>
    [
        .. TensorCases.All,
        .. SamplerCases.All,
        .. TrainingCases.All(quick, threads),
        .. FlowCases.All(quick),
        .. ComponentCases.All(quick),
        .. CheckpointCases.All,
        StartUpCase.Of(program),
    ];

    /// <summary>Those of some names or topics, in their own order.</summary>
    /// <param name="cases">All there are.</param>
    /// <param name="only">Names or topics, separated by commas; all without.</param>
    /// <exception cref="InvalidSettingException">None is called so.</exception>
    public static IReadOnlyList<BenchmarkCase> Only(IReadOnlyList<BenchmarkCase> cases, string? only)
    {
        if (only is null)
            return cases;
        var names = only.Split(',').Select(n => n.Trim()).ToArray();
        if (names.FirstOrDefault(n => !cases.Any(c => c.IsCalled(n))) is string unknown)
            throw new InvalidSettingException("only", unknown.Length > 0 ? unknown : only, "names separated by commas, of " + string.Join(", ", cases.Select(c => c.Name)));
        return [.. cases.Where(c => names.Any(c.IsCalled))];
    }
}
