namespace TorchRf.Benchmarks.Contests;

/// <summary>A peer that cannot do some work, or is not to be believed any more.</summary>
/// <param name="message">Why, in one line.</param>
/// <param name="ended">Whether it is of no use for other work either.</param>
public sealed class PeerException(string message, bool ended) : Exception(message.ReplaceLineEndings(" "))
{
    /// <summary>Whether it is of no use for other work either.</summary>
    public bool Ended { get; } = ended;
}
