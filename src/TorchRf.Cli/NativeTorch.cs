namespace TorchRf.Cli;

/// <summary>Torch's native libraries: where there are any, and what to say where they do not load.</summary>
internal static class NativeTorch
{
    // TorchSharp's packages, by .NET's names of platforms.
    private static readonly string[] Platforms = ["linux-x64", "osx-arm64", "win-x64", "win-arm64"];

    /// <summary>What says that they did not load: directly, or while a type that needs them was set up. Null where it was something else.</summary>
    internal static Exception? Unloadable(Exception? e) =>
        e is null or DllNotFoundException ? e
        : e is TypeInitializationException { InnerException: NotSupportedException or DllNotFoundException } t ? t.InnerException
        : Unloadable(e.InnerException);

    /// <summary>Why they did not, in one line.</summary>
    /// <param name="platform">This platform ("linux-musl-x64").</param>
    /// <param name="cause">What the loader said.</param>
    internal static string WhyNot(string platform, Exception cause) =>
        Platforms.Contains(platform)
            ? $"torch's native library does not load: {cause.Message.Trim().Split('\n')[0]}"
            : $"TorchSharp has no native library for {platform}; there are {string.Join(", ", Platforms[..^1])} and {Platforms[^1]}.";
}
