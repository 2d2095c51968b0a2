using TorchRf.Benchmarks.Contests;

namespace TorchRf.Tests.Benchmarks;

/// <summary>A side whose turns take what a list says, with no clock.</summary>
/// <param name="name">What it is called.</param>
/// <param name="record">Where it writes when it has its turns.</param>
/// <param name="seconds">The time of a repetition, turn by turn; the first is the warm-up. None is a failure.</param>
internal sealed class ScriptedContender(string name, List<string> record, params double?[] seconds) : IContender
{
    private int turn;

    public string Name => name;

    internal IReadOnlyList<double> Check { get; init; } = [1.0];

    public Turn Take(int repetitions, CancellationToken cancellation)
    {
        record.Add(name);
        double one = seconds[turn++] ?? throw new PeerException("it has ended", ended: true);
        return new Turn([.. Enumerable.Repeat(one, repetitions)], Check);
    }
}
