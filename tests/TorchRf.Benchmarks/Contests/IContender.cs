namespace TorchRf.Benchmarks.Contests;

/// <summary>One side of a case, ready to take its turns.</summary>
public interface IContender
{
    /// <summary>What it is called in reports.</summary>
    string Name { get; }

    /// <summary>Does the work over and over.</summary>
    /// <param name="repetitions">How often.</param>
    /// <param name="cancellation">Ends it after a repetition, or at once where the work heeds it.</param>
    /// <exception cref="PeerException">It cannot.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Turn Take(int repetitions, CancellationToken cancellation);
}
