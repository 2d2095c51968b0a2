using TorchRf.Data;

namespace TorchRf.Training;

/// <summary>Where a training's examples come from.</summary>
public interface IBatches
{
    /// <summary>The next batch.</summary>
    /// <param name="generator">The only source of randomness; its device is where the batch is made.</param>
    /// <returns>
    /// x and y as model and objective take them: x of shape (batch, N), or (inits, batch, N) for models of many initialisations that are each shown their own. Tensors that are made
    /// anew belong to the caller's scope; those that are filled anew each time belong to no scope.
    /// </returns>
    (Tensor X, Tensor Y) Next(Generator generator);
}

/// <summary>Fresh batches of a task, in Float32, drawn into the same memory every time.</summary>
internal sealed class TaskBatches : IBatches, IDisposable
{
    private readonly ClassificationTask task;
    private readonly TrainingSettings settings;
    private readonly Tensor labels;
    private readonly Tensor batch;

    internal TaskBatches(ClassificationTask task, TrainingSettings settings, Device device)
    {
        (this.task, this.settings) = (task, settings);
        labels = task.Labels(settings.Batch, device).DetachFromDisposeScope();
        batch = torch.empty(settings.Batch * (settings.Streams == ExampleStreams.Own ? settings.Inits : 1), task.Sites, device: device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor X, Tensor Y) Next(Generator generator)
    {
        task.Draw(batch, generator);
        if (settings.Streams == ExampleStreams.Shared)
            return (batch, labels);
        // Of each class (inits * count, N) -> (inits, batch, N), in the order of the labels.
        long[] counts = [.. task.Counts(settings.Batch)];
        return (torch.cat([.. counts.Select((count, c) => batch.narrow(0, counts.Take(c).Sum() * settings.Inits, count * settings.Inits).view(settings.Inits, count, task.Sites))], 1), labels);
    }

    /// <summary>Frees the batch.</summary>
    public void Dispose()
    {
        labels.Dispose();
        batch.Dispose();
    }
}
