using System.Runtime.InteropServices;

namespace TorchRf.Tests.Cli.Faults;

/// <summary>A disk that takes no more in the middle of a run.</summary>
[Parallelizable(ParallelScope.Self)]
[TestFixture]
public sealed class DiskFullTests : FileFixture
{
    [Test]
    public void A_full_disk_ends_the_run_with_the_last_checkpoint_intact()
    {
        NeedLinux();
        TroubledRun.Undisturbed(Folder, "whole");
        Directory.CreateDirectory(InFolder("disk"));
        var torchrf = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "TorchRf.Cli.dll")}' {string.Join(' ', TroubledRun.Command("disk/run"))}";

        // Room for run.json, the curves, the lock and the checkpoints that are kept, and not for the one more that is being written.
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
        Unshared("script");

        var outcome = new Torchrf.Outcome(int.Parse(File.ReadAllText(InFolder("code"))), File.ReadAllText(InFolder("out")), File.ReadAllText(InFolder("error")));
        TroubledRun.SaysThatItCannotWrite(outcome, "disk/run", "No space left on device");
        Assert.That(TroubledRun.NewestStep(InFolder("kept")), Is.GreaterThan(0).And.LessThan(TroubledRun.Steps));
        Assert.That(File.ReadAllText(InFolder("code2")), Is.EqualTo("0\n"), File.ReadAllText(InFolder("error2")));
        TroubledRun.IsLike(Folder, "run", "whole");
    }

    [Test]
    public void A_file_that_may_not_grow_ends_the_run_with_the_last_checkpoint_intact()
    {
        NeedLinux();
        TroubledRun.Undisturbed(Folder, "whole");

        // The last checkpoint is the longest, for it has the most snapshots in it. .NET itself writes machine code through a large file in memory,
        // unless told not to.
        long longest = Directory.GetFiles(InFolder("whole")).Where(IsCheckpoint).Max(file => new FileInfo(file).Length);
        File.WriteAllText(InFolder("script"), $"""
            trap '' XFSZ
            export DOTNET_EnableWriteXorExecute=0
            exec prlimit --fsize={longest - 1} dotnet '{Path.Combine(AppContext.BaseDirectory, "TorchRf.Cli.dll")}' {string.Join(' ', TroubledRun.Command("run"))}
            """);
        TroubledRun.SaysThatItCannotWrite(Torchrf.End(Torchrf.StartOther(Folder, "bash", "script")), "run", "File too large");
        Assert.That(TroubledRun.NewestStep(InFolder("run")), Is.GreaterThan(0).And.LessThan(TroubledRun.Steps));
        TroubledRun.EndsLike(Folder, "run", "whole");
    }

    private static bool IsCheckpoint(string file) => Path.GetFileName(file).StartsWith("checkpoint-", StringComparison.Ordinal);

    private static long Pages(long length) => (length + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize;

    private static void NeedLinux()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            Assert.Ignore("Disks are mounted, and limits set, as on Linux.");
    }

    private void Unshared(string script)
    {
        var outcome = Torchrf.End(Torchrf.StartOther(Folder, "unshare", "--map-root-user", "--mount", "bash", script));
        if (!File.Exists(InFolder("code")))
            Assert.Ignore("No disk of its own could be mounted: " + outcome.Error.ReplaceLineEndings(" "));
        Assert.That(outcome.Code, Is.Zero, outcome.Error);
    }
}
