using System.Text.Json;
using System.Text.Json.Serialization;

namespace TorchRf.Experiments.Reproduction;

/// <summary>A number of the paper, from paper.json: either a value with the tolerance within which a measured one is the same, or a bound that it must keep.</summary>
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

/// <summary>Whose a number is: it stands in the paper's text or figures, in the authors' published notebooks or, where they give none, an independent implementation found it.</summary>
public enum Provenance { Paper, Notebook, Independent }

/// <summary>How a measured number stands to the paper's: within the tolerance or outside it with two standard errors to spare, or its own error, too large or not known, does not allow to say.</summary>
public enum Judgement { Same, Differs, CannotTell }
