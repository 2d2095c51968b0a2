using System.CommandLine;
using System.Diagnostics;
using TorchRf.Cli;
using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>Signals that stop the program.</summary>
[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Platform("Linux")]
public class StopSignalsTests : FileFixture
{
    private const string Endless = "train --inits 2 --sites 8 --batch 20 --steps 100000000 --checkpoint-every 1000 --threads 1 --out run";

    // Milliseconds: only a guard against hanging.
    private const int Patience = 120_000;

    [TestCase("INT", 130)]
    [TestCase("TERM", 143)]
    [TestCase("USR1", 138)]
    public void A_signal_ends_a_run_with_a_checkpoint_and_a_line(string signal, int code)
    {
        using var process = Begin(Endless);
        Torchrf.Send(signal, process);
        var outcome = Torchrf.End(process, Patience);
        Assert.That(outcome.Code, Is.EqualTo(code));
        Assert.That(outcome.Error.TrimEnd().Split('\n')[^1], Is.EqualTo("torchrf: Stopped. The same command goes on where it was."));
        Assert.That(outcome.Out, Is.Empty);
        var checkpoints = Directory.GetFiles(InFolder("run"), "checkpoint-*.safetensors").Order(StringComparer.Ordinal).ToArray();
        Assert.That(checkpoints, Has.Length.EqualTo(2));
        // The signal's own, or where it came while one was written, that one.
        var (before, last) = (CheckpointFile.Read(checkpoints[0]).Step, CheckpointFile.Read(checkpoints[1]).Step);
        Assert.That(last, last % 1000 == 0 ? Is.EqualTo(before + 1000) : Is.GreaterThan(before).And.LessThan(before + 1000));
        Assert.That(File.Exists(InFolder("run/results.json")), Is.False);
        Assert.That(Directory.GetFiles(InFolder("run"), ".*").Select(Path.GetFileName), Is.EqualTo(new[] { ".lock" }), "nothing half-written, and nobody holds it");
    }

    // It waits for settings that never come, and so cannot end in order.
    [TestCase("TERM", "INT", 130)]
    [TestCase("USR1", "TERM", 143)]
    [TestCase("INT", "USR1", 138)]
    public void The_second_signal_is_obeyed_at_once(string first, string second, int code)
    {
        var pipe = MakePipe("run.json");
        using var process = Torchrf.StartHeedingSignals(Folder, "train", "--config", pipe, "--out", "run");
        using var settings = OpenForWriting(pipe);
        Torchrf.Send(first, process);
        Torchrf.Send(second, process);
        // Two signals a moment apart may change places on their way.
        Assert.That(Torchrf.End(process, Patience).Code, Is.EqualTo(code).Or.EqualTo(first switch { "INT" => 130, "TERM" => 143, _ => 138 }));
        Assert.That(Directory.Exists(InFolder("run")), Is.False);
    }

    [TestCase("INT", 130)]
    [TestCase("USR1", 138)]
    public void A_command_with_nothing_to_save_obeys_the_first(string signal, int code)
    {
        using var process = Torchrf.StartHeedingSignals(Folder, "describe", "--config", MakePipe("run.json"));
        using var settings = OpenForWriting("run.json");
        Torchrf.Send(signal, process);
        Assert.That(Torchrf.End(process, Patience).Code, Is.EqualTo(code));
    }

    // A picture, say: it is drawn to its end, but the run was stopped. Not by Ctrl-C, which tests in the background are deaf to.
    [Test]
    public void What_is_finished_after_a_signal_has_the_signals_code()
    {
        var command = new Command("torchrf");
        command.SetAction(async (_, cancellation) =>
        {
            Torchrf.Send("TERM", Process.GetCurrentProcess());
            await Task.Run(() => cancellation.WaitHandle.WaitOne(Patience), CancellationToken.None);
            return 0;
        });
        // Alone, for the signal is the whole process's.
        Assert.That(Torchrf.Alone(() => CommandLine.Run(command, []).GetAwaiter().GetResult()), Is.EqualTo(143));
    }

    private string MakePipe(string name)
    {
        using var made = Process.Start("mkfifo", [InFolder(name)]);
        made.WaitForExit();
        return name;
    }

    // Waits until the program reads from the other end.
    private FileStream OpenForWriting(string pipe) => new(InFolder(pipe), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

    private Process Begin(string line)
    {
        var process = Torchrf.StartHeedingSignals(Folder, line.Split(' '));
        Assert.That(() => process.HasExited || File.Exists(InFolder("run/checkpoint-0000001000.safetensors")), Is.True.After(Patience, 20));
        return process;
    }
}
