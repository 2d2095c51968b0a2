using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Models;

namespace TorchRf.Training;

/// <summary>
/// Trains a model of receptive fields, in Float32, on a task by stochastic gradient descent with fresh examples at every step: by autograd, or, for the single ReLU neuron on
/// the CPU, by the same gradient in vector code. Receptive fields, loss and accuracy are kept at the steps of a schedule, and the whole state can be captured and restored.
/// </summary>
/// <remarks>The learning rate is that of plain gradient descent on the objective; in a mean over K units, each learns at the rate lr/K.</remarks>
/// <typeparam name="TModel">A module from x, (batch, N) or (inits, batch, N), to f(x) as the objective takes it.</typeparam>
public sealed class TaskTrainer<TModel> : IDisposable
    where TModel : nn.Module<Tensor, Tensor>, IReceptiveFields
{
    private const long EvaluationExamples = 10_000;

    private readonly TModel model;
    private readonly ClassificationTask task;
    private readonly TrainingSettings settings;
    private readonly IObjective objective;
    private readonly HashSet<long> schedule;
    private readonly Trainer trainer;
    private readonly List<Tensor> snapshots = [];
    private readonly List<SnapshotMetrics> metrics = [];

    // The last step that was looked at, so that none is twice.
    private long looked = -1;

    /// <param name="model">The model, on the device to train on; it stays the caller's.</param>
    /// <param name="task">Where the examples come from.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="schedule">The steps at which receptive fields are kept, increasing.</param>
    /// <param name="objective">What is minimised; the mean square error without.</param>
    /// <exception cref="InvalidSettingException">A setting is out of its range.</exception>
    /// <exception cref="ArgumentException">The model has not as many initialisations as the settings say, or is not in Float32.</exception>
    public TaskTrainer(TModel model, ClassificationTask task, TrainingSettings settings, IReadOnlyList<long> schedule, IObjective? objective = null)
    {
        settings.Validate(task.Classes.Count);
        if (model.Weight.shape[0] != settings.Inits)
            throw new ArgumentException($"The model has {model.Weight.shape[0]} initialisations, but the settings say {settings.Inits}.", nameof(model));
        if (model.Weight.dtype != ScalarType.Float32)
            throw new ArgumentException($"Training is in Float32, and the model's weights are {model.Weight.dtype}.", nameof(model));
        (this.model, this.task, this.settings, this.schedule) = (model, task, settings, [.. schedule]);
        this.objective = objective ?? new MeanSquaredError(task.Classes.Count, settings.Targets);
        trainer = new Trainer(model, Update(), settings.Seed);
    }

    /// <summary>Follows the training; nobody does without.</summary>
    public ITrainingLog? Log { get; init; }

    /// <summary>Steps done.</summary>
    public long Step => trainer.Step;

    /// <inheritdoc cref="Trainer.Gradient"/>
    public string Gradient => trainer.Gradient;

    /// <summary>Trains to the end, from wherever the training is.</summary>
    /// <param name="folder">Where checkpoints go; none are written without.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Ends the training after a step, with a checkpoint.</param>
    /// <exception cref="DivergenceException">The loss or a weight stopped being finite.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public TrainingRun Run(RunFolder? folder = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using (var scope = torch.NewDisposeScope())
            Log?.Begin(looked, metrics, Snapshots());
        Look();
        // So that there is a good checkpoint however early a run diverges.
        if (Step == 0)
            Save(folder);
        try
        {
            trainer.Run(settings.Steps, _ =>
            {
                Look();
                if (Step % settings.CheckpointEvery == 0 || Step == settings.Steps)
                    Save(folder);
                progress?.Report(new TrainingProgress(Step, settings.Steps) { Loss = metrics.LastOrDefault()?.Loss });
            }, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Save(folder);
            throw;
        }
        return new TrainingRun([.. metrics.Select(m => m.Step)], Snapshots().DetachFromDisposeScope(), [.. metrics], Evaluate(), EvaluateClasses()) { Gradient = Gradient };
    }

    /// <summary>One step of gradient descent on one fresh batch.</summary>
    public void Advance() => trainer.Advance();

    /// <summary>How well each initialisation does now, on balanced examples of its own step that it is not trained on.</summary>
    /// <param name="examples">How many, rounded down to a multiple of the classes.</param>
    /// <exception cref="DivergenceException">A loss is not finite.</exception>
    public Evaluation Evaluate(long examples = EvaluationExamples)
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = Evaluated(examples);
        var evaluation = Evaluation.Of(model, objective, x, y);
        return evaluation.Losses.All(double.IsFinite) ? evaluation : throw new DivergenceException(Step, FormattableString.Invariant($"lr {settings.Lr}"));
    }

    /// <summary>How well each initialisation does now on the examples of each class, on the same examples as <see cref="Evaluate"/> uses.</summary>
    /// <param name="examples">How many of all classes together, rounded down to a multiple of the classes.</param>
    public IReadOnlyList<Evaluation> EvaluateClasses(long examples = EvaluationExamples)
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = Evaluated(examples);
        long[] counts = [.. task.Counts(x.shape[0])];
        return [.. counts.Select((count, c) => (First: counts.Take(c).Sum(), count)).Select(of => Evaluation.Of(model, objective, x.narrow(0, of.First, of.count), y.narrow(0, of.First, of.count)))];
    }

    /// <summary>Everything that the rest of the training depends on.</summary>
    /// <returns>What <see cref="Trainer.Capture"/> gives, and "snapshots", the receptive fields so far, shape (snapshots, inits, units, N).</returns>
    public Checkpoint Capture()
    {
        var captured = trainer.Capture();
        return captured with { Tensors = new Dictionary<string, Tensor>(captured.Tensors) { ["snapshots"] = Snapshots() }, Metrics = [.. metrics] };
    }

    /// <summary>Goes back (or on) to a captured state.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is of another model or another run; the training is left as it was.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        using var scope = torch.NewDisposeScope();
        if (checkpoint.Step > settings.Steps)
            throw new InvalidDataException($"The checkpoint is of step {checkpoint.Step}; this run has {settings.Steps}.");
        if (checkpoint.Metrics.FirstOrDefault(m => !schedule.Contains(m.Step)) is SnapshotMetrics stray)
            throw new InvalidDataException($"The checkpoint has a snapshot at step {stray.Step}, where this run keeps none.");
        var kept = trainer.Restore(checkpoint, () => checkpoint.Tensor("snapshots", model.Weight.dtype, [checkpoint.Metrics.Count, .. model.Weight.shape]));
        snapshots.ForEach(s => s.Dispose());
        snapshots.Clear();
        metrics.Clear();
        for (int i = 0; i < checkpoint.Metrics.Count; i++)
            snapshots.Add(kept[i].to(model.Weight.device).clone().DetachFromDisposeScope());
        metrics.AddRange(checkpoint.Metrics);
        looked = Step;
    }

    /// <summary>Frees the tensors the training holds; the model stays the caller's.</summary>
    public void Dispose()
    {
        trainer.Dispose();
        snapshots.ForEach(s => s.Dispose());
    }

    // The one place where it is chosen what makes the gradient.
    private IUpdate Update()
    {
        var device = model.Weight.device;
        if (model is SingleNeuron { IsReluWithoutBias: true } neuron && objective is MeanSquaredError && settings.IsPlain && task.Shares is null && settings.Streams == ExampleStreams.Shared
            && ReluNeuronGradient.IsFor(task, device, settings.Inits))
            return new NeuronUpdate(neuron, new ReluNeuronGradient(task, settings.Inits, settings.Batch), settings.Lr);
        if (model is SparseCodingNetwork { IsOnline: true } sparse)
            return new OnlineUpdate(sparse, new TaskBatches(task, settings, device));
        var (batches, decay) = (new TaskBatches(task, settings, device), settings.L1 > 0 || settings.L2 > 0 ? new WeightDecay(settings.L1 / task.Sites, settings.L2 / task.Sites) : null);
        if (model is TwoLayerNetwork sum && UnitSumUpdate.IsFor(model, objective, task))
            return new UnitSumUpdate(sum, batches, settings.Targets ?? [.. Enumerable.Range(0, task.Classes.Count).Select(c => (double)c)], settings.Batch, Rates, decay);
        return new AutogradUpdate(model, batches, objective, Descent, null) { Decay = decay };
    }

    // Of the receptive fields, and of all else that learns.
    private (double Weights, double Others) Rates => settings.Rates == LearningRates.Plain || model is not UnitNetwork network ? (settings.Lr, settings.Lr)
        : (settings.Lr / network.UnitShare, settings.Lr / network.UnitShare / task.Sites);

    private TorchSharp.Modules.SGD Descent(IEnumerable<Parameter> parameters)
    {
        var (lr, other) = Rates;
        Parameter[] others = [.. parameters.Where(p => p.Handle != model.Weight.Handle)];
        return lr == other || others.Length == 0 ? torch.optim.SGD(parameters, lr)
            : torch.optim.SGD([new TorchSharp.Modules.SGD.ParamGroup([model.Weight], lr), new TorchSharp.Modules.SGD.ParamGroup(others, other)], lr);
    }

    private (Tensor X, Tensor Y) Evaluated(long examples)
    {
        using var fresh = new Generator(Seeds.Derive(settings.Seed, "evaluation", Step), model.Weight.device);
        return task.Draw(examples - (examples % task.Classes.Count), fresh);
    }

    private void Look()
    {
        bool keeps = schedule.Contains(Step) && !(metrics.Count > 0 && metrics[^1].Step >= Step);
        if (!keeps && (Log is null || settings.LogEvery == 0 || Step % settings.LogEvery != 0 || looked >= Step))
            return;
        using var scope = torch.NewDisposeScope();
        trainer.RequireFinite();
        var evaluation = Evaluate();
        var at = new SnapshotMetrics(Step, evaluation.Loss, evaluation.Accuracy);
        if (keeps)
        {
            metrics.Add(at);
            snapshots.Add(model.Weight.detach().clone().DetachFromDisposeScope());
        }
        Log?.Add(at, model.Weight.detach(), keeps);
        looked = Step;
    }

    private Tensor Snapshots() =>
        snapshots.Count > 0 ? torch.stack(snapshots) : torch.zeros([0, .. model.Weight.shape], model.Weight.dtype, model.Weight.device);

    private void Save(RunFolder? folder)
    {
        if (folder is null)
            return;
        using var scope = torch.NewDisposeScope();
        Log?.Keep();
        folder.Save(Capture());
    }
}
