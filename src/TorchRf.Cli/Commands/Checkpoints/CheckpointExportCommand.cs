using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.IO;

namespace TorchRf.Cli.Commands.Checkpoints;

/// <summary>torchrf checkpoint export PATH: the tensors for numpy, and the rest as JSON.</summary>
internal static class CheckpointExportCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    internal static Command Create()
    {
        var command = new Command("export", "Write a checkpoint's tensors as .npy files or one .npz file, and what else it says as JSON beside them.");
        var path = new CheckpointPath("its newest whole checkpoint");
        var @out = new Option<string?>("--out") { HelpName = "folder|x.npz", Description = "Where to: a folder for one .npy a tensor, or a file for one .npz [a folder beside the file, called like it]." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace files that are there." };
        var json = new JsonOption();
        command.Arguments.Add(path);
        command.Options.Add(@out);
        command.Options.Add(overwrite);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            using var scope = torch.NewDisposeScope();
            var (content, tensors) = path.First(parsed, file => (FileContent.Of(file), SafeTensors.Read(file).Tensors));
            var target = parsed.GetValue(@out) ?? Path.ChangeExtension(content.File, null);
            InvalidSettingException.Require(target.Length > 0, "out", target, "a folder or a file that ends in .npz");
            var (files, notes) = Export(content, tensors, target, parsed.GetValue(overwrite));
            if (parsed.GetValue(json))
            {
                Report.Json(new JsonObject { ["source"] = content.File, ["files"] = Texts(files), ["notes"] = Texts(notes) });
                return;
            }
            foreach (var note in notes)
                Report.Paragraph("Note: " + note);
            foreach (var file in files)
                Report.Line(file);
        });
        return command;
    }

    private static (string[] Files, List<string> Notes) Export(FileContent content, IReadOnlyDictionary<string, Tensor> tensors, string target, bool overwrite)
    {
        var notes = new List<string>();
        var names = ArrayNames.Of([.. tensors.Keys]);
        var arrays = new SortedDictionary<string, Tensor>(StringComparer.Ordinal);
        var document = content.Json();
        foreach (var described in document["tensors"]!.AsArray().Select(t => t!.AsObject()))
        {
            var name = (string)described["name"]!;
            var tensor = tensors[name];
            if (tensor.dtype == ScalarType.BFloat16)
            {
                notes.Add($"{names[name]} is widened to float32, for numpy has no bfloat16.");
                tensor = tensor.to(ScalarType.Float32);
            }
            if (!NpyFile.Holds(tensor.dtype))
            {
                notes.Add($"{names[name]} is left out, for {FileContent.Dtype(tensor.dtype)} cannot be written.");
                continue;
            }
            described["array"] = names[name];
            arrays[names[name]] = tensor;
        }

        bool one = target.EndsWith(".npz", StringComparison.OrdinalIgnoreCase);
        var beside = one ? Path.ChangeExtension(target, ".json") : Path.Combine(target, "metadata.json");
        string[] files = one ? [target, beside] : [.. arrays.Keys.Select(name => FileOf(target, name)), beside];
        InvalidSettingException.Require(one ? !Directory.Exists(target) : !File.Exists(target), "out", target, "a folder, or a file that ends in .npz");
        if (!overwrite && files.FirstOrDefault(File.Exists) is string taken)
            throw new InvalidSettingException("out", target, $"a place where nothing would be replaced, and {taken} is there; --overwrite replaces it");

        Directory.CreateDirectory(one ? Path.GetDirectoryName(Path.GetFullPath(target))! : target);
        if (one)
            NpzFile.Write(target, arrays);
        else
            foreach (var (name, tensor) in arrays)
                NpyFile.Write(FileOf(target, name), tensor);
        AtomicFile.WriteText(beside, document.ToJsonString(Indented) + "\n");
        return (files, notes);
    }

    private static string FileOf(string folder, string name) => Path.Combine(folder, name + ".npy");

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)JsonValue.Create(t))]);
}
