using System.Buffers;
using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Models;
using TorchRf.Sampling;
using TorchRf.Simd;

namespace TorchRf.Training;

/// <summary>Plain gradient descent for LSG's neuron on the CPU, with the gradient from vector code.</summary>
internal sealed class NeuronUpdate(SingleNeuron neuron, ReluNeuronGradient gradient, double lr) : IUpdate
{
    // Held, for a number that an operation is given becomes a native one each time, which only a finaliser frees.
    private readonly Scalar descent = -lr;

    public string Gradient => "vector code";

    public string Optimizer { get; } = FormattableString.Invariant($"sgd, lr {lr}");

    public Tensor Step(Generator generator)
    {
        using var noGrad = torch.no_grad();
        var (slope, losses) = gradient.Draw(neuron.Weight, generator);
        neuron.Weight.add_(slope, descent);
        return losses;
    }

    public IReadOnlyDictionary<string, Tensor> Capture() => new Dictionary<string, Tensor>();

    public Action Restorer(Checkpoint checkpoint) => () => { };

    public void Dispose()
    {
        descent.Dispose();
        gradient.Dispose();
    }
}

/// <summary>
/// The gradient of mean (relu(w.x) - y)^2 for many initialisations on one batch, dL/dw = 2 E[(f - y) 1(w.x &gt; 0) x], in vector code on the CPU: examples are
/// made, answered and forgotten chunk by chunk, while they are in the cache. Autograd on the same batch gives the same to rounding; figure 5 as a whole takes 1.9 times as long with it.
/// </summary>
internal sealed class ReluNeuronGradient : IDisposable
{
    // Sums of as many parts are added up in their order, however many threads made them.
    private const int Parts = 32;

    // Weights for which the parts' sums take no more than 64 MiB.
    private const long MostWeights = 1 << 19;

    // Numbers in a chunk of examples that is forgotten again.
    private const long LargestChunk = 1 << 20;
    private const int Cached = 8192;

    private readonly ClassificationTask task;
    private readonly int inits;
    private readonly int padded;
    private readonly long each;

    // What makes each class's examples chunk by chunk; where there is none for one of them, batches are made as a whole.
    private readonly ChunkSampler[]? samplers;
    private readonly Tensor? batch;
    private readonly ExampleMemory memory;

    private readonly (int Class, long First, int Rows)[] chunks;
    private readonly float[] transposed;
    private readonly float[][] sums = new float[Parts][];
    private readonly double[][] losses = new double[Parts][];

    internal ReluNeuronGradient(ClassificationTask task, int inits, long batchSize)
    {
        (this.task, this.inits, each) = (task, inits, batchSize / task.Classes.Count);
        padded = Padded(inits);
        ChunkSampler[] found = [.. task.Classes.Select(c => (c as ISampledModel)?.Source.VectorCode(torch.CPU)).OfType<ChunkSampler>()];
        if (found.Length == task.Classes.Count && found.All(s => (long)s.ChunkRows * task.Sites <= LargestChunk))
        {
            samplers = found;
        }
        else
        {
            batch = torch.empty(batchSize, task.Sites).DetachFromDisposeScope();
            memory = new ExampleMemory(batch);
        }
        chunks = [.. Enumerable.Range(0, task.Classes.Count).SelectMany(ChunksOf)];
        transposed = new float[task.Sites * padded];
        for (int part = 0; part < Parts; part++)
            (sums[part], losses[part]) = (new float[task.Sites * padded], new double[padded]);
    }

    /// <summary>Whether vector code makes the examples, on this device, and so many weights, and a chunk's answers by so many initialisations, are few enough.</summary>
    internal static bool IsFor(ClassificationTask task, Device device, int inits) =>
        task.Classes.All(c => (c as ISampledModel)?.Source.VectorCode(device) is not null)
        && (long)Padded(inits) * task.Sites <= MostWeights && (long)Padded(inits) * Math.Max(256, Cached / task.Sites) <= 1 << 22;

    /// <summary>Draws a batch and takes the gradient.</summary>
    /// <param name="weight">w, shape (inits, 1, N), Float32, on the CPU.</param>
    /// <param name="generator">The stream of randomness.</param>
    /// <returns>The gradient of each initialisation's loss, in the shape of the weights, and the losses, shape (inits); the caller's scope owns them.</returns>
    internal (Tensor Gradient, Tensor Losses) Draw(Tensor weight, Generator generator)
    {
        ulong[] keys = [];
        if (samplers is not null)
            keys = [.. samplers.Select(_ => VectorSampler.NextKey(generator))];
        else
            task.Draw(batch!, generator);
        Transpose(weight);
        Chunks.Each(Parts, part => Sum(part, keys));
        return (torch.tensor(Gradient(), weight.shape), torch.tensor(Losses()));
    }

    /// <summary>Frees the batch.</summary>
    public void Dispose() => batch?.Dispose();

    private static int Padded(int inits) => (inits + 7) / 8 * 8;

    private IEnumerable<(int, long, int)> ChunksOf(int label)
    {
        int rows = samplers?[label].ChunkRows ?? Math.Clamp(Cached / task.Sites, 1, 256);
        for (long first = 0; first < each; first += rows)
            yield return (label, first, (int)Math.Min(rows, each - first));
    }

    private void Transpose(Tensor weight)
    {
        var w = weight.ToArray<float>();
        for (int init = 0; init < inits; init++)
            for (int site = 0; site < task.Sites; site++)
                transposed[(site * padded) + init] = w[(init * task.Sites) + site];
    }

    private unsafe void Sum(int part, ulong[] keys)
    {
        Array.Clear(sums[part]);
        Array.Clear(losses[part]);
        var own = chunks.AsSpan()[(int)((long)chunks.Length * part / Parts)..(int)((long)chunks.Length * (part + 1) / Parts)];
        if (own.IsEmpty)
            return;
        int rows = own[0].Rows;
        foreach (var chunk in own)
            rows = Math.Max(rows, chunk.Rows);
        var room = ArrayPool<float>.Shared.Rent(rows * (padded + (samplers is null ? 0 : task.Sites)));
        fixed (float* answers = room, w = transposed, sum = sums[part])
        fixed (double* loss = losses[part])
            foreach (var (label, first, some) in own)
            {
                float* x;
                if (samplers is null)
                    x = memory.Row((label * each) + first);
                else
                    samplers[label].Make(keys[label], (int)(first / samplers[label].ChunkRows), some, x = answers + (rows * padded));
                Products.Project(x, some, task.Sites, w, padded, answers);
                ReluResidual.Of(answers, some, padded, label, loss);
                Products.Accumulate(x, some, task.Sites, answers, padded, sum);
            }
        ArrayPool<float>.Shared.Return(room);
    }

    private float[] Losses() => [.. Enumerable.Range(0, inits).Select(init => (float)(losses.Sum(part => part[init]) / (each * task.Classes.Count)))];

    // In Float64, part after part.
    private float[] Gradient()
    {
        var gradient = new float[inits * task.Sites];
        var total = new double[padded];
        for (int site = 0; site < task.Sites; site++)
        {
            Array.Clear(total);
            foreach (var part in sums)
                for (int init = 0; init < inits; init++)
                    total[init] += part[(site * padded) + init];
            for (int init = 0; init < inits; init++)
                gradient[(init * task.Sites) + site] = (float)(2 * total[init] / (each * task.Classes.Count));
        }
        return gradient;
    }
}
