using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchRf.Cli;

namespace TorchRf.Tests;

/// <summary>The tests' own torch waits and keeps memory as the program's does.</summary>
internal sealed class PassiveThreads
{
    [ModuleInitializer]
    internal static void Ask()
    {
        OpenMp.WaitPassively();
        KeptMemory.Ask();
        // The tests' own rare collections (./test) are not those of programs that they start, whose memory is looked at.
        Environment.SetEnvironmentVariable("DOTNET_GCgen0size", null);
    }

    // Windows has one environment for both.
    [Test]
    [Platform(Exclude = "Win")]
    public void Torch_is_told_to_wait_passively_unless_its_user_said_how()
    {
        // What native code sees, which .NET's own variables do not show.
        var seen = Marshal.PtrToStringAnsi(getenv("OMP_WAIT_POLICY"));
        Assert.That(seen, Is.EqualTo(Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "PASSIVE"));
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern nint getenv(string name);
}
