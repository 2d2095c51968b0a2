using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using TorchRf.Experiments.Analyzing;
using TorchRf.IO;

namespace TorchRf.Lab;

/// <summary>A person's own data, which the page sends to this machine's server, kept in a temporary folder as long as they are looked at.</summary>
internal sealed class LabFiles : IDisposable
{
    /// <summary>All files together, in bytes.</summary>
    internal const long MostBytes = 64 << 20;

    private const int MostFiles = 100;
    private const int LongestName = 100;

    /// <summary>Where they are.</summary>
    internal string Folder { get; } = Directory.CreateTempSubdirectory("torchrf-lab-").FullName;

    /// <summary>Removes what is left.</summary>
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Keeps the files of a request: pictures, or an array of examples, or one for each of two classes.</summary>
    /// <exception cref="BadHttpRequestException">They are no form, or too large.</exception>
    /// <exception cref="InvalidDataException">There are none, or one has no name for a file.</exception>
    internal async Task<KeptFiles> Keep(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MostBytes;
        if (!context.Request.HasFormContentType)
            throw new BadHttpRequestException("the body is to be a form with files, multipart/form-data", StatusCodes.Status415UnsupportedMediaType);
        var form = await context.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = MostBytes }, context.RequestAborted);
        if (form.Files.Count is 0 or > MostFiles)
            throw new InvalidDataException(FormattableString.Invariant($"there are {form.Files.Count} files; drop from 1 to {MostFiles}"));
        var kept = new KeptFiles(Path.Combine(Folder, Path.GetRandomFileName()));
        try
        {
            foreach (var file in form.Files)
            {
                // A name without folders, whichever way they are written.
                string name = file.FileName[(file.FileName.LastIndexOfAny(['/', '\\']) + 1)..];
                if (name is "" or "." or ".." || name.Length > LongestName || name.Any(char.IsControl) || name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
                    throw new InvalidDataException(FormattableString.Invariant($"a file has a name under which none can be kept; give it one of 1 to {LongestName} plain characters"));
                await using var to = File.Create(kept.Add(name));
                await file.CopyToAsync(to, context.RequestAborted);
            }
            return kept;
        }
        catch
        {
            kept.Dispose();
            throw;
        }
    }
}

/// <summary>Files of one request, each in a folder of its own.</summary>
/// <param name="folder">Where those are.</param>
internal sealed class KeptFiles(string folder) : IDisposable
{
    private readonly string folder = Directory.CreateDirectory(folder).FullName;
    private readonly List<string> files = [];

    /// <summary>Where a file of a name goes.</summary>
    internal string Add(string name)
    {
        files.Add(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, $"{files.Count}")).FullName, name));
        return files[^1];
    }

    /// <summary>Removes them.</summary>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>What analyze says of them.</summary>
    /// <param name="catalogue">What can be named.</param>
    /// <exception cref="InvalidDataException">They cannot be read, or not together.</exception>
    internal JsonObject Analyze(Catalogue catalogue)
    {
        try
        {
            using var task = RunSettings.FromJson(Asked(out var command), catalogue).Data.Task();
            var document = AnalysisReport.Json(new Analysis(task));
            document["command"] = command;
            return JsonNode.Parse(Bare(document.ToJsonString(), path => JsonEncodedText.Encode(path).ToString()))!.AsObject();
        }
        catch (Exception e) when (e is InvalidDataException or InvalidSettingException)
        {
            string said = e is InvalidSettingException setting ? setting.Said(JsonNamingPolicy.SnakeCaseLower.ConvertName) : e.Message;
            // Nobody named it by a setting, and its own name follows.
            said = said.StartsWith(nameof(FileSettings.Class0) + ": ", StringComparison.Ordinal) || said.StartsWith(nameof(FileSettings.Class1) + ": ", StringComparison.Ordinal) ? said[(nameof(FileSettings.Class0).Length + 2)..] : said;
            throw new InvalidDataException(Bare(said, path => path), e);
        }
    }

    private JsonObject Asked(out string command)
    {
        FileKind[] kinds = [.. files.Select(FileKinds.Of)];
        string[] names = [.. files.Select(file => Path.GetFileName(file)!)];
        if (kinds.All(kind => kind == FileKind.Picture))
        {
            command = "torchrf analyze " + string.Join(' ', names.Select(Quoted));
            return new JsonObject { ["data"] = "photo", ["photos"] = new JsonArray([.. files.Select(file => (JsonNode)file)]) };
        }
        if (kinds.Contains(FileKind.Picture))
            throw new InvalidDataException($"{names[Array.IndexOf(kinds, FileKind.Array)]}: examples among pictures; drop either");
        if (files.Count > 2)
            throw new InvalidDataException($"{names[2]}: a third file of examples; drop one for each of two classes, or one that says the class of each example");
        command = "torchrf analyze " + Quoted(names[0]) + (files.Count > 1 ? " --class1 " + Quoted(names[1]) : "");
        return new JsonObject { ["data"] = "file", ["class0"] = files[0], ["class1"] = files.Count > 1 ? files[1] : null };
    }

    // Without folders that nobody chose.
    private string Bare(string text, Func<string, string> written)
    {
        foreach (var file in files)
            text = text.Replace(written(file), written(Path.GetFileName(file)), StringComparison.Ordinal);
        return text;
    }

    private static string Quoted(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') && name[0] != '-' ? name : $"'./{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
