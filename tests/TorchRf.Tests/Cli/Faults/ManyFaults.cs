namespace TorchRf.Tests.Cli.Faults;

/// <summary>How often accidents are repeated: a few times every day, and many times for who asks for it (./test --faults).</summary>
internal static class ManyFaults
{
    internal static int OrFew(int many, int few) => Environment.GetEnvironmentVariable("TORCHRF_FAULTS") == "1" ? many : few;
}
