using System.Runtime.InteropServices;
using TorchRf.Checkpoints;
using TorchRf.Data;
using TorchRf.Models;

namespace TorchRf.Training;

/// <summary>
/// Trains a model, in Float32, on a task by stochastic gradient descent with fresh examples at every step: by autograd, or, for the single ReLU neuron on
/// the CPU, by the same gradient in vector code (<see cref="Sampler"/> chooses). Its whole state (weights, optimiser,
/// generator, snapshots so far, step) can be captured and restored: a restored training goes on to the same bits.
/// </summary>
/// <remarks>The learning rate is that of plain gradient descent on the objective; in a mean over K units, each learns at the rate lr/K.</remarks>
/// <typeparam name="TModel">A module from x, (batch, N) or (inits, batch, N), to f(x) as the objective takes it.</typeparam>
public sealed class Trainer<TModel> : IDisposable
    where TModel : nn.Module<Tensor, Tensor>, IReceptiveFields
{
    // Losses are looked at this often: looking means waiting for the device.
    private const int LossWindow = 16;
    private const long EvaluationExamples = 10_000;
    private const int LongestOptimizer = 60;

    private readonly TModel model;
    private readonly LengthscaleTask task;
    private readonly TrainingSettings settings;
    private readonly IObjective objective;
    private readonly HashSet<long> schedule;
    private readonly Generator generator;
    private readonly Parameter[] parameters;

    // Held, for a number that an operation is given becomes a native one each time, which only a finaliser frees.
    private readonly Scalar descent;
    private readonly Tensor recentLosses;
    private readonly Tensor labels;
    private readonly List<Tensor> snapshots = [];
    private readonly List<SnapshotMetrics> metrics = [];
    private readonly ReluNeuronGradient? neuronGradient;
    private readonly Tensor? batch;
    private long seen;

    /// <param name="model">The model, on the device to train on; it stays the caller's.</param>
    /// <param name="task">Where the examples come from.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="schedule">The steps at which receptive fields are kept, increasing.</param>
    /// <param name="objective">What is minimised; the mean square error without.</param>
    /// <exception cref="InvalidSettingException">A setting is out of its range.</exception>
    /// <exception cref="ArgumentException">The model has not as many initialisations as the settings say, or is not in Float32.</exception>
    public Trainer(TModel model, LengthscaleTask task, TrainingSettings settings, IReadOnlyList<long> schedule, IObjective? objective = null)
    {
        settings.Validate(task.Classes.Count);
        if (model.Weight.shape[0] != settings.Inits)
            throw new ArgumentException($"The model has {model.Weight.shape[0]} initialisations, but the settings say {settings.Inits}.", nameof(model));
        if (model.Weight.dtype != ScalarType.Float32)
            throw new ArgumentException($"Training is in Float32, and the model's weights are {model.Weight.dtype}.", nameof(model));
        (this.model, this.task, this.settings, this.schedule) = (model, task, settings, [.. schedule]);
        this.objective = objective ?? new MeanSquaredError(task.Classes.Count);
        var device = model.Weight.device;
        generator = new Generator(Seeds.Derive(settings.Seed, "data"), device);
        (parameters, descent) = ([.. model.parameters()], -settings.Lr);
        recentLosses = torch.zeros(LossWindow, device: device).DetachFromDisposeScope();
        labels = task.Labels(settings.Batch, device).DetachFromDisposeScope();
        if (!task.WritesInPlace(device))
            return;
        if (model is SingleNeuron { IsReluWithoutBias: true } && this.objective is MeanSquaredError && settings.Streams == Streams.Shared
            && ReluNeuronGradient.IsFor(settings.Inits, task.Sites))
            neuronGradient = new ReluNeuronGradient(task, settings.Inits, settings.Batch);
        else
            batch = torch.empty(settings.Batch * (settings.Streams == Streams.Own ? settings.Inits : 1), task.Sites).DetachFromDisposeScope();
    }

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Trains to the end, from wherever the training is.</summary>
    /// <param name="folder">Where checkpoints go; none are written without.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Ends the training after a step, with a checkpoint.</param>
    /// <exception cref="DivergenceException">The loss or a weight stopped being finite.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public TrainingRun Run(RunFolder? folder = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        KeepSnapshot();
        // So that there is a good checkpoint however early a run diverges.
        if (Step == 0)
            Save(folder);
        while (Step < settings.Steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Save(folder);
                cancellation.ThrowIfCancellationRequested();
            }
            Advance();
            KeepSnapshot();
            if (Step % settings.CheckpointEvery == 0 || Step == settings.Steps)
                Save(folder);
            progress?.Report(new TrainingProgress(Step, settings.Steps));
        }
        CheckLosses();
        return new TrainingRun([.. metrics.Select(m => m.Step)], Snapshots().DetachFromDisposeScope(), [.. metrics], Evaluate(), EvaluateClasses());
    }

    /// <summary>One step of gradient descent on one fresh batch.</summary>
    public void Advance()
    {
        using var scope = torch.NewDisposeScope();
        recentLosses[Step % LossWindow] = (neuronGradient is null ? Descend() : Descend(neuronGradient)).mean();
        Step++;
        if (Step % LossWindow == 0)
            CheckLosses();
    }

    /// <summary>How well each initialisation does now, on balanced examples of its own step that it is not trained on.</summary>
    /// <param name="examples">How many, rounded down to a multiple of the classes.</param>
    /// <exception cref="DivergenceException">A loss is not finite.</exception>
    public Evaluation Evaluate(long examples = EvaluationExamples)
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = Evaluated(examples);
        var evaluation = Evaluation.Of(model, objective, x, y);
        return evaluation.Losses.All(double.IsFinite) ? evaluation : throw new DivergenceException(Step, settings.Lr);
    }

    /// <summary>How well each initialisation does now on the examples of each class, on the same examples as <see cref="Evaluate"/> uses.</summary>
    /// <param name="examples">How many of all classes together, rounded down to a multiple of the classes.</param>
    public IReadOnlyList<Evaluation> EvaluateClasses(long examples = EvaluationExamples)
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = Evaluated(examples);
        long each = x.shape[0] / task.Classes.Count;
        return [.. Enumerable.Range(0, task.Classes.Count).Select(c => Evaluation.Of(model, objective, x.narrow(0, c * each, each), y.narrow(0, c * each, each)))];
    }

    /// <summary>Everything that the rest of the training depends on.</summary>
    /// <returns>Tensors that the caller's scope owns.</returns>
    public Checkpoint Capture()
    {
        CheckLosses();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, parameter) in model.named_parameters())
            tensors["model." + name] = parameter.detach().clone();
        tensors["generator"] = generator.get_state();
        tensors["snapshots"] = Snapshots();
        return new Checkpoint(Step, tensors, [.. metrics], Optimizer);
    }

    /// <summary>Goes back (or on) to a captured state.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is of another model or another run; the training is left as it was.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (checkpoint.Optimizer != Optimizer)
            throw new InvalidDataException($"The checkpoint's optimiser is {OneLine.Of(OneLine.Short(checkpoint.Optimizer, LongestOptimizer))}; this run's is {Optimizer}.");
        if (checkpoint.Step < 0 || checkpoint.Step > settings.Steps)
            throw new InvalidDataException($"The checkpoint is of step {checkpoint.Step}; this run has {settings.Steps}.");
        (Tensor Own, Tensor Held)[] parameters =
            [.. model.named_parameters().Select(p => (p.parameter, checkpoint.Tensor("model." + p.name, p.parameter.dtype, p.parameter.shape)))];
        if (checkpoint.Metrics.FirstOrDefault(m => !schedule.Contains(m.Step)) is SnapshotMetrics stray)
            throw new InvalidDataException($"The checkpoint has a snapshot at step {stray.Step}, where this run keeps none.");
        var kept = checkpoint.Tensor("snapshots", model.Weight.dtype, [checkpoint.Metrics.Count, .. model.Weight.shape]);
        SetGenerator(checkpoint.Tensor("generator", ScalarType.Byte, generator.get_state().shape).cpu());
        // Nothing is changed before all has been checked.
        foreach (var (own, held) in parameters)
            own.copy_(held);
        snapshots.ForEach(s => s.Dispose());
        snapshots.Clear();
        metrics.Clear();
        for (int i = 0; i < checkpoint.Metrics.Count; i++)
            snapshots.Add(kept[i].to(model.Weight.device).clone().DetachFromDisposeScope());
        metrics.AddRange(checkpoint.Metrics);
        seen = Step = checkpoint.Step;
    }

    /// <summary>Frees the tensors the training holds; the model stays the caller's.</summary>
    public void Dispose()
    {
        descent.Dispose();
        generator.Dispose();
        recentLosses.Dispose();
        labels.Dispose();
        batch?.Dispose();
        neuronGradient?.Dispose();
        snapshots.ForEach(s => s.Dispose());
    }

    // Plain gradient descent has no state beside its learning rate.
    private string Optimizer => FormattableString.Invariant($"sgd, lr {settings.Lr}");

    private Tensor Descend()
    {
        model.zero_grad();
        // Summed over initialisations, so that each has the gradient of its own loss.
        var losses = objective.Losses(model, Batch(), labels);
        losses.sum().backward();
        using var noGrad = torch.no_grad();
        foreach (var parameter in parameters)
            if (parameter.grad is Tensor gradient)
                parameter.add_(gradient, descent);
        return losses.detach();
    }

    private Tensor Descend(ReluNeuronGradient neuron)
    {
        using var noGrad = torch.no_grad();
        var (gradient, losses) = neuron.Draw(model.Weight, generator);
        model.Weight.add_(gradient, descent);
        return losses;
    }

    // A batch as it is drawn, class by class; into the same memory every time, where that can be.
    private Tensor Drawn(long examples)
    {
        if (batch is null)
            return task.Draw(examples, generator).X;
        task.Draw(batch, generator);
        return batch;
    }

    private Tensor Batch()
    {
        if (settings.Streams == Streams.Shared)
            return Drawn(settings.Batch);
        // Class by class: (classes, inits, each, N) -> (inits, classes * each, N), in the order of the labels.
        long classes = task.Classes.Count, each = settings.Batch / classes;
        return Drawn(settings.Batch * settings.Inits)
            .view(classes, settings.Inits, each, task.Sites).transpose(0, 1).reshape(settings.Inits, settings.Batch, task.Sites);
    }

    private (Tensor X, Tensor Y) Evaluated(long examples)
    {
        using var fresh = new Generator(Seeds.Derive(settings.Seed, "evaluation", Step), model.Weight.device);
        return task.Draw(examples - (examples % task.Classes.Count), fresh);
    }

    private void SetGenerator(Tensor state)
    {
        if (!GeneratorState.IsPossible(state.ToArray<byte>()))
            throw new InvalidDataException("The checkpoint's generator state is that of no generator.");
        try
        {
            generator.set_state(state);
        }
        catch (ExternalException e)
        {
            throw new InvalidDataException($"The checkpoint's generator state is none ({e.Message.Split('\n')[0]}).");
        }
    }

    private void KeepSnapshot()
    {
        if (!schedule.Contains(Step) || (metrics.Count > 0 && metrics[^1].Step >= Step))
            return;
        using var scope = torch.NewDisposeScope();
        CheckLosses();
        var evaluation = Evaluate();
        metrics.Add(new SnapshotMetrics(Step, evaluation.Loss, evaluation.Accuracy));
        snapshots.Add(model.Weight.detach().clone().DetachFromDisposeScope());
    }

    private Tensor Snapshots() =>
        snapshots.Count > 0 ? torch.stack(snapshots) : torch.zeros([0, .. model.Weight.shape], model.Weight.dtype, model.Weight.device);

    private void Save(RunFolder? folder)
    {
        if (folder is null)
            return;
        using var scope = torch.NewDisposeScope();
        folder.Save(Capture());
    }

    private void CheckLosses()
    {
        using var scope = torch.NewDisposeScope();
        var window = recentLosses.ToArray<float>();
        for (; seen < Step; seen++)
            if (!float.IsFinite(window[seen % LossWindow]))
                throw new DivergenceException(seen + 1, settings.Lr);
        // The last step's weights have had no loss yet.
        foreach (var parameter in parameters)
            if (!parameter.isfinite().all().item<bool>())
                throw new DivergenceException(Step, settings.Lr);
    }
}
