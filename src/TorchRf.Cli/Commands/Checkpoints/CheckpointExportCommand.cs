using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.IO;

namespace TorchRf.Cli.Commands.Checkpoints;

/// <summary>torchrf checkpoint export PATH: the tensors for numpy, and the rest as JSON.</summary>
internal static class CheckpointExportCommand
{
    internal static Command Create()
    {
        var path = new CheckpointPath("its newest whole checkpoint");
        var @out = new Option<string?>("--out") { HelpName = "path", Description = "Where to: a folder for one .npy a tensor, or a file for one .npz [a folder beside the file, called like it]." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace files that are there." };
        var json = new JsonOption();
        var command = new Command("export", "Write a checkpoint's tensors as .npy files or one .npz file, and what else it says as JSON beside them.") { path, @out, overwrite, json };
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
        JsonFile.Write(beside, document);
        return (files, notes);
    }

    private static string FileOf(string folder, string name) => Path.Combine(folder, name + ".npy");

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)JsonValue.Create(t))]);
}

/// <summary>Names of tensors, which can be any text, made into names that any file system takes and keeps apart.</summary>
internal static class ArrayNames
{
    private const int Longest = 100;

    /// <summary>A name for each: letters, digits, '.', '-' and '_' stay, anything else becomes '_'; where two would be the same, they are numbered.</summary>
    internal static IReadOnlyDictionary<string, string> Of(IReadOnlyList<string> names)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        // Some file systems take capitals for small letters.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            var safe = string.Concat(name.Take(Longest).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
            // Hidden files, and the folder above.
            if (safe.Length == 0 || safe[0] == '.')
                safe = "_" + safe;
            var own = safe;
            for (int number = 2; !taken.Add(own); number++)
                own = string.Create(CultureInfo.InvariantCulture, $"{safe}-{number}");
            given[name] = own;
        }
        return given;
    }
}
