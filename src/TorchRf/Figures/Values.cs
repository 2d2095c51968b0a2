namespace TorchRf.Figures;

/// <summary>Takes a caller's numbers: copies them and refuses those that cannot be drawn.</summary>
internal static class Values
{
    internal static double[] Some(IReadOnlyList<double> values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        return values.Count > 0 ? [.. values] : throw new ArgumentException($"{name} is empty.", name);
    }

    internal static double[] Matching(IReadOnlyList<double> values, string name, int count, string other)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        return values.Count == count
            ? [.. values]
            : throw new ArgumentException($"{name} has {values.Count} values, but {other} has {count}.", name);
    }

    internal static double[] Increasing(IReadOnlyList<double> values, string name)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]) || (i > 0 && values[i] <= values[i - 1]))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"{name} must be finite and increasing; it is not at index {i} ({values[i]})."), name);
            }
        }

        return [.. values];
    }

    internal static double[] Errors(IReadOnlyList<double> values, string name)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] < 0)
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"{name} must not be negative; at index {i} it is {values[i]}."), name);
            }
        }

        return [.. values];
    }
}
