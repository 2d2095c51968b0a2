using System.Globalization;

namespace TorchRf.Benchmarks.Contests;

/// <summary>What a case is to reach.</summary>
/// <param name="AsInstalled">The least ratio of the peer's time to ours, the peer as installed; null where none is set.</param>
/// <param name="Tuned">The least ratio, the peer tuned; null where none is set.</param>
/// <param name="Seconds">The longest that ours may take; null where none is set.</param>
public sealed record Goal(double? AsInstalled = null, double? Tuned = null, double? Seconds = null)
{
    /// <summary>Whether the medians reach it; null where a ratio that it asks for was not measured, and nothing else falls short.</summary>
    /// <param name="timing">What was measured.</param>
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
