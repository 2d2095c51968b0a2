namespace TorchRf.Data;

/// <summary>
/// Tell classes of examples apart that differ in their lengthscale. Class c has the label y = c; batches hold equally
/// many examples of each class and are drawn anew each time (LSG section 2).
/// </summary>
public sealed class ClassificationTask : IDisposable
{
    /// <param name="classes">One data model a class, in the order of the labels, all over the same sites; of one there is nothing to tell apart, but something to look at. They become the task's own.</param>
    /// <exception cref="ArgumentException">There is none, or their sites differ.</exception>
    public ClassificationTask(params IReadOnlyList<IDataModel> classes)
    {
        if (classes.Count == 0)
            throw new ArgumentException("A task needs classes, and there are none.", nameof(classes));
        if (classes.FirstOrDefault(c => c.Lattice != classes[0].Lattice) is IDataModel odd)
            throw new ArgumentException($"All classes must have the same sites: {classes[0].Lattice}, but {odd.Description} has {odd.Lattice}.", nameof(classes));
        Classes = classes;
    }

    /// <summary>The data models, class 0 first.</summary>
    public IReadOnlyList<IDataModel> Classes { get; }

    /// <summary>The class that the neuron answers to and whose marginal decides: class 1, or the only one.</summary>
    public IDataModel Answered => Classes[Math.Min(1, Classes.Count - 1)];

    /// <summary>What the data say about themselves that whoever goes by them should know, in sentences.</summary>
    public IReadOnlyList<string> Notes => [.. Said.Concat(Classes.SelectMany(c => c.Notes)).Distinct()];

    /// <summary>The settings with the files that were read; null for a task that no settings made.</summary>
    internal DataSettings? Found { get; init; }

    /// <summary>What reading them found.</summary>
    internal IReadOnlyList<string> Said { get; init; } = [];

    /// <summary>N.</summary>
    public int Sites => Classes[0].Sites;

    /// <summary>How the sites are arranged.</summary>
    public Lattice Lattice => Classes[0].Lattice;

    /// <summary>What makes examples in Float32 on a device: "vector code" or "torch", or both where classes differ.</summary>
    public string Sampling(Device device) =>
        string.Join(" and ", Classes.Select(c => (c as ISampledModel)?.Source.VectorCode(device) is null ? "torch" : "vector code").Distinct());

    /// <summary>Draws examples of one class.</summary>
    /// <param name="label">The class.</param>
    /// <param name="examples">How many.</param>
    /// <param name="generator">The stream of randomness; its device is where they are made.</param>
    /// <param name="dtype">Of the examples.</param>
    /// <returns>Shape (examples, N).</returns>
    public Tensor Sample(int label, long examples, Generator generator, ScalarType dtype = ScalarType.Float32) =>
        Classes[label].Sample(examples, generator, dtype);

    /// <summary>Draws a balanced batch, class by class.</summary>
    /// <param name="batch">A multiple of the number of classes.</param>
    /// <param name="generator">The stream of randomness; its device is where the batch is made.</param>
    /// <param name="dtype">Of x and y.</param>
    /// <returns>x, shape (batch, N), and y, shape (batch).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The classes cannot share the batch equally.</exception>
    public (Tensor X, Tensor Y) Draw(long batch, Generator generator, ScalarType dtype = ScalarType.Float32)
    {
        RequireBalance(batch);
        using var scope = torch.NewDisposeScope();
        var x = torch.empty([batch, Sites], dtype, generator.device);
        Draw(x, generator);
        return (x.MoveToOuterDisposeScope(), Labels(batch, generator.device, dtype).MoveToOuterDisposeScope());
    }

    /// <summary>The same batch, drawn into memory that is there already.</summary>
    /// <param name="x">Shape (batch, N), contiguous, on the generator's device; overwritten.</param>
    /// <param name="generator">The stream of randomness.</param>
    /// <exception cref="ArgumentOutOfRangeException">The classes cannot share the batch equally.</exception>
    public void Draw(Tensor x, Generator generator)
    {
        RequireBalance(x.shape[0]);
        using var scope = torch.NewDisposeScope();
        long each = x.shape[0] / Classes.Count;
        for (int c = 0; c < Classes.Count; c++)
            Classes[c].Sample(each, generator, x.dtype, x.narrow(0, c * each, each));
    }

    /// <summary>Closes files and lets go of what the classes hold in memory that the garbage collector does not know.</summary>
    public void Dispose()
    {
        foreach (var model in Classes)
        {
            (model as IDisposable)?.Dispose();
            (model.Covariance as IDisposable)?.Dispose();
        }
    }

    private void RequireBalance(long batch)
    {
        if (batch < Classes.Count || batch % Classes.Count != 0)
            throw new ArgumentOutOfRangeException(nameof(batch), batch, $"a batch is a multiple of the {Classes.Count} classes");
    }

    /// <summary>The labels of a batch: 0 for its first part, 1 for the next, and so on; shape (batch).</summary>
    public Tensor Labels(long batch, Device device, ScalarType dtype = ScalarType.Float32)
    {
        using var scope = torch.NewDisposeScope();
        return torch.arange(0, Classes.Count, dtype, device).unsqueeze(1).expand(Classes.Count, batch / Classes.Count)
            .reshape(batch).MoveToOuterDisposeScope();
    }
}
