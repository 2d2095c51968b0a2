using System.Runtime.InteropServices;
using TorchRf.IO;
using LearningRateScheduler = TorchSharp.torch.optim.lr_scheduler.LRScheduler;

namespace TorchRf.Training;

/// <summary>
/// Trains any module: batches from any source, any objective, any of TorchSharp's optimisers and learning-rate schedulers. Its whole state (parameters and buffers, optimiser, schedule, generator,
/// step) can be captured and restored: a restored training goes on to the same bits. <see cref="TaskTrainer{TModel}"/> adds what receptive fields on a task need.
/// </summary>
/// <example>
/// <code>
/// using var trainer = new Trainer(model, batches, new MeanSquaredError(2), p => torch.optim.Adam(p, 1e-3));
/// trainer.Run(1000, t => Console.WriteLine(t.Step));
/// </code>
/// </example>
public sealed class Trainer : IDisposable
{
    // Losses are looked at this often: looking means waiting for the device.
    private const int LossWindow = 16;
    private const int LongestOptimizer = 60;

    // What checkpoints of 0.1.0 call otherwise than state dictionaries do now.
    private static readonly (string Now, string Then)[] Renamed = [("decoder_bias", "decoderBias")];

    private readonly nn.Module<Tensor, Tensor> model;
    private readonly IUpdate update;
    private readonly Generator generator;
    private readonly Parameter[] parameters;
    private readonly Tensor recentLosses;
    private long seen;
    private bool stopped;

    /// <param name="model">The model, on the device to train on; it stays the caller's.</param>
    /// <param name="batches">Where the examples come from; disposed of with the trainer if it can be.</param>
    /// <param name="objective">What is minimised.</param>
    /// <param name="optimizer">Makes the optimiser of the model's parameters; asked again when a state is restored.</param>
    /// <param name="seed">Fixes the batches.</param>
    /// <param name="scheduler">Makes a scheduler of its learning rate, which steps at every step; none without. It may have no state but the number of its steps.</param>
    /// <exception cref="ArgumentException">The scheduler is ReduceLROnPlateau, which depends on all losses so far.</exception>
    public Trainer(nn.Module<Tensor, Tensor> model, IBatches batches, IObjective objective, Func<IEnumerable<Parameter>, torch.optim.Optimizer> optimizer,
        ulong seed = 1, Func<torch.optim.Optimizer, LearningRateScheduler>? scheduler = null)
        : this(model, new AutogradUpdate(model, batches, objective, optimizer, scheduler), seed)
    {
    }

    internal Trainer(nn.Module<Tensor, Tensor> model, IUpdate update, ulong seed)
    {
        (this.model, this.update, parameters) = (model, update, [.. model.parameters()]);
        var device = parameters.FirstOrDefault()?.device ?? throw new ArgumentException("The model has no parameters to train.", nameof(model));
        generator = new Generator(Seeds.Derive(seed, "data"), device);
        recentLosses = torch.zeros(LossWindow, device: device).DetachFromDisposeScope();
    }

    /// <summary>Steps done.</summary>
    public long Step { get; private set; }

    /// <summary>What makes the gradient: "autograd", or "vector code" where a model's has been written out.</summary>
    public string Gradient => update.Gradient;

    /// <summary>Trains on, until so many steps are done in all.</summary>
    /// <param name="steps">The last step.</param>
    /// <param name="after">Told after every step; it may read the model, capture the state, and <see cref="Stop"/>.</param>
    /// <param name="cancellation">Ends the training after a step.</param>
    /// <exception cref="DivergenceException">A loss or a weight stopped being finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(long steps, Action<Trainer>? after = null, CancellationToken cancellation = default)
    {
        stopped = false;
        while (Step < steps && !stopped)
        {
            cancellation.ThrowIfCancellationRequested();
            Advance();
            after?.Invoke(this);
        }
        RequireFinite();
    }

    /// <summary>Has <see cref="Run"/> end after this step.</summary>
    public void Stop() => stopped = true;

    /// <summary>One step on one batch.</summary>
    /// <exception cref="DivergenceException">A loss or a weight stopped being finite some steps ago.</exception>
    public void Advance()
    {
        using var scope = torch.NewDisposeScope();
        recentLosses[Step % LossWindow] = update.Step(generator).mean();
        Step++;
        if (Step % LossWindow == 0)
            RequireFinite();
    }

    /// <summary>Everything that the rest of the training depends on.</summary>
    /// <returns>Tensors that the caller's scope owns: "model.NAME" of everything in the state dictionary, "optimizer.NAME.FIELD" where the optimiser remembers something, and "generator".</returns>
    /// <exception cref="DivergenceException">A loss or a weight stopped being finite.</exception>
    public Checkpoint Capture()
    {
        RequireFinite();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, state) in model.state_dict())
            tensors["model." + name] = state.detach().clone();
        foreach (var (name, tensor) in update.Capture())
            tensors[name] = tensor;
        tensors["generator"] = generator.get_state();
        return new Checkpoint(Step, tensors, [], update.Optimizer);
    }

    /// <summary>Goes back (or on) to a captured state.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is of another model or another optimiser; the training is left as it was.</exception>
    public void Restore(Checkpoint checkpoint) => Restore(checkpoint, () => 0);

    /// <summary>The same, with what somebody else checks in the checkpoint before anything is changed.</summary>
    internal T Restore<T>(Checkpoint checkpoint, Func<T> check)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (checkpoint.Optimizer != update.Optimizer)
            throw new InvalidDataException($"The checkpoint's optimiser is {OneLine.Of(OneLine.Short(checkpoint.Optimizer, LongestOptimizer))}; this run's is {update.Optimizer}.");
        if (checkpoint.Step < 0)
            throw new InvalidDataException($"The checkpoint is of step {checkpoint.Step}.");
        (Tensor Own, Tensor Held)[] held =
            [.. model.state_dict().Select(own => (own.Value, checkpoint.Tensor("model." + NameIn(checkpoint, own.Key), own.Value.dtype, own.Value.shape)))];
        var restoreUpdate = update.Restorer(checkpoint);
        var generatorState = checkpoint.Tensor("generator", ScalarType.Byte, generator.get_state().shape).cpu();
        var rest = check();
        SetGenerator(generatorState);
        // Nothing is changed before all has been checked.
        foreach (var (own, tensor) in held)
            own.copy_(tensor);
        restoreUpdate();
        seen = Step = checkpoint.Step;
        return rest;
    }

    /// <summary>Looks at the losses since it last looked, and at the weights.</summary>
    /// <exception cref="DivergenceException">One is not finite.</exception>
    public void RequireFinite()
    {
        using var scope = torch.NewDisposeScope();
        var window = recentLosses.ToArray<float>();
        for (; seen < Step; seen++)
            if (!float.IsFinite(window[seen % LossWindow]))
                throw new DivergenceException(seen + 1, update.Optimizer);
        // The last step's weights have had no loss yet.
        foreach (var parameter in parameters)
            if (!parameter.isfinite().all().item<bool>())
                throw new DivergenceException(Step, update.Optimizer);
    }

    /// <summary>Frees the tensors that the training holds; the model stays the caller's.</summary>
    public void Dispose()
    {
        update.Dispose();
        generator.Dispose();
        recentLosses.Dispose();
    }

    private static string NameIn(Checkpoint checkpoint, string name) =>
        Renamed.FirstOrDefault(r => r.Now == name && checkpoint.Tensors.ContainsKey("model." + r.Then)).Then ?? name;

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
}
