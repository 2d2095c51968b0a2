using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.Ica;
using TorchRf.Measures;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>Independent components of a task's examples and how localized their receptive fields are (LSG figures 1 and 6).</summary>
/// <param name="Settings">What was run.</param>
/// <param name="Task">The classes of data.</param>
/// <param name="Solution">The components; the rows of its unmixing are the receptive fields.</param>
/// <param name="Ipr">The inverse participation ratio of each receptive field.</param>
/// <param name="Threshold">The IPR above which one counts as localized.</param>
/// <param name="Seconds">What the search took, without drawing the examples.</param>
public sealed record IcaStudy(
    IcaSettings Settings, ClassificationTask Task, IcaSolution Solution, IReadOnlyList<double> Ipr, double Threshold, double Seconds)
{
    /// <summary>How many receptive fields are localized.</summary>
    public int Localized => Ipr.Count(v => v > Threshold);

    /// <summary>Fills in what data and device say themselves, and checks everything.</summary>
    /// <exception cref="InvalidSettingException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A file cannot be used.</exception>
    public static (IcaSettings Settings, ClassificationTask Task) Prepare(IcaSettings settings)
    {
        var run = settings.Run;
        Setting.Check(run);
        settings.Options.Validate();
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
    /// <param name="settings">What to run.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the search after a step.</param>
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
            ? FastIca.Fit(x, prepared.Components, start, prepared.Options, progress, cancellation)
            : Trained(x, prepared, start, progress, cancellation);
        double seconds = watch.Elapsed.TotalSeconds;
        var ipr = InverseParticipationRatio.Of(solution.Unmixing.to(ScalarType.Float64)).ToArray<double>();
        solution.Unmixing.DetachFromDisposeScope();
        solution.Mixing.DetachFromDisposeScope();
        return new IcaStudy(prepared, task, solution, ipr, InverseParticipationRatio.LocalizedAbove(task.Sites), seconds);
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
        ["threshold"] = Threshold,
        ["localized"] = Localized,
        ["fraction_localized"] = Localized / (double)Ipr.Count,
    };

    /// <summary>"receptive_fields" (components, N) and "mixing" (N, components).</summary>
    public IReadOnlyDictionary<string, Tensor> Weights() => new Dictionary<string, Tensor>
    {
        ["receptive_fields"] = Solution.Unmixing,
        ["mixing"] = Solution.Mixing,
    };

    /// <summary>How it went, in a sentence.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Solution.Converged ? "Converged" : "Not converged")} after {Solution.Iterations} iterations: 1 - |w.w'| = {Solution.Change:0.0e+0} (tolerance {Settings.Options.Tolerance:0.0e+0}), {Seconds:0.0} s.");

    private static IcaSolution Trained(Tensor x, IcaSettings settings, Generator start, IProgress<IcaStep>? progress, CancellationToken cancellation)
    {
        using var whitening = Whitening.Of(x, settings.Components);
        using var module = new IndependentComponents(whitening, start);
        return module.Fit(x, settings.Options, progress, cancellation);
    }

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => (JsonNode?)(double.IsFinite(v) ? JsonValue.Create(v) : null))]);
}
