using System.Diagnostics;
using System.Runtime.Versioning;

namespace TorchRf.Tests.Cli.Faults;

/// <summary>A disk that takes no more in the middle of a run, or a folder that may not be written any more.</summary>
[Parallelizable(ParallelScope.Self)]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
public sealed class UnwritableTests : FileFixture
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
    private const UnixFileMode NobodyWrites = (UnixFileMode)0b101_101_101;
    private const string Nobody = "65534";

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "TorchRf.Cli.dll");

    [SetUp]
    public void Undisturbed() => TroubledRun.Undisturbed(Folder, "whole");

    [Test]
    public void A_full_disk_ends_the_run_with_the_last_checkpoint_intact()
    {
        Directory.CreateDirectory(InFolder("disk"));
        var torchrf = $"dotnet '{Program}' {string.Join(' ', TroubledRun.Command("disk/run"))}";

        // Room for run.json, the lock and the checkpoints that are kept, and not for the one more that is being written.
        long room = Directory.GetFiles(InFolder("whole")).Where(file => Path.GetFileName(file) is "run.json" or "curves.csv" || IsCheckpoint(file))
            .Sum(file => Pages(new FileInfo(file).Length)) + Pages(1);

        // In a namespace of its own, so that the small disk is nobody else's and goes away with the processes.
        File.WriteAllText(InFolder("script"), $"""
            mount -t tmpfs -o size={room} torchrf disk || exit 77
            {torchrf} > out 2> error; echo $? > code
            mkdir kept && cp disk/run/checkpoint-* kept
            mount -o remount,size=10m disk || exit 77
            {torchrf} --resume > out2 2> error2; echo $? > code2
            cp -r disk/run run
            """);
        var unshared = Torchrf.End(Torchrf.StartOther(Folder, "unshare", "--map-root-user", "--mount", "bash", "script"));
        if (!File.Exists(InFolder("code")))
            Assert.Ignore("No disk of its own could be mounted: " + unshared.Error.ReplaceLineEndings(" "));
        unshared.CheckDone();

        var outcome = new Torchrf.Outcome(int.Parse(File.ReadAllText(InFolder("code"))), File.ReadAllText(InFolder("out")), File.ReadAllText(InFolder("error")));
        TroubledRun.SaysThatItCannotWrite(outcome, "disk/run", "No space left on device");
        Assert.That(TroubledRun.NewestStep(InFolder("kept")), Is.GreaterThan(0).And.LessThan(TroubledRun.Steps));
        Assert.That(File.ReadAllText(InFolder("code2")), Is.EqualTo("0\n"), File.ReadAllText(InFolder("error2")));
        TroubledRun.IsLike(Folder, "run", "whole");
    }

    [Test]
    public void A_file_that_may_not_grow_ends_the_run_with_the_last_checkpoint_intact()
    {
        // The last checkpoint is the longest, for it has the most snapshots in it. .NET itself writes machine code through a large file in memory,
        // unless told not to.
        long longest = Directory.GetFiles(InFolder("whole")).Where(IsCheckpoint).Max(file => new FileInfo(file).Length);
        File.WriteAllText(InFolder("script"), $"""
            trap '' XFSZ
            export DOTNET_EnableWriteXorExecute=0
            exec prlimit --fsize={longest - 1} dotnet '{Program}' {string.Join(' ', TroubledRun.Command("run"))}
            """);
        TroubledRun.SaysThatItCannotWrite(Torchrf.End(Torchrf.StartOther(Folder, "bash", "script")), "run", "File too large");
        Assert.That(TroubledRun.NewestStep(InFolder("run")), Is.GreaterThan(0).And.LessThan(TroubledRun.Steps));
        TroubledRun.EndsLike(Folder, "run", "whole");
    }

    [Test]
    public void A_folder_that_becomes_read_only_ends_the_run_with_the_last_checkpoint_intact()
    {
        File.SetUnixFileMode(Folder, Everybody);

        // Long enough not to end before the folder is closed to it.
        string[] command = TroubledRun.Command("run", steps: 10_000);
        Torchrf.Outcome outcome;
        using (var process = StartUnprivileged(command))
        {
            if (process.StandardError.ReadLine() is not { } line || !line.StartsWith("Training: step ", StringComparison.Ordinal))
            {
                process.WaitForExit();
                Assert.Ignore("The program cannot be run as a user without privileges here: " + process.StandardError.ReadToEnd());
            }

            File.SetUnixFileMode(InFolder("run"), NobodyWrites);
            outcome = Torchrf.End(process);
        }

        TroubledRun.SaysThatItCannotWrite(outcome, "run", "denied");
        long step = TroubledRun.NewestStep(InFolder("run"));
        Assert.That(step, Is.GreaterThan(0));

        // Even to be opened for resuming, the folder must be one that can be written; it says so, and then goes on.
        var refused = Torchrf.End(StartUnprivileged([.. command, "--resume"]));
        Assert.That(refused.Code, Is.EqualTo(2));
        Assert.That(refused.Error, Does.StartWith("torchrf: ").And.Contains("run").And.Contains("denied"));
        File.SetUnixFileMode(InFolder("run"), Everybody);
        TroubledRun.Interrupt(StartUnprivileged([.. command, "--resume"]));
        Assert.That(TroubledRun.NewestStep(InFolder("run")), Is.GreaterThan(step));
    }

    private static bool IsCheckpoint(string file) => Path.GetFileName(file).StartsWith("checkpoint-", StringComparison.Ordinal);

    private static long Pages(long length) => (length + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize;

    // Root may write everywhere.
    private Process StartUnprivileged(string[] command)
    {
        string[] program = ["dotnet", Program, .. command];
        if (Environment.IsPrivilegedProcess)
            program = ["setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups", .. program];
        return Torchrf.StartOther(Folder, program[0], program[1..]);
    }
}
