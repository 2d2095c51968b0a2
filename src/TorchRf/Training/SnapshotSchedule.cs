namespace TorchRf.Training;

/// <summary>The steps at which receptive fields are kept.</summary>
public static class SnapshotSchedule
{
    /// <summary>0, 20, 50, 100, 200, 500, 1000, ... up to and with the last step.</summary>
    public static IReadOnlyList<long> OneTwoFive(long steps)
    {
        var schedule = new List<long> { 0 };
        // As Int128, for the last decade of a long has no next.
        for (Int128 decade = 10; decade <= steps; decade *= 10)
            foreach (var step in (Int128[])[decade, 2 * decade, 5 * decade])
                if (step >= 20 && step < steps)
                    schedule.Add((long)step);
        if (steps > 0)
            schedule.Add(steps);
        return schedule;
    }

    /// <summary>About <paramref name="count"/> steps, evenly spaced from 0 to the last.</summary>
    public static IReadOnlyList<long> Even(long steps, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (long)Math.Round((double)steps * i / (count - 1))).Distinct()];
}
