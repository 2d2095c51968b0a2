using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Experiments.Measuring;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf fields RUN: what the rulers say of receptive fields, wherever they are from.</summary>
internal static class FieldsCommand
{
    // Of its numbers, with the words and the number of decimals that a table has them in.
    private static readonly (string Name, string Words, string Format)[] Rows =
    [
        ("fields", "fields measured", "0"),
        ("ipr", "IPR, mean", "0.000"),
        ("localized", "localized, by IPR", "0.0 %"),
        ("surrogate", "localized, by surrogates", "0.0 %"),
        ("misfit", "Gabor misfit, median", "0.000"),
        ("fitted", "Gabor waves (misfit < 0.5)", "0.0 %"),
        ("frequency", "frequency (cycles/site)", "0.000"),
        ("frequency_octaves", "middle half (octaves)", "0.00"),
        ("bandwidth", "bandwidth (octaves)", "0.00"),
        ("n_x", "n_x: cycles along", "0.00"),
        ("n_y", "n_y: cycles across", "0.00"),
        ("aspect", "aspect (length/width)", "0.00"),
        ("edge_energy", "energy in the edge", "0.0 %"),
        ("coverage", "sites covered", "0.0 %"),
        ("coverage_by_chance", "by chance", "0.0 %"),
        ("position_p", "positions even, p", "0.000"),
        ("spacing", "spacing (sites)", "0.00"),
        ("spacing_by_chance", "by chance", "0.00"),
        ("spacing_p", "spaced no wider, p", "0.000"),
        ("orientation_p", "orientations even, p", "0.000"),
        ("phase_p", "phases even, p", "0.000"),
    ];

    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("fields", "Measure receptive fields: how localized they are, the Gabor waves they are nearest to, how they cover sites, orientations and frequencies; beside another run's, how alike they are.");
        var source = new Argument<string>("FIELDS") { Description = "The folder of a run, or a file of fields: .safetensors, .npy or any other array, (fields, sites) or (fields, L, L)." };
        var other = new Argument<string?>("OTHER") { Arity = ArgumentArity.ZeroOrOne, Description = "Another's, of the same sites, to hold beside." };
        var sites = SettingOption.Data(catalogue).Single(o => o.Setting == nameof(DataSettings.Sites));
        sites.Description = "How the sites of a file's fields are arranged; a run says it itself [a ring, or LxL of an array of maps].";
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "Where to leave a picture of each population, with its numbers [nowhere]." };
        var (width, json) = (new WidthOption(), new JsonOption());
        command.Arguments.Add(source);
        command.Arguments.Add(other);
        foreach (var option in (Option[])[sites, @out, width, json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            using var scope = torch.NewDisposeScope();
            var (folder, wide) = (parsed.GetValue(@out), width.Of(parsed));
            InvalidSettingException.Require(folder is null || (folder.Length > 0 && !File.Exists(folder)), "out", folder, "a folder");
            InvalidSettingException.Require(folder is not null || wide is null, "width", parsed.GetValue(width), "given with --out, which draws the picture");
            var lattice = parsed.GetValue(sites) is string said ? Arranged(sites.Parsed(said)) : null;
            var (name, second) = (parsed.GetValue(source)!, parsed.GetValue(other));
            InvalidSettingException.Require(lattice is null || !Directory.Exists(name) || (second is not null && !Directory.Exists(second)), sites.Setting, lattice, "left out for a run, which says itself how its sites are arranged");
            var populations = FieldPopulation.Read(name, catalogue, lattice, Report.Warn);
            var others = second is null ? [] : FieldPopulation.Read(second, catalogue, lattice, Report.Warn);
            // Each beside what is called alike, or the only ones there are.
            (FieldPopulation One, FieldPopulation Other)[] pairs = [.. from one in populations from two in others where one.Name == two.Name || (populations.Count == 1 && others.Count == 1) select (one, two)];
            if (second is not null && pairs.Length == 0)
                pairs = [(populations[0], others[0])];
            var tracked = pairs.Select(p => (p.One.Name, Tracking: FieldTracking.Between(p.One, p.Other, second!))).ToArray();
            FieldMeasures[] measures = [.. populations.Concat(others).Select(FieldMeasures.Measure)];
            string[] labels = [.. measures.Select((m, i) => second is null ? m.Of.Name : $"{m.Of.Name} {(i < populations.Count ? 1 : 2)}")];
            string[] pictures = folder is null ? [] : [.. measures.Zip(labels).SelectMany(m => Pictures.Draw(MeasuredFigure.Of(m.First), Path.Combine(folder, $"measured-{string.Concat(m.Second.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'))}"), wide))];
            if (parsed.GetValue(json))
            {
                Report.Json(new JsonObject
                {
                    ["populations"] = new JsonArray([.. measures.Select((m, i) =>
                    {
                        var one = m.Json();
                        one["of"] = i < populations.Count ? name : second;
                        return (JsonNode)one;
                    })]),
                    ["tracking"] = new JsonArray([.. tracked.Select(t =>
                    {
                        var one = t.Tracking.Json();
                        one["name"] = t.Name;
                        return (JsonNode)one;
                    })]),
                }, pictures);
                return;
            }
            Print(measures, labels, tracked);
            Pictures.Tell(pictures);
        });
        return command;
    }

    private static Lattice Arranged(JsonObject said) => (int)said["dimensions"]! == 2 ? Lattice.Torus((int)Math.Round(Math.Sqrt((long)said["sites"]!))) : Lattice.Ring((int)(long)said["sites"]!);

    private static void Print(FieldMeasures[] measures, string[] labels, (string Name, FieldTracking Tracking)[] tracked)
    {
        foreach (var (m, label) in measures.Zip(labels))
            Report.Line(string.Create(CultureInfo.InvariantCulture, $"{label}: {m.Total} field{(m.Total == 1 ? "" : "s")} of {m.Of.Lattice} sites{(m.Of.Lattice.Dimensions == 1 ? "" : m.Of.GoesAround ? ", a torus" : ", patches")}"));
        Report.Table(["", .. labels], Rows.Where(row => measures.Any(m => m.Summary.ContainsKey(row.Name))).Select(row =>
            (string[])[row.Words, .. measures.Select(m => m.Summary.TryGetValue(row.Name, out double value) ? Shown(value, row.Format) : "")]));
        foreach (var (name, tracking) in tracked)
        {
            Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
                $"{name}, the most alike field of the other: |cosine| {tracking.Match.Mean:0.000} on average; {tracking.Match.ByChance:0.000} with fields of the same shapes at random places."));
            Report.Paragraph(string.Create(CultureInfo.InvariantCulture,
                $"{name}, IPR: larger than the other's in {100 * tracking.Ipr.Share:0.0} % of pairs (50 % where neither is more localized), p = {tracking.Ipr.P:0.000} (Mann and Whitney)."));
            Report.Paragraph(tracking.Peaks is { } peaks
                ? string.Create(CultureInfo.InvariantCulture, $"{name}, field by field: {100 * peaks.Share:0.0} % of the {peaks.Top} strongest sites are the same; by chance {100 * peaks.ByChance:0.0} ± {100 * peaks.Error:0.0} %.")
                : $"{name}: the runs have not as many fields, so that none is held beside its own.");
        }
        Report.Paragraph("Frequency, bandwidth, shape, orientation and phase are those of Gabor waves, medians where they are numbers; coverage, positions and spacing those of fields that either ruler calls localized (in two dimensions, of Gabor waves), coverage and spacing of each network by itself. A small p: uneven, or farther apart than at random.");
    }

    private static string Shown(double value, string format) =>
        double.IsPositiveInfinity(value) ? "infinite" : !double.IsFinite(value) ? "-" : value.ToString(format, CultureInfo.InvariantCulture);
}
