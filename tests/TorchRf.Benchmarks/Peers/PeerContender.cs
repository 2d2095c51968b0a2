using System.Text.Json.Nodes;
using TorchRf.Benchmarks.Contests;

namespace TorchRf.Benchmarks.Peers;

/// <summary>A peer that stays alive, on one case.</summary>
/// <param name="peer">The peer.</param>
/// <param name="work">What it is asked for.</param>
public sealed class PeerContender(PeerProcess peer, JsonArray work) : IContender
{
    /// <inheritdoc/>
    public string Name => peer.Setting.Name;

    /// <inheritdoc/>
    public Turn Take(int repetitions, CancellationToken cancellation) => peer.Take(work, repetitions, cancellation);
}
