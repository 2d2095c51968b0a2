using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments.Comparing;
using TorchRf.IO;
using TorchRf.Models;
using TorchRf.Runs;
using TorchRf.SparseCoding;
using TorchRf.Training;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf codes: sparse codes of examples by a dictionary that was learnt, or that the user brings.</summary>
internal static class CodesCommand
{
    // Numbers in the codes: 2 GB in Float64, with as much again while they are found.
    private const double MostNumbers = 2.5e8;

    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("codes", "Code examples by few atoms of a dictionary: the codes a that minimise |x - aD|^2 / 2 + lambda sum |a|, by coordinate descent.");
        var dictionary = new Argument<string>("DICTIONARY") { Description = "The folder of a finished training of sparse-coding, whose first initialisation's atoms, data and lambda are taken, or a .npy file of atoms, (atoms, sites)." };
        command.Arguments.Add(dictionary);
        SettingOption[] settings =
        [
            .. SettingOption.Data(catalogue), SettingOption.Model(catalogue).Single(o => o.Setting == nameof(ModelSettings.SparsityStrength)),
            SettingOption.Start.Single(o => o.Setting == nameof(TrainingSettings.Seed)),
        ];
        var examples = new Option<string?>("--examples") { HelpName = "n", Description = "How many examples, fresh ones or the first of files [1000; of files all]." };
        var @out = new Option<string?>("--out") { HelpName = "codes.npy", Description = "A .npy file for the codes, (examples, atoms), or .safetensors with each example's objective, gap and residual too [none]." };
        var json = new JsonOption();
        foreach (var option in (Option[])[.. settings, examples, @out, json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            using var scope = torch.NewDisposeScope();
            var file = parsed.GetValue(@out);
            InvalidSettingException.Require(file is null || Path.GetExtension(file) is ".npy" or ".safetensors", "out", file, "a file that ends in .npy or .safetensors");
            InvalidSettingException.Require(file is null || !Directory.Exists(file), "out", file, "a file, and this is a folder");
            long? wanted = parsed.GetValue(examples) is string said ? SettingOption.Whole("examples", said, 1, 1_000_000_000) : null;
            var path = parsed.GetValue(dictionary)!;
            string? config = Directory.Exists(path) ? Path.Combine(path, RunFolder.RunFile) : null;
            var asked = SettingOption.Read(settings, parsed, catalogue, config, RunSettings.FromJson);
            var d = config is null ? OfFile(path) : OfRun(path, catalogue);
            InvalidSettingException.Require(asked.Model.SparsityStrength > 0, nameof(ModelSettings.SparsityStrength), asked.Model.SparsityStrength, "above 0 for sparse codes");
            using var task = SamplePhotographs.Where(asked.Data).Task();
            if (d.shape[1] != task.Sites)
                throw new InvalidDataException($"{path}: its atoms have {d.shape[1]} sites, and the data have {task.Sites}");
            var x = Examples(task, wanted, asked.Training.Seed, d.shape[0]);
            // In Float64, for who looks at codes looks at how good they are.
            using var codes = new CoordinateDescent(new StoppingRule(1e-6)).Encode(d, x, asked.Model.SparsityStrength);
            if (file is not null)
                Write(file, codes, asked.Model.SparsityStrength);
            var found = Found(codes, x, d, asked.Model.SparsityStrength);
            if (codes.Warning is string warning)
                Report.Warn(warning);
            if (parsed.GetValue(json))
                Report.Json(found, file is null ? [] : [file]);
            else
                Print(task, found, file);
        });
        return command;
    }

    private static Tensor OfRun(string folder, Catalogue catalogue)
    {
        var results = Path.Combine(folder, RunFolder.ResultsFile);
        if (!File.Exists(results))
            throw MalformedFile.Because(folder, "not a finished training (it has no results.json); a finished one of sparse-coding has a dictionary");
        var kept = KeptRun.Read(folder, JsonFile.ReadObject(results), catalogue);
        if (kept.Settings.Model.Model != "sparse-coding")
            throw MalformedFile.Because(folder, $"a run of {MalformedFile.Quote(kept.Settings.Model.Model)}, which has no dictionary; a training of sparse-coding has");
        return UnitLength(kept.Weights["trained"][-1][0].to(ScalarType.Float64), folder);
    }

    private static Tensor OfFile(string file)
    {
        if (!File.Exists(file))
            throw MalformedFile.Because(file, "there is no folder and no file of that name");
        using var rows = ArrayFile.Open(file);
        if (rows.Rows * (double)rows.Width > MostNumbers)
            throw MalformedFile.Because(file, $"its array is too large for a dictionary: {rows.Rows} atoms of {rows.Width} numbers");
        var values = new double[rows.Rows * rows.Width];
        rows.Read(0, (int)rows.Rows, values);
        return UnitLength(torch.tensor(values).view(rows.Rows, rows.Width), file);
    }

    private static Tensor UnitLength(Tensor atoms, string from)
    {
        var unit = atoms / torch.linalg.norm(atoms, [-1], keepdim: true);
        return unit.isfinite().all().item<bool>() ? unit : throw MalformedFile.Because(from, "its atoms are not all finite and of some length");
    }

    private static Tensor Examples(ClassificationTask task, long? wanted, ulong seed, long atoms)
    {
        FileExamples[] own = [.. task.Classes.OfType<FileExamples>()];
        long there = own.Length < task.Classes.Count ? long.MaxValue : own.Sum(of => of.Count);
        long count = Math.Min(wanted ?? (there == long.MaxValue ? 1000 : there), there);
        InvalidSettingException.Require(count * (double)Math.Max(atoms, task.Sites) <= MostNumbers, "examples", count, FormattableString.Invariant($"at most {MostNumbers / Math.Max(atoms, task.Sites):0} with so many atoms and sites"));
        if (there == long.MaxValue)
        {
            using var generator = new Generator(Seeds.Derive(seed, "codes"));
            count = (count + task.Classes.Count - 1) / task.Classes.Count * task.Classes.Count;
            return task.Draw(count, generator).X.to(ScalarType.Float64);
        }
        var parts = new List<Tensor>();
        foreach (var of in own)
        {
            long some = Math.Min(of.Count, count);
            if (some > 0)
                parts.Add(of.Examples([.. Enumerable.Range(0, (int)some).Select(i => (long)i)]));
            count -= some;
        }
        return torch.cat(parts);
    }

    private static void Write(string file, SparseCodes codes, double penalty)
    {
        if (Path.GetExtension(file) == ".npy")
            NpyFile.Write(file, codes.Codes.to(ScalarType.Float32));
        else
            SafeTensors.Write(file, new Dictionary<string, Tensor> { ["codes"] = codes.Codes.to(ScalarType.Float32), ["objective"] = codes.Objective, ["gap"] = codes.Gap, ["residual"] = codes.Residual },
                new Dictionary<string, string> { ["sparsity_strength"] = penalty.ToString(CultureInfo.InvariantCulture) }, checksum: true);
    }

    private static JsonObject Found(SparseCodes codes, Tensor x, Tensor d, double penalty)
    {
        static double One(Tensor of) => of.to(ScalarType.Float64).item<double>();
        double left = One((x - codes.Codes.mm(d)).square().sum()), all = One(x.square().sum());
        return new JsonObject
        {
            ["examples"] = x.shape[0],
            ["atoms"] = d.shape[0],
            ["sites"] = d.shape[1],
            ["sparsity_strength"] = penalty,
            ["objective"] = One(codes.Objective.mean()),
            ["zeros"] = One(codes.Codes.eq(0).to(ScalarType.Float64).mean()),
            // All that is left is rounding, or all that there was.
            ["snr_db"] = left > 0 && all > 0 ? 10 * Math.Log10(all / left) : null,
            ["kkt_residual"] = One(codes.Residual.max()),
            ["gap"] = One(codes.Gap.max()),
            ["converged"] = codes.Converged,
            ["iterations"] = codes.Iterations,
        };
    }

    private static void Print(ClassificationTask task, JsonObject found, string? file)
    {
        double Of(string name) => (double?)found[name] ?? double.NaN;
        Report.Line();
        foreach (var (label, model) in task.Classes.Index())
            Report.Line($"Class {label}: {model.Description}");
        Report.Paragraph(string.Create(CultureInfo.InvariantCulture, $"{(long)found["examples"]!} examples of {(long)found["sites"]!} sites, {(long)found["atoms"]!} atoms, lambda = {Of("sparsity_strength")}"));
        Report.Line();
        Report.Table(["", "codes"],
        [
            ["objective, mean", Of("objective").ToString("0.0000", CultureInfo.InvariantCulture)],
            ["codes that are 0", string.Create(CultureInfo.InvariantCulture, $"{100 * Of("zeros"):0.0} %")],
            ["signal to noise", string.Create(CultureInfo.InvariantCulture, $"{Of("snr_db"):0.0} dB")],
            ["KKT residual, largest", Of("kkt_residual").ToString("0.0e+0", CultureInfo.InvariantCulture)],
            ["duality gap, largest", Of("gap").ToString("0.0e+0", CultureInfo.InvariantCulture)],
        ]);
        Report.Paragraph($"{((bool)found["converged"]! ? "Converged" : "Not converged")} after {(int)found["iterations"]!} passes over the atoms at most.");
        if (file is not null)
            Report.Line("Codes: " + file);
    }
}
