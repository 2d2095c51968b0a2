namespace TorchRf.Data;

/// <summary>
/// Tell classes of examples apart that differ in their lengthscale. Class c has the label y = c; batches hold equally
/// many examples of each class, or given shares, and are drawn anew each time (LSG section 2).
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

    /// <summary>Which share of a batch is of each class; equal ones where it is null.</summary>
    public IReadOnlyList<double>? Shares { get; private init; }

    /// <summary>The same task, whose batches hold other shares of the classes.</summary>
    /// <param name="shares">One a class, above 0, that add up to 1; null for equal ones.</param>
    /// <exception cref="ArgumentException">They are not of that kind.</exception>
    public ClassificationTask WithShares(IReadOnlyList<double>? shares)
    {
        if (shares is not null && (shares.Count != Classes.Count || !shares.All(p => p > 0) || Math.Abs(shares.Sum() - 1) > 1e-9))
            throw new ArgumentException($"The {Classes.Count} classes have as many shares above 0 that add up to 1.", nameof(shares));
        return new ClassificationTask(Classes) { Shares = shares, Found = Found, Said = Said };
    }

    /// <summary>How many examples of each class a batch holds: within one of its share where that is no whole number.</summary>
    public IReadOnlyList<long> Counts(long batch)
    {
        if (Shares is null)
            return [.. Classes.Select(_ => batch / Classes.Count)];
        long[] ends = [.. Enumerable.Range(0, Classes.Count + 1).Select(c => c == Classes.Count ? batch : (long)Math.Round(Shares.Take(c).Sum() * batch))];
        return [.. ends.Skip(1).Zip(ends, (end, start) => end - start)];
    }

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

    /// <summary>Draws a batch, class by class.</summary>
    /// <param name="batch">A multiple of the number of classes, where these share it equally.</param>
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
        long first = 0;
        foreach (var (model, count) in Classes.Zip(Counts(x.shape[0])))
        {
            if (count > 0)
                model.Sample(count, generator, x.dtype, x.narrow(0, first, count));
            first += count;
        }
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
        if (batch < Classes.Count || (Shares is null && batch % Classes.Count != 0))
            throw new ArgumentOutOfRangeException(nameof(batch), batch, $"a batch is a multiple of the {Classes.Count} classes");
    }

    /// <summary>The labels of a batch: 0 for its first part, 1 for the next, and so on; shape (batch).</summary>
    public Tensor Labels(long batch, Device device, ScalarType dtype = ScalarType.Float32)
    {
        using var scope = torch.NewDisposeScope();
        return torch.cat([.. Counts(batch).Select((count, c) => torch.full([count], c, dtype, device))]).MoveToOuterDisposeScope();
    }
}
