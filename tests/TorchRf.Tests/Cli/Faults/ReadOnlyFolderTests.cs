using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace TorchRf.Tests.Cli.Faults;

/// <summary>A folder that may not be written any more, in the middle of a run.</summary>
[Parallelizable(ParallelScope.Self)]
[SupportedOSPlatform("linux")]
public sealed class ReadOnlyFolderTests : FileFixture
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
    private const UnixFileMode NobodyWrites = (UnixFileMode)0b101_101_101;
    private const string Nobody = "65534";

    [Test]
    public void A_folder_that_becomes_read_only_ends_the_run_with_the_last_checkpoint_intact()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            Assert.Ignore("Permissions are those of Linux.");
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
        using (var process = StartUnprivileged([.. command, "--resume"]))
        {
            Assert.That(process.StandardError.ReadLine(), Does.StartWith("Training: step "));
            process.Kill();
            process.WaitForExit();
        }

        Assert.That(TroubledRun.NewestStep(InFolder("run")), Is.GreaterThan(step));
    }

    // Root may write everywhere.
    private Process StartUnprivileged(string[] command)
    {
        string[] program = ["dotnet", Path.Combine(AppContext.BaseDirectory, "TorchRf.Cli.dll"), .. command];
        if (Environment.IsPrivilegedProcess)
            program = ["setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups", .. program];
        return Torchrf.StartOther(Folder, program[0], program[1..]);
    }
}
