using System.Globalization;

namespace TorchRf.Benchmarks.Contests;

/// <summary>Work that is timed.</summary>
/// <param name="Name">What it is called, a topic first ("step-nlgp").</param>
/// <param name="Prepare">Makes our side of it; whoever asks for it disposes of it.</param>
public sealed record BenchmarkCase(string Name, string Work, Func<Workload> Prepare)
{
    /// <summary>How many operations a repetition consists of, on both sides; times are told for one.</summary>
    public int Operations { get; init; } = 1;

    /// <summary>How far, in parts of ours, a peer's check may be from ours for both to have done the same.</summary>
    public double Tolerance { get; init; } = 0.02;

    /// <summary>How exact both sides are and what else there is to know when they are compared, in sentences.</summary>
    public string Accuracy { get; init; } = "";

    /// <summary>Whether the peer is run tuned too. The tuning is for torch: of BLAS's threads it leaves one, by which a peer that computes with BLAS alone would lose.</summary>
    public bool IsTuned { get; init; } = true;

    /// <summary>What it is to reach; null where nothing is asked.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Whether the name is this case's or that of its topic.</summary>
    public bool IsCalled(string name) => Name == name || Name.StartsWith(name + "-", StringComparison.Ordinal);
}

/// <summary>What a case is to reach.</summary>
/// <param name="AsInstalled">The least ratio of the peer's time to ours, the peer as installed; null where none is set.</param>
/// <param name="Tuned">The least ratio, the peer tuned; null where none is set.</param>
/// <param name="Seconds">The longest that ours may take; null where none is set.</param>
public sealed record Goal(double? AsInstalled = null, double? Tuned = null, double? Seconds = null)
{
    /// <summary>Whether the medians reach it; null where a ratio that it asks for was not measured, and nothing else falls short.</summary>
    public bool? IsMetBy(CaseTiming timing)
    {
        bool? Reaches(double? least, PeerSetting setting) => least is null ? true : timing.RatioTo(setting.Name) is Quartiles ratio ? ratio.Median >= least : null;
        bool?[] parts = [Reaches(AsInstalled, PeerSetting.AsInstalled), Reaches(Tuned, PeerSetting.Tuned), Seconds is null || timing.Ours.Time.Median <= Seconds];
        return parts.Contains(false) ? false : parts.Contains(null) ? null : true;
    }

    /// <summary>"≥ 5, tuned ≥ 3" or "≤ 0.5 s".</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        AsInstalled is double installed ? string.Create(CultureInfo.InvariantCulture, $"≥ {installed:0.##}") : null,
        Tuned is double tuned ? string.Create(CultureInfo.InvariantCulture, $"tuned ≥ {tuned:0.##}") : null,
        Seconds is double longest ? string.Create(CultureInfo.InvariantCulture, $"≤ {longest:0.##} s") : null,
    }.OfType<string>());
}

/// <summary>How a peer is run.</summary>
/// <param name="Environment">The variables that are set for it beside those that are there.</param>
public sealed record PeerSetting(string Name, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>As whoever installs it has it.</summary>
    public static PeerSetting AsInstalled { get; } = new("as installed", new Dictionary<string, string>());

    /// <summary>
    /// No program of its own: the same work in plain TorchSharp, which takes its turns in this process and so under the same conditions, with the memory that is kept and the threads that
    /// rest; a program of its own that sets neither is slower.
    /// </summary>
    public static PeerSetting Plain { get; } = new("plain TorchSharp", new Dictionary<string, string>());

    /// <summary>
    /// As whoever looks into it would have it: OpenBLAS does not start threads of its own beside torch's, and the C library keeps freed buffers instead of
    /// giving each back to the system and taking it anew, page by page, in the next step.
    /// </summary>
    public static PeerSetting Tuned { get; } = new("tuned", new Dictionary<string, string>
    {
        ["OPENBLAS_NUM_THREADS"] = "1",
        ["MALLOC_MMAP_THRESHOLD_"] = "1073741824",
        ["MALLOC_TRIM_THRESHOLD_"] = "2147483648",
    });
}
