namespace TorchRf.Benchmarks.Contests;

/// <summary>How a peer is run.</summary>
/// <param name="Name">What it is called in reports.</param>
/// <param name="Environment">The variables that are set for it beside those that are there.</param>
public sealed record PeerSetting(string Name, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>As whoever installs it has it.</summary>
    public static PeerSetting AsInstalled { get; } = new("as installed", new Dictionary<string, string>());

    /// <summary>
    /// No program of its own: the same work in plain TorchSharp, which takes its turns in this process and so under the same conditions, with the memory that is kept and the threads that
    /// rest; a program of its own that sets neither is slower.
    /// </summary>
    public static PeerSetting Plain { get; } = new("plain TorchSharp", new Dictionary<string, string>());

    /// <summary>
    /// As whoever looks into it would have it: OpenBLAS does not start threads of its own beside torch's, and the C library keeps freed buffers instead of
    /// giving each back to the system and taking it anew, page by page, in the next step.
    /// </summary>
    public static PeerSetting Tuned { get; } = new("tuned", new Dictionary<string, string>
    {
        ["OPENBLAS_NUM_THREADS"] = "1",
        ["MALLOC_MMAP_THRESHOLD_"] = "1073741824",
        ["MALLOC_TRIM_THRESHOLD_"] = "2147483648",
    });
}
