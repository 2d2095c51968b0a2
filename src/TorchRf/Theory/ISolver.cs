namespace TorchRf.Theory;

/// <summary>What moves receptive fields: the right-hand side of dw/dt = v(w). An <see cref="ISolver"/> follows it.</summary>
public interface IFlow
{
    /// <summary>v(w).</summary>
    /// <param name="w">Receptive fields, shape (..., units, N), none of them zero; Float64.</param>
    /// <returns>A new tensor of the same shape. Gradients are not tracked.</returns>
    Tensor Velocity(Tensor w);
}

/// <summary>Integrates a flow.</summary>
public interface ISolver
{
    /// <summary>Follows the flow from an initial state, and keeps what it comes to at the times asked for.</summary>
    /// <param name="flow">dw/dt.</param>
    /// <param name="initial">w at time 0, shape (..., units, N); taken to Float64.</param>
    /// <param name="times">Increasing times, from 0 on.</param>
    /// <param name="progress">Told the steps done.</param>
    /// <param name="cancellation">Ends it after a step.</param>
    /// <exception cref="ArgumentException">There are no times, or they do not increase from 0.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Solution Solve(IFlow flow, Tensor initial, IReadOnlyList<double> times, IProgress<long>? progress = null, CancellationToken cancellation = default);
}

/// <summary>What an integration came to, and how it ended.</summary>
/// <param name="Weights">w at each of the times, shape (times, ..., units, N), Float64, on the device of the initial state.</param>
/// <param name="Times">The times that were asked for and reached; where it ended before the last of them with a finite state, that time too.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Ending">How it ended.</param>
public sealed record Solution(Tensor Weights, IReadOnlyList<double> Times, long Steps, Ending Ending);

/// <summary>How an integration ended.</summary>
public enum Ending
{
    /// <summary>At the last of the times.</summary>
    Done,

    /// <summary>Before, as nothing moved any more.</summary>
    AtRest,

    /// <summary>Before, as it had taken all the steps that it may, or steps had become too short to move time.</summary>
    OutOfSteps,

    /// <summary>Before, as the state stopped being finite.</summary>
    NotFinite,
}

/// <summary>What a solution is put together from.</summary>
internal sealed class SavedStates
{
    private readonly List<Tensor> kept = [];
    private readonly List<double> times = [];

    /// <summary>The time of the last state; null without any.</summary>
    internal double? Last => times.Count > 0 ? times[^1] : null;

    internal static void Require(IReadOnlyList<double> times)
    {
        if (times.Count == 0)
            throw new ArgumentException("At least one time is needed.", nameof(times));
        for (int i = 0; i < times.Count; i++)
            if (!(times[i] >= 0) || (i > 0 && times[i] <= times[i - 1]))
                throw new ArgumentException(FormattableString.Invariant($"Times increase from 0; {times[i]} follows {(i > 0 ? times[i - 1] : 0)}."), nameof(times));
    }

    internal void Add(Tensor w, double time)
    {
        kept.Add(w.clone());
        times.Add(time);
    }

    /// <summary>The solution, whose weights the scope around the one it was made in owns.</summary>
    internal Solution End(Tensor w, long steps, Ending ending) =>
        new((kept.Count > 0 ? torch.stack(kept) : w.new_empty([0, .. w.shape])).MoveToOuterDisposeScope(), times, steps, ending);
}

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
