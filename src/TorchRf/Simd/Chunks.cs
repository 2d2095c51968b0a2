using System.Runtime.ExceptionServices;

namespace TorchRf.Simd;

/// <summary>Work cut into chunks by its size alone, shared out among as many threads as torch computes with.</summary>
internal static class Chunks
{
    /// <summary>
    /// Runs every chunk once, in no particular order. A chunk must write nowhere but to places of its own: who wants a sum adds the chunks'
    /// parts up afterwards, in order, so that results are the same with any number of threads. So is what is thrown: the error of the first chunk that has one.
    /// </summary>
    /// <param name="count">How many chunks; they are numbered from 0.</param>
    /// <param name="body">Does the chunk of that number.</param>
    /// <param name="most">How many threads at most; as many as torch computes with without.</param>
    internal static void Each(int count, Action<int> body, int? most = null)
    {
        int threads = Math.Min(count, most ?? torch.get_num_threads());
        if (threads > 1)
        {
            (int Chunk, ExceptionDispatchInfo Error)? first = null;
            var gate = new Lock();
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, (chunk, loop) =>
            {
                try
                {
                    body(chunk);
                }
                catch (Exception e)
                {
                    // Chunks before this one are still done: one of them may have an error too.
                    loop.Break();
                    lock (gate)
                        if (first is null || chunk < first.Value.Chunk)
                            first = (chunk, ExceptionDispatchInfo.Capture(e));
                }
            });
            first?.Error.Throw();
            return;
        }
        for (int chunk = 0; chunk < count; chunk++)
            body(chunk);
    }
}
