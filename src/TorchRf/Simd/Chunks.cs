namespace TorchRf.Simd;

/// <summary>Work cut into chunks by its size alone, shared out among as many threads as torch computes with.</summary>
internal static class Chunks
{
    /// <summary>
    /// Runs every chunk once, in no particular order. A chunk must write nowhere but to places of its own: who wants a sum adds the chunks'
    /// parts up afterwards, in order, so that results are the same with any number of threads.
    /// </summary>
    /// <param name="count">How many chunks; they are numbered from 0.</param>
    /// <param name="body">Does the chunk of that number.</param>
    internal static void Each(int count, Action<int> body)
    {
        int threads = Math.Min(count, torch.get_num_threads());
        if (threads > 1)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
            return;
        }
        for (int chunk = 0; chunk < count; chunk++)
            body(chunk);
    }
}
