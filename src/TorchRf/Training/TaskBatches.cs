using TorchRf.Data;

namespace TorchRf.Training;

/// <summary>Fresh balanced batches of a task, in Float32, drawn into the same memory every time where that can be.</summary>
internal sealed class TaskBatches : IBatches, IDisposable
{
    private readonly LengthscaleTask task;
    private readonly TrainingSettings settings;
    private readonly Tensor labels;
    private readonly Tensor? batch;

    /// <param name="task">Where the examples come from.</param>
    /// <param name="settings">How many, and whether initialisations share them.</param>
    /// <param name="device">Where they are needed.</param>
    internal TaskBatches(LengthscaleTask task, TrainingSettings settings, Device device)
    {
        (this.task, this.settings) = (task, settings);
        labels = task.Labels(settings.Batch, device).DetachFromDisposeScope();
        if (task.WritesInPlace(device))
            batch = torch.empty(Drawn, task.Sites).DetachFromDisposeScope();
    }

    private long Drawn => settings.Batch * (settings.Streams == Streams.Own ? settings.Inits : 1);

    /// <inheritdoc/>
    public (Tensor X, Tensor Y) Next(Generator generator)
    {
        var x = batch;
        if (x is null)
            x = task.Draw(Drawn, generator).X;
        else
            task.Draw(x, generator);
        if (settings.Streams == Streams.Shared)
            return (x, labels);
        // Class by class: (classes, inits, each, N) -> (inits, classes * each, N), in the order of the labels.
        long classes = task.Classes.Count, each = settings.Batch / classes;
        return (x.view(classes, settings.Inits, each, task.Sites).transpose(0, 1).reshape(settings.Inits, settings.Batch, task.Sites), labels);
    }

    /// <summary>Frees the batch.</summary>
    public void Dispose()
    {
        labels.Dispose();
        batch?.Dispose();
    }
}
