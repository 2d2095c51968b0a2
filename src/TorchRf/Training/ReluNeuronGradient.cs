using System.Buffers;
using TorchRf.Data;
using TorchRf.Data.Sampling;
using TorchRf.Simd;

namespace TorchRf.Training;

/// <summary>
/// The gradient of mean (relu(w.x) - y)^2 for many initialisations on one batch, dL/dw = 2 E[(f - y) 1(w.x &gt; 0) x], in vector code on the CPU: examples are
/// made, answered and forgotten chunk by chunk, while they are in the cache. Autograd on the same batch gives the same to rounding.
/// </summary>
internal sealed class ReluNeuronGradient : IDisposable
{
    // Sums of as many parts are added up in their order, however many threads made them.
    private const int Parts = 32;

    private readonly LengthscaleTask task;
    private readonly ChunkSampler?[] samplers;
    private readonly int inits;
    private readonly int padded;
    private readonly long each;
    private readonly Tensor? batch;
    private readonly (int Class, int Chunk)[] chunks;
    private readonly float[] transposed;
    private readonly float[][] sums = new float[Parts][];
    private readonly double[][] losses = new double[Parts][];
    private readonly float[] gradient;

    /// <param name="task">Where the examples come from; it draws into memory on the CPU.</param>
    /// <param name="inits">How many initialisations.</param>
    /// <param name="batchSize">Examples in a batch.</param>
    internal ReluNeuronGradient(LengthscaleTask task, int inits, long batchSize)
    {
        (this.task, this.inits, each) = (task, inits, batchSize / task.Classes.Count);
        padded = (inits + 7) / 8 * 8;
        samplers = [.. task.Classes.Select(c => c.Vectorised as ChunkSampler)];
        // Where a class cannot be made chunk by chunk, batches are made as a whole first.
        if (samplers.Contains(null) || samplers.Any(s => (long)s!.ChunkRows * task.Sites > LargestChunk))
        {
            Array.Clear(samplers);
            batch = torch.empty(batchSize, task.Sites).DetachFromDisposeScope();
        }
        int rows = RowsWithout(task.Sites);
        chunks = [.. samplers.SelectMany((s, c) => Enumerable.Range(0, s?.Count(each) ?? checked((int)((each + rows - 1) / rows))).Select(i => (c, i)))];
        transposed = new float[task.Sites * padded];
        for (int part = 0; part < Parts; part++)
            (sums[part], losses[part]) = (new float[task.Sites * padded], new double[padded]);
        gradient = new float[inits * task.Sites];
    }

    // Numbers of a chunk of examples that are made on the way; larger ones are made in the batch's own memory.
    private static long LargestChunk => 1 << 20;

    /// <summary>Draws a batch and takes the gradient.</summary>
    /// <param name="weight">w, shape (inits, 1, N), Float32, on the CPU.</param>
    /// <param name="generator">The stream of randomness.</param>
    /// <returns>The gradient of each initialisation's loss, in the shape of the weights, and the losses, shape (inits); the caller's scope owns them.</returns>
    internal (Tensor Gradient, Tensor Losses) Draw(Tensor weight, Generator generator)
    {
        ulong[] keys = [];
        if (batch is null)
            keys = [.. samplers.Select(_ => VectorSampler.NextKey(generator))];
        else
            task.Draw(batch, generator);
        Transpose(weight);
        Chunks.Each(Parts, part => Sum(part, keys));
        var mean = new float[inits];
        Add(mean);
        return (torch.tensor(gradient, weight.shape), torch.tensor(mean));
    }

    /// <summary>Frees the batch.</summary>
    public void Dispose() => batch?.Dispose();

    private void Transpose(Tensor weight)
    {
        var w = weight.data<float>().ToArray();
        for (int init = 0; init < inits; init++)
            for (int site = 0; site < task.Sites; site++)
                transposed[(site * padded) + init] = w[(init * task.Sites) + site];
    }

    private unsafe void Sum(int part, ulong[] keys)
    {
        Array.Clear(sums[part]);
        Array.Clear(losses[part]);
        int from = (int)((long)chunks.Length * part / Parts), to = (int)((long)chunks.Length * (part + 1) / Parts);
        int rows = samplers.Max(s => s?.ChunkRows ?? RowsWithout(task.Sites));
        var made = ArrayPool<float>.Shared.Rent(batch is null ? rows * task.Sites : 0);
        var answers = ArrayPool<float>.Shared.Rent(rows * padded);
        var memory = batch is null ? default : new ExampleMemory(batch);
        fixed (float* room = made, w = transposed, d = answers, sum = sums[part])
        fixed (double* loss = losses[part])
            for (int i = from; i < to; i++)
            {
                var (c, chunk) = chunks[i];
                int size = samplers[c]?.ChunkRows ?? RowsWithout(task.Sites);
                int some = (int)Math.Min(size, each - ((long)chunk * size));
                float* x = room;
                if (samplers[c] is ChunkSampler sampler)
                    sampler.Make(keys[c], chunk, some, x);
                else
                    x = memory.Row((c * each) + ((long)chunk * size));
                Products.Project(x, some, task.Sites, w, padded, d);
                ReluResidual.Of(d, some, padded, c, loss);
                Products.Accumulate(x, some, task.Sites, d, padded, sum);
            }
        ArrayPool<float>.Shared.Return(made);
        ArrayPool<float>.Shared.Return(answers);
    }

    // In Float64, part after part.
    private void Add(float[] mean)
    {
        double examples = each * task.Classes.Count;
        for (int init = 0; init < inits; init++)
        {
            mean[init] = (float)(losses.Sum(l => l[init]) / examples);
            for (int site = 0; site < task.Sites; site++)
            {
                double sum = 0;
                for (int part = 0; part < Parts; part++)
                    sum += sums[part][(site * padded) + init];
                gradient[(init * task.Sites) + site] = (float)(2 * sum / examples);
            }
        }
    }

    private static int RowsWithout(int sites) => Math.Clamp(8192 / sites, 1, 256);
}
