using System.Text.Json;
using System.Text.Json.Serialization;
using StudentsT = MathNet.Numerics.Distributions.StudentT;

namespace TorchRf.Experiments.Reproduction;

/// <summary>
/// A number of the paper, from paper.json, or a claim of a neighbouring one, from claims.json: either a value with the tolerance within which a measured one is the same, or a bound that it must keep; of a claim that is a
/// sign, the bound 0 of a difference.
/// </summary>
public sealed record PaperNumber
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>The id of the measurement that it is held against.</summary>
    public required string Id { get; init; }

    /// <summary>The neighbouring paper whose claim it is; null for a number of the paper itself.</summary>
    public string? Paper { get; init; }

    /// <summary>What it says, as half a sentence in plain words.</summary>
    public required string Plain { get; init; }

    public double? Value { get; init; }

    /// <summary>How far from the value is still the same; not for <see cref="OneRun"/>.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Whether the value is what one run of theirs came to, of which the spread of runs here says what is ordinary.</summary>
    public bool OneRun { get; init; }

    /// <summary>The paper's words mean: not below this.</summary>
    public double? AtLeast { get; init; }

    /// <summary>The paper's words mean: not above this.</summary>
    public double? AtMost { get; init; }

    /// <summary>Whose number it is.</summary>
    public required Provenance Of { get; init; }

    /// <summary>Where it stands in the paper or in the authors' notebooks, and in which words.</summary>
    public required string Source { get; init; }

    /// <summary>Why the tolerance or the bound is what it is, or why there is none.</summary>
    public required string Because { get; init; }

    /// <summary>In what the run here is smaller than theirs, so that it is not held against them: there is no verdict. Null where it is not.</summary>
    public string? Smaller { get; init; }

    /// <summary>What was tried where the numbers differ.</summary>
    public string? Tried { get; init; }

    /// <summary>Reads paper.json and claims.json, which are parts of the assembly.</summary>
    public static IReadOnlyList<PaperNumber> All() => [.. new[] { "paper", "claims" }.SelectMany(name =>
    {
        using var stream = typeof(PaperNumber).Assembly.GetManifestResourceStream($"TorchRf.Experiments.Reproduction.{name}.json")!;
        return JsonSerializer.Deserialize<PaperNumber[]>(stream, Options)!;
    })];

    /// <summary>
    /// Judges a measurement. A value: the distance to what is allowed must exceed two standard errors, either way. One run's: it is the same within the interval that
    /// holds 95 % of single runs here, and differs outside that of 99 %. A bound is kept or broken with two standard errors to spare. Of a smaller run than theirs nothing is said.
    /// </summary>
    public Judgement Judge(Statistic measured)
    {
        if (Smaller is not null || !double.IsFinite(measured.Mean) || measured.StandardError is not double error)
            return Judgement.CannotTell;
        if (Value is not double value)
            return Within(Math.Min(measured.Mean - (AtLeast ?? double.NegativeInfinity), (AtMost ?? double.PositiveInfinity) - measured.Mean), Judgement.Kept, Judgement.Broken);
        if (!OneRun)
            return Within(Tolerance!.Value - Math.Abs(measured.Mean - value), Judgement.Same, Judgement.Differs);
        bool Holds(double share) => SingleRuns(measured, share) is var (low, high) && value >= low && value <= high;
        return measured.Count < 3 ? Judgement.CannotTell : Holds(0.95) ? Judgement.Same : Holds(0.99) ? Judgement.CannotTell : Judgement.Differs;

        Judgement Within(double room, Judgement inside, Judgement outside) => room >= 2 * error ? inside : room < -2 * error ? outside : Judgement.CannotTell;
    }

    /// <summary>Where a share of single runs lies, if they are about normal: mean ± t std sqrt(1 + 1/count), t of Student's law with count - 1 degrees of freedom.</summary>
    /// <param name="measured">Of two runs or more.</param>
    /// <param name="share">Above 0 and below 1.</param>
    internal static (double Low, double High) SingleRuns(Statistic measured, double share)
    {
        double reach = StudentsT.InvCDF(0, 1, measured.Count - 1, (1 + share) / 2) * measured.Spread * Math.Sqrt(1 + (1.0 / measured.Count));
        return (measured.Mean - reach, measured.Mean + reach);
    }
}

/// <summary>Whose a number is: it stands in the paper's text or figures, in its abstract, in the authors' published notebooks or code, or came of an independent program that was written for this project before it was measured here.</summary>
public enum Provenance { Paper, Abstract, Notebook, Code, Reference }

/// <summary>How a measured number stands to the paper's: the same or not, or, where the paper gives no number but a picture, with a bound that is kept or broken; its own error, too large or not known, may not allow to say.</summary>
public enum Judgement { Same, Differs, CannotTell, Kept, Broken }
