using TorchRf.Sweeps.Engines;

namespace TorchRf.Tests.Sweeps.Engines;

/// <summary>
/// Stands in for torchrf: writes into the sweep's record what it was started for and how it ended. In the sweep's folder hold-K keeps shard K working until it is removed, fail-K makes it fail
/// and deaf-K lets it ignore the warning; pid-K says its process.
/// </summary>
internal sealed class FakeProgram
{
    private const string Script = """
        #!/bin/bash
        out= shard=
        while [ $# -gt 0 ]; do
            case $1 in
                merge) shard=merge ;;
                --out) out=$2; shift ;;
                --shard) shard=${2%/*}; of=${2#*/}; shift ;;
            esac
            shift
        done
        record() { echo "$shard $1" >>"$out/record"; }
        trap 'record warned; exit 138' USR1
        trap 'record stopped; exit 143' TERM
        if [ -e "$out/deaf-$shard" ]; then trap '' USR1; fi
        echo $$ >"$out/pid-$shard.new"
        mv "$out/pid-$shard.new" "$out/pid-$shard"
        record start
        echo "this is $shard, of ${of:-all}, with $OMP_NUM_THREADS $MKL_NUM_THREADS"
        while [ -e "$out/hold-$shard" ]; do sleep 0.05; done
        if [ -e "$out/fail-$shard" ]; then echo "no such luck"; exit 3; fi
        record done

        """;

    /// <param name="home">Where the program is put.</param>
    /// <param name="sweep">The sweep's folder.</param>
    internal FakeProgram(string home, string sweep)
    {
        Path = System.IO.Path.Combine(home, "fake torchrf");
        Folder = Directory.CreateDirectory(System.IO.Path.Combine(home, sweep)).FullName;
        Shell.MakeProgram(Path, Script);
    }

    internal string Path { get; }

    internal string Folder { get; }

    /// <summary>What the program wrote, in the order of time.</summary>
    internal string[] Record => File.Exists(In("record")) ? File.ReadAllLines(In("record")) : [];

    internal SweepTasks Tasks(int of, params int[] shards) => new() { Program = [Path], Plan = "/some/plan's.json", Folder = Folder, Shards = shards, ShardCount = of, Threads = 1 };

    internal void Mark(string what, object shard) => File.WriteAllText(In($"{what}-{shard}"), "");

    internal void Unmark(string what, object shard) => File.Delete(In($"{what}-{shard}"));

    internal int Pid(object shard) => int.Parse(File.ReadAllText(In($"pid-{shard}")), System.Globalization.CultureInfo.InvariantCulture);

    internal string In(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>Waits until the record has a line.</summary>
    internal void WaitFor(string line, int times = 1) => Eventually.Holds(() => Record.Count(l => l == line) >= times, () => $"'{line}' in the record: {string.Join(", ", Record)}");
}
