using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TorchRf.Benchmarks.Peers;

/// <summary>A peer that stays alive and takes its turns over its standard input and output, a line of JSON each way. What it answers is checked before it is believed.</summary>
public sealed class PeerProcess : IDisposable
{
    private const int LongestAnswer = 1 << 22;
    private const int LongestQuote = 80;
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(15);

    private readonly Process process;
    private readonly Task<string> complaints;

    private PeerProcess(PeerSetting setting, Process process)
    {
        (Setting, this.process) = (setting, process);
        complaints = LastLine(process.StandardError);
        Versions = [];
    }

    /// <summary>How it is run.</summary>
    public PeerSetting Setting { get; }

    /// <summary>What it says of itself: versions, BLAS, threads.</summary>
    public JsonObject Versions { get; private set; }

    /// <summary>Why it is of no use any more; null while it is.</summary>
    public string? Failure { get; private set; }

    /// <summary>Starts one and hears what it says of itself.</summary>
    /// <param name="interpreter">The program and its first arguments, the script among them.</param>
    /// <exception cref="PeerException">It does not start, or says nothing that can be believed.</exception>
    public static PeerProcess Start(PeerSetting setting, IReadOnlyList<string> interpreter, int threads, CancellationToken cancellation = default)
    {
        var start = new ProcessStartInfo(interpreter[0], [.. interpreter.Skip(1), $"{threads}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in PeerEnvironment.Of(setting))
            start.Environment[name] = value;
        try
        {
            // Not by CliWrap, which pipes whole streams: a turn is a line each way, and the time between them.
            var peer = new PeerProcess(setting, Process.Start(start)!);
            try
            {
                peer.Versions = peer.Answer(cancellation);
                return peer;
            }
            catch
            {
                peer.Dispose();
                throw;
            }
        }
        catch (Win32Exception e)
        {
            throw new PeerException($"{interpreter[0]} does not start: {e.Message}", ended: true);
        }
    }

    /// <summary>Has some work done.</summary>
    /// <exception cref="PeerException">It cannot do that, has died, or answers something else than was asked for.</exception>
    public Turn Take(JsonArray work, int repetitions, CancellationToken cancellation)
    {
        try
        {
            process.StandardInput.WriteLine(new JsonObject { ["work"] = work.DeepClone(), ["repetitions"] = repetitions }.ToJsonString());
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            throw Ended(cancellation);
        }
        var answer = Answer(cancellation);
        if (answer["error"] is JsonValue error && error.TryGetValue(out string? why))
            throw new PeerException(why, ended: false);
        var seconds = Numbers(answer["seconds"]);
        if (seconds is null || seconds.Length != repetitions || !seconds.All(s => s > 0) || Numbers(answer["check"]) is not double[] check)
            throw Nonsense(answer.ToJsonString());
        return new Turn(seconds, check, answer["iterations"] is JsonValue n && n.TryGetValue(out int iterations) ? iterations : null);
    }

    public void Dispose()
    {
        Kill();
        // So that its files can be removed when this returns.
        process.WaitForExit(LongestEnd);
        process.Dispose();
    }

    private static double[]? Numbers(JsonNode? node) =>
        node is JsonArray list && list.All(n => n is JsonValue value && value.TryGetValue(out double number) && double.IsFinite(number))
            ? [.. list.Select(n => n!.GetValue<double>())] : null;

    private JsonObject Answer(CancellationToken cancellation)
    {
        // A read of a pipe cannot be called off; the end of who writes into it ends it.
        using var late = new CancellationTokenSource(LongestTurn);
        using var kills = late.Token.Register(Kill);
        using var cancels = cancellation.Register(Kill);
        var line = ReadLine();
        if (line is null)
            throw late.IsCancellationRequested ? Failed($"no answer within {LongestTurn.TotalMinutes:0} minutes") : Ended(cancellation);
        try
        {
            return JsonNode.Parse(line, documentOptions: Strict) as JsonObject ?? throw Nonsense(line);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw Nonsense(line);
        }
    }

    // Null where the output ends before a line does.
    private string? ReadLine()
    {
        var line = new StringBuilder();
        for (int c; (c = process.StandardOutput.Read()) >= 0; line.Append((char)c))
            if (c == '\n' || line.Length == LongestAnswer)
                return line.ToString();
        return null;
    }

    private PeerException Nonsense(string line) =>
        Failed($"it answers {(line.Length > LongestQuote ? line[..LongestQuote] + "..." : line)}, which is not what was asked for");

    private PeerException Ended(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Kill();
        process.WaitForExit();
        return Failed($"it has ended (code {process.ExitCode}) {complaints.Result}".TrimEnd());
    }

    private PeerException Failed(string why)
    {
        Failure = why;
        Kill();
        return new PeerException(why, ended: true);
    }

    private void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself, or is ending.
        }
    }

    private static async Task<string> LastLine(StreamReader errors)
    {
        var last = "";
        while (await errors.ReadLineAsync().ConfigureAwait(false) is string line)
            last = line.Length > 0 ? line : last;
        return last.Length > 4 * LongestQuote ? last[..(4 * LongestQuote)] : last;
    }
}

/// <summary>A peer that stays alive, on one case.</summary>
public sealed class PeerContender(PeerProcess peer, JsonArray work) : IContender
{
    public string Name => peer.Setting.Name;

    public Turn Take(int repetitions, CancellationToken cancellation) => peer.Take(work, repetitions, cancellation);
}

/// <summary>The environment that a peer gets: this process's as its user gave it.</summary>
internal static class PeerEnvironment
{
    /// <summary>How it differs from this process's: null takes out what this process set for itself, the peer's setting comes in.</summary>
    internal static IReadOnlyDictionary<string, string?> Of(PeerSetting setting)
    {
        // What our own torch is told for itself as it is loaded, and what this process was started with, as Linux keeps it; elsewhere nothing is set behind .NET's back.
        const string ours = "OMP_WAIT_POLICY=", initial = "/proc/self/environ";
        var changes = setting.Environment.ToDictionary(e => e.Key, e => (string?)e.Value);
        if (File.Exists(initial) && !Encoding.UTF8.GetString(File.ReadAllBytes(initial)).Split('\0').Any(entry => entry.StartsWith(ours, StringComparison.Ordinal)))
            changes[ours.TrimEnd('=')] = null;
        return changes;
    }
}
