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
    private readonly Tensor shares;

    internal TaskBatches(ClassificationTask task, TrainingSettings settings, Device device)
    {
        (this.task, this.settings) = (task, settings);
        int classes = task.Classes.Count;
        shares = torch.tensor([.. task.Shares?.Select(p => (float)p) ?? Enumerable.Repeat(1f / classes, classes)], device: device).DetachFromDisposeScope();
        labels = (settings.RandomClasses ? torch.zeros(0, device: device) : task.Labels(settings.Batch, device)).DetachFromDisposeScope();
        batch = torch.empty(settings.Batch * Streams, task.Sites, device: device).DetachFromDisposeScope();
    }

    private int Streams => settings.Streams == ExampleStreams.Own ? settings.Inits : 1;

    /// <inheritdoc/>
    public (Tensor X, Tensor Y) Next(Generator generator)
    {
        if (settings.RandomClasses)
            return OfRandomClasses(generator);
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
        shares.Dispose();
    }

    // As many examples of each class as were drawn, class by class, and then each to where its label stands.
    private (Tensor X, Tensor Y) OfRandomClasses(Generator generator)
    {
        var drawn = torch.multinomial(shares, batch.shape[0], true, generator);
        var numbers = drawn.ToArray<long>();
        long first = 0;
        for (int c = 0; c < task.Classes.Count; c++)
        {
            long count = numbers.Count(n => n == c);
            if (count > 0)
                task.Classes[c].Sample(count, generator, batch.dtype, batch.narrow(0, first, count));
            first += count;
        }
        var places = torch.tensor(numbers.Index().OrderBy(n => n.Item).Select(n => (long)n.Index).ToArray(), device: batch.device);
        var x = torch.empty_like(batch).index_copy_(0, places, batch);
        var y = drawn.to(batch.dtype);
        return settings.Streams == ExampleStreams.Own ? (x.view(settings.Inits, settings.Batch, task.Sites), y.view(settings.Inits, settings.Batch)) : (x, y);
    }
}
