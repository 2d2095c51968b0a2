using System.Diagnostics;
using TorchRf.Ica;
using static MathNet.Numerics.Generate;

namespace TorchRf.Experiments;

/// <summary>Independent components of a task's examples and how localized their receptive fields are (LSG figures 1 and 6).</summary>
/// <param name="Solution">The components; the rows of its unmixing are the receptive fields.</param>
/// <param name="Seconds">What the search took, without drawing the examples.</param>
public sealed record IcaStudy(
    IcaSettings Settings, ClassificationTask Task, IcaSolution Solution, IReadOnlyList<double> Ipr, double Seconds)
{
    public LocalizedFraction Localized => LocalizedFraction.Among(Ipr.ToArray(), Task.Sites);

    /// <summary>Fills in what data and device say themselves, and checks everything.</summary>
    public static (IcaSettings Settings, ClassificationTask Task) Prepare(IcaSettings settings)
    {
        var run = settings.Run;
        Setting.Check(run);
        settings.ToOptions();
        var device = ComputeDevice.Resolve(run.Device);
        torch.set_num_threads(run.Threads);
        var data = SamplePhotographs.Where(run.Data);
        var task = data.Task();
        int classes = task.Classes.Count;
        InvalidSettingException.Require(settings.Class is null || (settings.Class >= 0 && settings.Class < classes), nameof(settings.Class), settings.Class, $"from 0 to {classes - 1}, or both");
        InvalidSettingException.Require(settings.Class is not null || settings.Examples % classes == 0, nameof(settings.Examples), settings.Examples, $"a multiple of the {classes} classes, which share them equally");
        int components = Math.Min(settings.Components, task.Sites);
        InvalidSettingException.Require(components >= 1, nameof(settings.Components), settings.Components, $"from 1 to {task.Sites}");
        InvalidSettingException.Require(settings.Examples > components, nameof(settings.Examples), settings.Examples, $"more than the {components} components");
        return (settings with { Components = components, Run = run with { Data = data.Resolved(task), Device = device.ToString() } }, task);
    }

    /// <summary>Draws the examples and searches them.</summary>
    /// <exception cref="InvalidSettingException">A setting is not allowed, or the examples have fewer independent directions than components are wanted.</exception>
    public static IcaStudy Run(IcaSettings settings, IProgress<IcaStep>? progress = null, CancellationToken cancellation = default)
    {
        var (prepared, task) = Prepare(settings);
        using var scope = torch.NewDisposeScope();
        var device = ComputeDevice.Resolve(prepared.Run.Device);
        ulong seed = prepared.Run.Training.Seed;
        using var draws = new Generator(Seeds.Derive(seed, "data"), device);
        var x = prepared.Class is int one ? task.Sample(one, prepared.Examples, draws) : task.Draw(prepared.Examples, draws).X;

        var watch = Stopwatch.StartNew();
        using var start = new Generator(Seeds.Derive(seed, "ica"), device);
        var solution = prepared.Method == IcaMethod.FixedPoint
            ? FastIca.Fit(x, prepared.Components, start, prepared.ToOptions(), progress, cancellation)
            : Trained(x, prepared, start, progress, cancellation);
        double seconds = watch.Elapsed.TotalSeconds;
        var ipr = InverseParticipationRatio.Each(solution.Unmixing);
        solution.Unmixing.DetachFromDisposeScope();
        solution.Mixing.DetachFromDisposeScope();
        return new IcaStudy(prepared, task, solution, ipr, seconds);
    }

    /// <summary>Settings, outcome and the numbers of every component.</summary>
    public JsonObject Json() => new()
    {
        ["settings"] = Settings.ToJson(),
        ["classes"] = new JsonArray([.. Task.Classes.Select(c => (JsonNode)JsonValue.Create(c.Description))]),
        ["converged"] = Solution.Converged,
        ["iterations"] = Solution.Iterations,
        ["change"] = double.IsFinite(Solution.Change) ? Solution.Change : null,
        ["warning"] = Solution.Warning,
        ["final_contrast"] = Solution.FinalContrast,
        ["seconds"] = Math.Round(Seconds, 3),
        ["ipr"] = Numbers(Ipr),
        ["non_gaussianity"] = Numbers(Solution.NonGaussianity),
        ["threshold"] = Localized.Threshold,
        ["localized"] = Localized.Count,
        ["fraction_localized"] = Localized.Fraction,
    };

    /// <summary>"receptive_fields" (components, N) and "mixing" (N, components).</summary>
    public IReadOnlyDictionary<string, Tensor> Weights() => new Dictionary<string, Tensor>
    {
        ["receptive_fields"] = Solution.Unmixing,
        ["mixing"] = Solution.Mixing,
    };

    public override string ToString() => Invariant(
        $"{(Solution.Converged ? "Converged" : "Not converged")} after {Solution.Iterations} iterations: 1 - |w.w'| = {Solution.Change:0.0e+0} (tolerance {Settings.Tolerance:0.0e+0}), {Seconds:0.0} s.");

    private static IcaSolution Trained(Tensor x, IcaSettings settings, Generator start, IProgress<IcaStep>? progress, CancellationToken cancellation)
    {
        using var whitening = Whitening.Of(x, settings.Components);
        using var module = new IndependentComponents(whitening, start);
        return module.Fit(x, settings.ToOptions(), progress, cancellation);
    }

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => (JsonNode?)(double.IsFinite(v) ? JsonValue.Create(v) : null))]);
}

/// <summary>The first receptive fields of an ICA, as lines over a ring or as maps of a torus, and how localized all of them are.</summary>
public static class IcaFigure
{
    private const int Columns = 4;
    private const int Shown = 11;

    /// <summary>Three rows: receptive fields, then the IPR of all, the largest first.</summary>
    public static Figure Of(IcaStudy study)
    {
        using var scope = torch.NewDisposeScope();
        var (settings, lattice, localized) = (study.Settings, study.Task.Lattice, study.Localized);
        // Where all sites are alike, a peak may stand anywhere: in the middle its shape is seen best.
        bool centred = study.Task.Classes.All(c => c.Covariance is IStationaryCovariance);
        var panels = study.Ipr.Take(Shown).Select((ipr, i) => Field(Invariant($"{i + 1}: IPR {ipr:0.00}"), study.Solution.Unmixing[i].ToArray<double>(), lattice, centred)).ToList<Panel?>();
        double[] sorted = [.. study.Ipr.OrderDescending()];
        panels.Add(new Panel("Localization", new Axis("component, by IPR"), new Axis("IPR") { Minimum = 0, Maximum = Math.Min(1, 1.15 * Math.Max(sorted[0], localized.Threshold)) })
        {
            Series = [new PointSeries(LinearRange(1, sorted.Length), sorted)],
            ReferenceLines = [FieldPanels.Localized(lattice.Sites)],
        });
        string of = settings.Class is int one ? study.Task.Classes[one].Description : string.Join(" and ", study.Task.Classes.Select(c => c.Description));
        return new Figure("Independent components: " + of, panels)
        {
            Columns = Math.Min(Columns, panels.Count),
            Caption = Invariant($"N = {lattice}; {(lattice.Dimensions == 1 ? "" : "weights from minus the largest (blue) over 0 (white) to the largest (red); ")}{(centred ? "each field is turned around to have its peak in the middle; " : "")}{study.Ipr.Count} components of {settings.Examples} examples, seed {settings.Run.Training.Seed}; {Way(settings)}; {localized.Count} of {localized.Total} above an IPR of {localized.Threshold:0.000}; {(study.Solution.Converged ? "converged" : "not converged")} after {study.Solution.Iterations} iterations. {FieldPanels.IprInWords}"),
        };
    }

    /// <summary>"FastICA, parallel, logcosh".</summary>
    public static string Way(IcaSettings settings) =>
        $"{(settings.Method == IcaMethod.FixedPoint ? "FastICA" : "autograd")}, {settings.Algorithm.ToString().ToLowerInvariant()}, {settings.Contrast}";

    // w and -w are one component; the larger side is drawn upwards.
    private static Panel Field(string title, double[] w, Lattice lattice, bool centred)
    {
        double reach = w.MaxBy(Math.Abs);
        double[] scaled = Array.ConvertAll(w, v => v / reach);
        int side = lattice.Side, middle = centred ? side / 2 : 0, peak = centred ? Array.IndexOf(scaled, scaled.Max()) : 0;
        int Around(int i, int at) => (i - middle + at + side) % side;
        if (lattice.Dimensions == 1)
            return FieldPanels.Line(LinearRange(-middle, side - 1 - middle), [.. Enumerable.Range(0, side).Select(i => scaled[Around(i, peak)])], title, centred ? "sites from the peak" : "site");
        return FieldPanels.Map(Enumerable.Range(0, side).Select(i => Enumerable.Range(0, side).Select(j => scaled[(Around(i, peak / side) * side) + Around(j, peak % side)]).ToArray()), title);
    }
}
