using System.Runtime.InteropServices;

namespace TorchRf;

/// <summary>How torch's threads wait for work.</summary>
/// <remarks>
/// Torch computes with OpenMP, whose threads spin for a while when they have nothing to do. The operations of a small network are short and many, so that they spin most of the time: beside another program a
/// training took 69 s that takes 5 s when they sleep, and on an idle machine 13 s.
/// </remarks>
public static class OpenMp
{
    private const string Policy = "OMP_WAIT_POLICY";

    /// <summary>
    /// Lets idle threads sleep, unless the environment variable OMP_WAIT_POLICY says already how they are to wait. To be called before the first tensor is made: OpenMP looks at the variable once, when torch
    /// is loaded. Setting the variable before the process starts does the same.
    /// </summary>
    public static void WaitPassively()
    {
        if (Environment.GetEnvironmentVariable(Policy) is not null)
            return;
        if (OperatingSystem.IsWindows())
            Environment.SetEnvironmentVariable(Policy, "PASSIVE");
        else
            // .NET keeps an environment of its own, which native code does not see.
            _ = setenv(Policy, "PASSIVE", 0);
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int setenv(string name, string value, int overwrite);
}
