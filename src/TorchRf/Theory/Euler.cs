namespace TorchRf.Theory;

/// <summary>Euler's method with steps of one size: with the learning rate over the number of units as its step, the deterministic twin of gradient descent.</summary>
/// <param name="step">The time of a step, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">It is not a finite number above 0.</exception>
public sealed class Euler(double step) : ISolver
{
    // Of a step: how far from a whole number of them a time may lie.
    private const double Slack = 1e-6;

    /// <summary>The time of a step.</summary>
    public double Step { get; } = step > 0 && double.IsFinite(step) ? step : throw new ArgumentOutOfRangeException(nameof(step), step, "a step is a finite number above 0");

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A time is no whole number of steps.</exception>
    public Solution Solve(IFlow flow, Tensor initial, IReadOnlyList<double> times, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        SavedStates.Require(times);
        long[] stops = [.. times.Select(time => (long)Math.Round(time / Step))];
        if (times.Where((time, i) => Math.Abs(time - (stops[i] * Step)) > Slack * Step).Select(time => (double?)time).FirstOrDefault() is double odd)
            throw new ArgumentException(FormattableString.Invariant($"The time {odd} is no whole number of steps of {Step}."), nameof(times));
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        using Scalar duration = Step;
        var w = initial.detach().to(ScalarType.Float64).clone();
        var saved = new SavedStates();
        long done = 0;
        foreach (var (i, stop) in stops.Index())
        {
            for (; done < stop; done++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var inner = torch.NewDisposeScope();
                w.add_(flow.Velocity(w), duration);
                progress?.Report(done + 1);
            }
            // Looked at where it is kept: a look takes as long as a tenth of a step.
            if (!w.isfinite().all().item<bool>())
                return saved.End(w, done, Ending.NotFinite);
            saved.Add(w, times[i]);
        }
        return saved.End(w, done, Ending.Done);
    }
}
