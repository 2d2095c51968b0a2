using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TorchRf.Experiments.Comparing;
using TorchRf.Models;
using TorchRf.Theory;
using TorchRf.Training;

namespace TorchRf.Lab;

/// <summary>Settings as the page has them: what there are, for its sliders; those of a request; and the command line that says the same.</summary>
internal static class LabSettings
{
    // A page draws no more, and a slider waits for no more.
    private const int MostSites = 2500;
    private const int Deepest = 8;

    private static readonly string[] OfTraining =
        [nameof(TrainingSettings.Inits), nameof(TrainingSettings.Steps), nameof(TrainingSettings.Lr), nameof(TrainingSettings.Batch), nameof(TrainingSettings.InitScale), nameof(TrainingSettings.Seed)];

    /// <summary>All that there is to choose, as the settings' own declarations say it.</summary>
    internal static JsonObject Declared(Catalogue catalogue, int threads)
    {
        var run = new RunSettings();
        var json = run.Used();
        return new JsonObject
        {
            ["threads"] = threads,
            ["standard"] = run.Data.Name,
            // Data of files are named on a command line.
            ["data"] = new JsonArray([.. catalogue.Data.Settings.Where(d => d.Files().Count == 0).Select(d => (JsonNode)new JsonObject
            {
                ["name"] = d.Name,
                ["settings"] = new JsonArray([.. Declared(Setting.Of(d).Where(s => !s.IsFile && s.Name != nameof(d.Sampler)), new RunSettings { Data = d }.Used()).Select(s => s!.DeepClone()), .. d.HasSitesByChoice ? [Lattice(d)] : (JsonNode[])[]]),
            })]),
            ["model"] = Declared(Setting.Of(run.Model).Where(s => s.Name is nameof(ModelSettings.Model) or nameof(ModelSettings.Units)), json, [.. catalogue.Networks.Names]),
            ["training"] = Declared(Setting.Of(run.Training).Where(s => OfTraining.Contains(s.Name)), json),
            ["theory"] = Declared(Setting.Of(run).Where(s => s.Name == nameof(run.Theory)), json),
        };
    }

    /// <summary>The settings that a request's body asks for.</summary>
    /// <exception cref="InvalidSettingException">One is not allowed.</exception>
    /// <exception cref="InvalidDataException">They cannot be read, or name a file.</exception>
    /// <exception cref="JsonException">The body is no JSON.</exception>
    internal static async Task<RunSettings> Read(HttpRequest request, Catalogue catalogue, int threads)
    {
        if (!request.HasJsonContentType())
            throw new BadHttpRequestException("the body is to be JSON, application/json", StatusCodes.Status415UnsupportedMediaType);
        JsonObject asked;
        RunSettings read;
        try
        {
            asked = await JsonNode.ParseAsync(request.Body, null, new JsonDocumentOptions { MaxDepth = Deepest, AllowDuplicateProperties = false }, request.HttpContext.RequestAborted) as JsonObject
                ?? throw new InvalidDataException("the body is to be one JSON object of settings, as run.json has them");
            read = RunSettings.FromJson(asked, catalogue);
        }
        catch (InvalidOperationException e)
        {
            // Texts are decoded when they are asked for.
            throw new JsonException(e.Message, e);
        }
        if (read.Data.Files().Count > 0)
            throw new InvalidDataException("the lab reads no files that a request names");
        if (!asked.ContainsKey("threads"))
            read = read with { Threads = threads };
        Setting.Check(read);
        InvalidSettingException.Require(read.Threads <= threads, nameof(read.Threads), read.Threads, FormattableString.Invariant($"at most the {threads} that the lab was given"));
        InvalidSettingException.Require(read.Data.Sites <= MostSites, nameof(read.Data.Sites), read.Data.Sites, FormattableString.Invariant($"at most {MostSites} in the lab; a command line takes more"));
        return read;
    }

    /// <summary>compare where a theory covers what is to be trained, otherwise train.</summary>
    internal static string Command(RunSettings settings, ClassificationTask task)
    {
        try
        {
            Ensemble.RequireTheory(settings, task);
            if (settings.Theory is EffectiveTheory.Lemma or EffectiveTheory.ThirdOrder)
                Lemma.Requires(task);
            return "compare";
        }
        catch (Exception e) when (e is NotSupportedException or InvalidSettingException)
        {
            return IsUncovered(e) ? "train" : "compare";
        }
    }

    /// <summary>Whether what was thrown says that no theory covers what is to be trained; a theory that was chosen in vain is refused.</summary>
    internal static bool IsUncovered(Exception e) => e is NotSupportedException or InvalidSettingException { Setting: not nameof(RunSettings.Theory) };

    /// <summary>The command line that does the same.</summary>
    /// <param name="command">What torchrf is told to do.</param>
    /// <param name="settings">All settings; those that stand at their defaults are left out.</param>
    internal static string CommandLine(string command, RunSettings settings)
    {
        var (json, standard) = (settings.Used(), new RunSettings { Data = settings.Catalogue.Data[settings.Data.Name] }.Used());
        var words = new List<string> { "torchrf", command };
        if (settings.Data.Name != new RunSettings().Data.Name)
            words.AddRange(["--data", settings.Data.Name]);
        foreach (var setting in ((object[])[settings.Data, settings.Model, settings.Training, settings]).SelectMany(Setting.Of))
        {
            bool isTorus = setting.Name == nameof(DataSettings.Sites) && settings.Data.Dimensions == 2;
            if (setting.Name == nameof(RunSettings.Theory) && command == "train")
                continue;
            if (!isTorus && JsonNode.DeepEquals(json[setting.Key], standard[setting.Key]))
                continue;
            words.Add("--" + setting.Option);
            if (setting.IsFlag && json[setting.Key] is JsonValue flag && flag.TryGetValue(out bool isOn) && isOn)
                continue;
            int side = settings.Data.ToLattice().Side;
            if (isTorus)
                words.Add(FormattableString.Invariant($"{side}x{side}"));
            else if (json[setting.Key] is JsonArray list)
                words.Add(string.Join(',', list.Select(value => $"{value}")));
            else
                words.Add($"{json[setting.Key]}");
        }
        return string.Join(' ', words);
    }

    // On a command line a torus is told by its sites, LxL.
    private static JsonObject Lattice(DataSettings data) => new()
    {
        ["key"] = "dimensions",
        ["name"] = "lattice",
        ["help"] = "Whether sites lie on a ring, or on a torus of L x L.",
        ["choices"] = new JsonArray("ring", "torus"),
        ["number"] = true,
        ["whole"] = true,
        ["least"] = 1,
        ["most"] = 2,
        ["standard"] = data.Dimensions,
    };

    private static JsonArray Declared(IEnumerable<Setting> settings, JsonObject standard, params string[] names) => new([.. settings.Where(s => standard[s.Key] is not null).Select(s => (JsonNode)new JsonObject
    {
        ["key"] = s.Key,
        ["name"] = s.Option.Replace('-', ' '),
        ["help"] = s.Help,
        ["choices"] = new JsonArray([.. (s.Name == nameof(ModelSettings.Model) ? names : s.Choices).Select(c => (JsonNode)JsonValue.Create(c))]),
        ["number"] = s.IsNumber,
        ["whole"] = s.IsWhole,
        ["least"] = double.IsFinite(s.Range.Least) ? s.Range.Least : null,
        ["most"] = double.IsFinite(s.Range.Most) ? s.Range.Most : null,
        ["standard"] = standard[s.Key]!.DeepClone(),
    })]);
}
