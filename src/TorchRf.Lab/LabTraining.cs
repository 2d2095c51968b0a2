using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Channels;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Models;
using TorchRf.Theory;
using TorchRf.Training;

namespace TorchRf.Lab;

/// <summary>
/// One training as the page watches it: "begin", then "frame" some 20 times a second, "judging", and "done" with what compare (or, where no theory covers the model, train) would have found; "failed" where it
/// diverges. The theory goes beside it, step for step.
/// </summary>
/// <param name="settings">Its settings.</param>
/// <param name="cancellation">Ends it after a step.</param>
internal sealed class LabTraining(RunSettings settings, CancellationToken cancellation) : IProgress<TrainingProgress>, ITrainingLog
{
    private const int MostFields = 12;
    private const int MostNumbers = 4800;
    private const int LossesInAll = 50;
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(50);

    // A page that does not read makes the training wait.
    private readonly Channel<SseItem<string>> events = Channel.CreateBounded<SseItem<string>>(32);
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The trainer tells of steps within scopes of its own: what is kept beyond them is in none.
    private readonly List<Tensor> kept = [];
    private readonly List<(long Step, double Loss)> losses = [];
    private readonly Stopwatch sinceFrame = new();
    private HashSet<long> schedule = [];
    private Ensemble ensemble = null!;
    private UnitNetwork model = null!;
    private Tensor? theory;
    private long predicted;

    /// <summary>Done when it has begun; throws what refuses the settings.</summary>
    internal Task Begun => begun.Task;

    /// <summary>What happens, in order.</summary>
    internal IAsyncEnumerable<SseItem<string>> Events => events.Reader.ReadAllAsync(cancellation);

    /// <summary>Trains, on the thread that calls it.</summary>
    /// <returns>Whether it came to its end.</returns>
    internal bool Run()
    {
        try
        {
            var steps = SnapshotSchedule.OneTwoFive(settings.Training.Steps);
            schedule = [.. steps];
            ensemble = Prepared(out var uncovered);
            model = ensemble.Model();
            // An evaluation draws from a stream of its own: more of them change no other number.
            var training = ensemble.Settings.Training with { LogEvery = Math.Max(1, settings.Training.Steps / LossesInAll) };
            using var trainer = new TaskTrainer<UnitNetwork>(model, ensemble.Task, training, steps, Objectives.Of(model, settings.Model.Loss, ensemble.Task.Classes.Count, training.Targets)) { Log = this };
            theory = ensemble.Flow is null ? null : ensemble.Initial.to(ScalarType.Float64).DetachFromDisposeScope();
            begun.SetResult();
            Tell("begin", new JsonObject
            {
                ["steps"] = settings.Training.Steps,
                ["side"] = ensemble.Task.Lattice.Side,
                ["dimensions"] = ensemble.Task.Lattice.Dimensions,
                ["fields"] = Fields,
                ["localized_above"] = InverseParticipationRatio.LocalizedAbove(ensemble.Task.Sites),
                ["theory"] = theory is null ? null : ComparisonReport.Word(settings.Theory),
                ["uncovered"] = uncovered,
                ["command"] = LabSettings.CommandLine(theory is null ? "train" : "compare", settings),
            });
            var run = trainer.Run(null, this, cancellation);
            Tell("judging", []);
            using var trained = run.Weights;
            Tell("done", Found(run));
            return true;
        }
        catch (OperationCanceledException)
        {
            begun.TrySetCanceled(cancellation);
            return false;
        }
        catch (Exception e)
        {
            if (!begun.TrySetException(e))
                Tell("failed", new JsonObject { ["error"] = e.Message.ReplaceLineEndings(" ") });
            return false;
        }
        finally
        {
            events.Writer.Complete();
            model?.Dispose();
            theory?.Dispose();
            kept.ForEach(w => w.Dispose());
            ensemble?.Initial.Dispose();
            ensemble?.Task.Dispose();
        }
    }

    void ITrainingLog.Begin(long step, IReadOnlyList<SnapshotMetrics> metrics, Tensor snapshots)
    {
    }

    void ITrainingLog.Add(SnapshotMetrics metrics, Tensor weights, bool isSnapshot)
    {
        losses.Add((metrics.Step, metrics.Loss));
        if (!isSnapshot)
            return;
        Follow(metrics.Step);
        if (theory is not null)
            kept.Add(theory.clone().DetachFromDisposeScope());
        Frame(metrics.Step, isSnapshot: true);
    }

    void ITrainingLog.Keep()
    {
    }

    void IProgress<TrainingProgress>.Report(TrainingProgress value)
    {
        if (sinceFrame.Elapsed < BetweenFrames || schedule.Contains(value.Step))
            return;
        Follow(value.Step);
        Frame(value.Step, isSnapshot: false);
    }

    private int Fields => (int)Math.Min(ensemble.Initial.shape[0] * ensemble.Initial.shape[1], Math.Clamp(MostNumbers / ensemble.Task.Sites, 1, MostFields));

    // Of what no theory covers, training alone is shown.
    private Ensemble Prepared(out string? uncovered)
    {
        try
        {
            uncovered = null;
            return Ensemble.Of(settings);
        }
        catch (Exception e) when (LabSettings.IsUncovered(e))
        {
            uncovered = e is InvalidSettingException setting ? setting.Said(JsonNamingPolicy.SnakeCaseLower.ConvertName) : e.Message;
            // What is not allowed in training either is refused again.
            return Ensemble.Of(settings, predicts: false);
        }
    }

    // From where the theory is to a step: the same steps as in one go, and the same bits.
    private void Follow(long step)
    {
        if (theory is null || step <= predicted)
            return;
        double duration = ensemble.Settings.Training.Lr / ensemble.Settings.Model.Units;
        var solution = new Euler(duration).Solve(ensemble.Flow!, theory, [(step - predicted) * duration], null, cancellation);
        if (solution.Ending != Ending.Done)
            throw new ArithmeticException(FormattableString.Invariant($"The theory stopped being finite by step {step}. A smaller learning rate, or an initialisation that is not tiny, usually helps."));
        theory.Dispose();
        (theory, predicted) = (solution.Weights[0].clone().DetachFromDisposeScope(), step);
        solution.Weights.Dispose();
    }

    private void Frame(long step, bool isSnapshot)
    {
        using var scope = torch.NewDisposeScope();
        var w = model.Weight.detach().cpu().to(ScalarType.Float64);
        Tell("frame", new JsonObject
        {
            ["step"] = step,
            ["snapshot"] = isSnapshot,
            ["losses"] = new JsonArray([.. losses.Select(l => (JsonNode)new JsonArray(l.Step, l.Loss))]),
            ["ipr"] = Mean(InverseParticipationRatio.Of(w)),
            ["theory_ipr"] = theory is null ? null : Mean(InverseParticipationRatio.Of(theory)),
            ["cosine"] = theory is null ? null : Mean(Similarity.Cosine(theory.cpu(), w)),
            ["trained"] = Numbers(w),
            ["predicted"] = theory is null ? null : Numbers(theory.cpu()),
        });
        losses.Clear();
        sinceFrame.Restart();
    }

    private JsonObject Found(TrainingRun run)
    {
        if (kept.Count > 0)
        {
            var found = ComparisonReport.Json(Comparison.Of(ensemble, run, torch.stack(kept)));
            found.Remove("settings");
            return found;
        }
        return new JsonObject
        {
            ["snapshots"] = new JsonArray([.. run.Metrics.Select((m, i) => (JsonNode)new JsonObject
            {
                ["step"] = m.Step, ["loss"] = m.Loss, ["accuracy"] = m.Accuracy,
                ["ipr"] = ComparisonReport.Json(Statistic.OfElements(InverseParticipationRatio.Of(run.Weights[i].to(ScalarType.Float64)))),
            })]),
            ["summary"] = TrainedUnits.Of(run, ensemble.Task.Lattice).ToString(),
        };
    }

    private void Tell(string kind, JsonObject told) => events.Writer.WriteAsync(new SseItem<string>(told.ToJsonString(), kind), cancellation).AsTask().GetAwaiter().GetResult();

    private static double? Mean(Tensor values) => Statistic.OfElements(values).Mean is var mean && double.IsFinite(mean) ? mean : null;

    // The fields that are shown, one after the other, as 32-bit numbers in base 64.
    private string Numbers(Tensor w) =>
        Convert.ToBase64String(MemoryMarshal.AsBytes(w.reshape(-1, w.shape[^1]).narrow(0, 0, Fields).to(ScalarType.Float32).contiguous().ToArray<float>().AsSpan()));
}
