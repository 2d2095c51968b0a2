using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using TorchRf.Cli.Terminal;
using TorchRf.Models;
using TorchRf.Pruning;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Cli;

/// <summary>
/// What --help shows of a command: its options in groups, those of the chosen data and model in full and the others' in a line, and two examples. A terminal may have any width:
/// lines break between words, and a choice is a word.
/// </summary>
/// <param name="catalogue">What can be named.</param>
internal sealed class HelpText(Catalogue catalogue) : SynchronousCommandLineAction
{
    // Room for an option's name and value; where that leaves its words no room, they stand below.
    private const int Left = 26;
    private const int LeastBeside = 68;

    private static readonly string[] Groups = ["Data", "Model", "Training", "Pruning", "Theory", "Components", "Machine", "Run"];

    /// <summary>Two examples of every command, by its words.</summary>
    internal static IReadOnlyDictionary<string, string[]> Examples { get; } = new Dictionary<string, string[]>
    {
        ["torchrf"] = ["torchrf compare", "torchrf help compare"],
        ["torchrf compare"] = ["torchrf compare --data nlgp --gain 3", "torchrf compare --data photo --batch 10000 --out checkpoints/photo"],
        ["torchrf train"] = ["torchrf train --model committee --units 10", "torchrf train --data file --class0 a.npy --class1 b.npy"],
        ["torchrf predict"] = ["torchrf predict --data kur --k 4 --steps 5000", "torchrf predict --config checkpoints/mine/run.json --theory third-order"],
        ["torchrf describe"] = ["torchrf describe --data nlgp --gain 0.1", "torchrf describe --data gaussian --sites 30x30 --out law"],
        ["torchrf analyze"] = ["torchrf analyze a.pgm b.pgm", "torchrf analyze examples.npy --out found"],
        ["torchrf ica"] = ["torchrf ica --data kur --k 3", "torchrf ica --data patches --sites 12x12 --n-components 64"],
        ["torchrf fields"] = ["torchrf fields checkpoints/mine", "torchrf fields filters.npy --sites 12x12 --out measured"],
        ["torchrf codes"] = ["torchrf codes checkpoints/mine --out codes.npy", "torchrf codes atoms.npy --class0 examples.npy --sparsity-strength 0.2"],
        ["torchrf prune"] = ["torchrf prune --data nlgp --sites 12x12 --hidden 100", "torchrf prune --class0 images.gz --labels labels.gz --controls 3,6,10"],
        ["torchrf atlas"] = ["torchrf atlas --photos pictures --quick", "torchrf atlas --data nlgp --sites 12x12 --methods ica,sparse-coding"],
        ["torchrf figure"] = ["torchrf figure 5 --quick", "torchrf figure agreement --width 89mm"],
        ["torchrf reproduce"] = ["torchrf reproduce --quick", "torchrf reproduce --only 1,5"],
        ["torchrf sweep"] = ["torchrf sweep gains.json --dry-run", "torchrf sweep gains.json --shard 1/4"],
        ["torchrf sweep submit"] = ["torchrf sweep submit gains.json --engine local", "torchrf sweep submit gains.json --engine slurm --time 10 --mem 2G"],
        ["torchrf sweep status"] = ["torchrf sweep status gains.json", "torchrf sweep status gains.json --json"],
        ["torchrf sweep retry"] = ["torchrf sweep retry gains.json", "torchrf sweep retry gains.json --failed"],
        ["torchrf sweep merge"] = ["torchrf sweep merge gains.json", "torchrf sweep merge gains.json --from other/folder"],
        ["torchrf resume"] = ["torchrf resume checkpoints/mine", "torchrf resume checkpoints/mine --steps 10000"],
        ["torchrf runs"] = ["torchrf runs", "torchrf runs --data nlgp --compare"],
        ["torchrf plot"] = ["torchrf plot checkpoints/mine", "torchrf plot checkpoints/mine --width 89mm --out figures"],
        ["torchrf report"] = ["torchrf report checkpoints/mine", "torchrf report checkpoints/mine checkpoints/other --out both.html"],
        ["torchrf checkpoint"] = ["torchrf checkpoint show checkpoints/mine", "torchrf checkpoint verify checkpoints/mine"],
        ["torchrf checkpoint show"] = ["torchrf checkpoint show checkpoints/mine", "torchrf checkpoint show checkpoints/mine/weights.safetensors --json"],
        ["torchrf checkpoint verify"] = ["torchrf checkpoint verify checkpoints/mine", "torchrf checkpoint verify checkpoints/mine --json"],
        ["torchrf checkpoint export"] = ["torchrf checkpoint export checkpoints/mine", "torchrf checkpoint export checkpoints/mine --out weights.npz"],
        ["torchrf lab"] = ["torchrf lab", "torchrf lab --port 8080 --no-browser"],
        ["torchrf info"] = ["torchrf info", "torchrf info --device cuda"],
        ["torchrf help"] = ["torchrf help compare", "torchrf help sweep submit"],
        ["torchrf completion"] = ["source <(torchrf completion bash)", "torchrf completion fish > ~/.config/fish/completions/torchrf.fish"],
    };

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        foreach (var line in Lines(parseResult, Report.Width))
            Report.Line(line);
        return 0;
    }

    /// <summary>The help of the command that was parsed, for the data and the model that were given beside.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="width">The longest line allowed, in characters.</param>
    /// <exception cref="InvalidSettingException">There are no such data, or no such model.</exception>
    internal IEnumerable<string> Lines(ParseResult parsed, int width)
    {
        var command = parsed.CommandResult.Command;
        var words = string.Join(' ', Words(parsed.CommandResult));
        var options = command.Options.Where(o => !o.Hidden && o is not (HelpOption or VersionOption)).ToArray();
        var arguments = command.Arguments.Where(a => !a.Hidden).ToArray();
        List<string> lines = [.. Report.Wrapped(command.Description!, width, 0), ""];
        var usages = new List<string>();
        if (command.Action is not null)
            usages.Add(string.Join(' ', (string[])[words, .. arguments.Select(Usage), .. options.Where(o => o.Required).Select(o => $"{o.Name} {o.HelpName}"), .. options.Length > 0 ? ["[options]"] : (string[])[]]));
        if (command.Subcommands.Count > 0)
            usages.Add(words + " COMMAND");
        lines.AddRange(usages.SelectMany((usage, i) => Report.Wrapped((i == 0 ? "Usage: " : "       ") + usage, width, 9)));
        Section("", arguments.Select(a => (a.Name, a.Description ?? "")));
        Section("Commands", command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, Brief(c.Description ?? ""))));
        var (shown, others) = Chosen(parsed, options);
        // One column for all groups.
        int column = shown.Select(o => Name(o).Length + 4).Where(n => n <= Left).DefaultIfEmpty(Left).Max();
        var groups = shown.GroupBy(Group).OrderBy(g => Array.IndexOf(Groups, g.Key)).ToArray();
        foreach (var group in groups)
        {
            Section(groups.Length == 1 ? "Options" : group.Key, group.Select(o => (Name(o), Description(o))), column);
            foreach (var other in others.Where(o => o.Group == group.Key))
                lines.AddRange(Report.Wrapped("  " + other.Line, width, 4));
        }
        lines.Add("");
        if (command.Subcommands.Count > 0)
            lines.AddRange([.. Report.Wrapped($"{words} COMMAND --help says more of one.", width, 2), ""]);
        lines.Add("Examples:");
        foreach (var example in Examples.GetValueOrDefault(words) ?? [])
            lines.AddRange(Report.Wrapped("  " + example, width, 6));
        return lines;

        void Section(string title, IEnumerable<(string Name, string Words)> rows, int? from = null)
        {
            var all = rows.ToArray();
            if (all.Length == 0)
                return;
            lines.Add("");
            if (title.Length > 0)
                lines.Add(title + ":");
            int left = from ?? Math.Min(Left, all.Max(r => r.Name.Length) + 4);
            foreach (var (name, text) in all)
            {
                var below = Report.Wrapped(text, width - (width < LeastBeside ? 6 : left), 0).Select(line => new string(' ', width < LeastBeside ? 6 : left) + line).ToArray();
                bool beside = width >= LeastBeside && name.Length + 4 <= left && below.Length > 0;
                lines.AddRange(beside ? [("  " + name).PadRight(left) + below[0][left..], .. below.Skip(1)] : [.. Report.Wrapped("  " + name, width, 6), .. below]);
            }
        }
    }

    /// <summary>The values that an option has; empty where it takes any.</summary>
    /// <param name="option">The option.</param>
    internal static string[] Choices(Option option) =>
        option.HelpName is string symbol && symbol.Contains('|', StringComparison.Ordinal) && !symbol.Any(char.IsUpper) ? symbol.Split('|') : [];

    // What belongs to other data and models is named in a line, for whom and where it is told.
    private (Option[] Shown, (string Group, string Line)[] Others) Chosen(ParseResult parsed, Option[] options)
    {
        var settings = options.OfType<SettingOption>().ToArray();
        var ofData = settings.FirstOrDefault(o => o.Setting == "Data");
        bool OfSome(SettingOption o) => catalogue.Data.Settings.Any(d => Has(d, o));
        var data = ofData is not null && parsed.GetValue(ofData) is string named ? catalogue.Data[named.ToLowerInvariant()]
            // Files and gains say themselves which data they are of.
            : settings.FirstOrDefault(o => OfSome(o) && !Has(new RunSettings().Data, o) && parsed.GetValue(o) is not null) is SettingOption telling
            ? catalogue.Data.Settings.First(d => Has(d, telling)) : new RunSettings().Data;
        var model = settings.FirstOrDefault(o => o.Setting == nameof(ModelSettings.Model)) is SettingOption ofModel && parsed.GetValue(ofModel) is string called ? called.ToLowerInvariant() : new ModelSettings().Model;
        // Where the usual data cannot be chosen, none are before they are seen.
        bool choosesData = ofData is not null && Choices(ofData).Contains(data.Name), choosesModel = settings.Any(o => o.Setting == nameof(ModelSettings.Model));
        var ofOtherData = settings.Where(o => choosesData && OfSome(o) && !Has(data, o)).ToArray();
        var ofOtherModels = settings.Where(o => choosesModel && catalogue.Networks.Uses(model, o.Setting) == false).ToArray();
        var words = string.Join(' ', Words(parsed.CommandResult));
        var others = new List<(string, string)>();
        if (ofOtherData.Length > 0)
            others.Add(("Data", $"Of other data: {string.Join(", ", ofOtherData.Select(o => o.Name))} ({words} --data {Choices(ofData!).First(n => n != data.Name)} --help)."));
        if (ofOtherModels.Length > 0)
            others.Add(("Model", $"Of other models: {string.Join(", ", ofOtherModels.Select(o => o.Name))} ({words} --model {catalogue.Networks.Names.First(n => n != model)} --help)."));
        return ([.. options.Except(ofOtherData).Except(ofOtherModels)], [.. others]);
    }

    private static bool Has(object settings, SettingOption option) => Setting.Of(settings).Any(s => s.Name == option.Setting);

    private string Group(Option option) => option is not SettingOption setting ? "Run"
        : setting.Setting is nameof(TrainingSettings.Seed) || (Has(new TrainingSettings(), setting) && !Has(new IcaSettings(), setting)) ? "Training"
        : Has(new ModelSettings(), setting) ? "Model"
        : Has(new IcaSettings(), setting) ? "Components"
        : setting.Setting is nameof(PruningSettings.Hidden) ? "Model"
        : setting.Setting is nameof(PruningSettings.Optimizer) or nameof(PruningSettings.Momentum) or nameof(PruningSettings.WeightDecay) ? "Training"
        : setting.Setting.StartsWith(nameof(PruningSettings.Validation), StringComparison.Ordinal) ? "Data"
        : Has(new PruningSettings(), setting) ? "Pruning"
        : setting.Setting is nameof(RunSettings.Theory) ? "Theory"
        : Has(new RunSettings(), setting) || setting.Setting is nameof(RunSettings.Data.Sampler) ? "Machine"
        : setting.Setting is "Data" || catalogue.Data.Settings.Any(d => Has(d, setting)) ? "Data"
        : "Run";

    // Values that are words stand in the description, where lines may break between them.
    private static string Name(Option option) => Choices(option).Length > 0 || option.HelpName is null ? option.Name : $"{option.Name} {option.HelpName}";

    private static string Description(Option option)
    {
        var choices = Choices(option);
        var aliases = option.Aliases.Where(a => a != option.Name).ToArray();
        return (option.Description ?? "")
            + (choices.Length == 0 || choices is ["true", "false"] ? "" : $" One of {string.Join(", ", choices)}.")
            + (aliases.Length == 0 ? "" : $" Also {string.Join(", ", aliases)}.");
    }

    private static string Usage(Argument argument) =>
        (argument.Arity.MinimumNumberOfValues == 0 ? $"[{argument.Name}]" : argument.Name) + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");

    private static IEnumerable<string> Words(System.CommandLine.Parsing.CommandResult command) =>
        [.. command.Parent is System.CommandLine.Parsing.CommandResult parent ? Words(parent) : [], command.Command.Name];

    // A command in a list: its first clause.
    private static string Brief(string text) => text.Split([". ", "; "], StringSplitOptions.None)[0].TrimEnd('.') + ".";
}
