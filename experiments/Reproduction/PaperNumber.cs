using System.Text.Json;
using System.Text.Json.Serialization;

namespace TorchRf.Experiments.Reproduction;

/// <summary>
/// A number of the paper, from paper.json: either a value with the tolerance within which a measured one is the same, or a bound
/// that it must keep.
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

    /// <summary>The paper's value.</summary>
    public double? Value { get; init; }

    /// <summary>How far from the value is still the same.</summary>
    public double? Tolerance { get; init; }

    /// <summary>The paper's words mean: not below this.</summary>
    public double? AtLeast { get; init; }

    /// <summary>The paper's words mean: not above this.</summary>
    public double? AtMost { get; init; }

    /// <summary>Whose number it is.</summary>
    public required Provenance Of { get; init; }

    /// <summary>Where it stands in the paper or in the authors' notebooks, and in which words.</summary>
    public required string Source { get; init; }

    /// <summary>Why the tolerance or the bound is what it is.</summary>
    public required string Because { get; init; }

    /// <summary>What was tried where the numbers differ.</summary>
    public string? Tried { get; init; }

    /// <summary>Reads paper.json, which is part of the assembly.</summary>
    public static IReadOnlyList<PaperNumber> All()
    {
        using var stream = typeof(PaperNumber).Assembly.GetManifestResourceStream("TorchRf.Experiments.Reproduction.paper.json")!;
        return JsonSerializer.Deserialize<PaperNumber[]>(stream, Options)!;
    }

    /// <summary>Judges a measurement: the distance to what is allowed must exceed two standard errors, either way.</summary>
    public Judgement Judge(Statistic measured)
    {
        if (!double.IsFinite(measured.Mean) || measured.StandardError is not double error)
            return Judgement.CannotTell;
        double room = Math.Min(
            Value is double value ? Tolerance!.Value - Math.Abs(measured.Mean - value) : double.PositiveInfinity,
            Math.Min(measured.Mean - (AtLeast ?? double.NegativeInfinity), (AtMost ?? double.PositiveInfinity) - measured.Mean));
        return room >= 2 * error ? Judgement.Same : room < -2 * error ? Judgement.Differs : Judgement.CannotTell;
    }
}

/// <summary>Whose a number is that measured ones are held against.</summary>
public enum Provenance
{
    /// <summary>The paper's text or figures.</summary>
    Paper,

    /// <summary>The authors' published notebooks.</summary>
    Notebook,

    /// <summary>An independent implementation's, where the paper gives none.</summary>
    Independent,
}

/// <summary>How a measured number stands to the paper's.</summary>
public enum Judgement
{
    /// <summary>Within the tolerance, with two standard errors to spare.</summary>
    Same,

    /// <summary>Outside it, with two standard errors to spare.</summary>
    Differs,

    /// <summary>The measurement's own error does not allow to say, or is not known.</summary>
    CannotTell,
}
