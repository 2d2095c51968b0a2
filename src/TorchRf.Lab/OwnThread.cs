namespace TorchRf.Lab;

/// <summary>Work on a thread of its own: torch's number of threads, and the scopes of its tensors, are those of a thread, so that no other work has a part in them.</summary>
internal static class OwnThread
{
    /// <summary>Does it, and hands on what it throws.</summary>
    /// <param name="threads">How many threads an operation may use.</param>
    /// <param name="work">The work.</param>
    internal static Task<T> Run<T>(int threads, Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                torch.set_num_threads(threads);
                using var scope = torch.NewDisposeScope();
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }) { IsBackground = true }.Start();
        return done.Task;
    }
}

/// <summary>Work that cannot be stopped half-way, one piece after the other.</summary>
/// <param name="threads">How many threads an operation may use.</param>
internal sealed class Turns(int threads) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Waits for the turn, unless nobody waits for the work any more, and does it.</summary>
    internal async Task<T> Do<T>(Func<T> work, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            return await OwnThread.Run(threads, work);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();
}
