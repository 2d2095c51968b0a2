using System.CommandLine;
using System.Globalization;
using TorchRf.Cli.Terminal;
using TorchRf.Data;
using TorchRf.Data.Marginals;
using TorchRf.Experiments;
using TorchRf.Experiments.Comparing;
using TorchRf.Runs;
using TorchRf.Theory;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf describe: what a data model is, before anything is trained on it.</summary>
internal static class DescribeCommand
{
    /// <summary>What its picture is called.</summary>
    internal const string Picture = "description";

    private const int Columns = 7;

    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("describe", "Show a law of examples: covariance, marginal, kurtosis, amplifier.");
        var ofData = SettingOption.Data(catalogue);
        foreach (var option in ofData)
            command.Options.Add(option);
        var config = new Option<string?>("--config") { HelpName = "run.json", Description = "The data of an earlier run; options given beside it win." };
        command.Options.Add(config);
        var @out = new Option<string?>("--out") { HelpName = "folder", Description = "Where to leave a picture of the law and its amplifier, with its numbers [nowhere]." };
        var width = new WidthOption();
        var json = new JsonOption();
        foreach (var option in new Option[] { @out, width, json })
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var settings = SettingOption.Read(ofData, parsed, catalogue, parsed.GetValue(config), RunSettings.FromJson);
            using var task = SamplePhotographs.Where(settings.Data).Task();
            var folder = parsed.GetValue(@out);
            InvalidSettingException.Require(folder is null || (folder.Length > 0 && !File.Exists(folder)), "out", folder, "a folder");
            InvalidSettingException.Require(folder is not null || parsed.GetValue(width) is null, "width", parsed.GetValue(width), "given with --out, which draws the picture");
            var pictures = folder is null ? [] : Pictures.Draw(DescriptionFigure.Of(task), Path.Combine(folder, Picture), width.Of(parsed));
            if (parsed.GetValue(json))
            {
                Report.Json(Description.Json(settings.Data, task), pictures);
                return;
            }
            Print(task);
            Pictures.Tell(pictures);
        });
        return command;
    }

    private static string Size(Lattice lattice) => lattice.Dimensions == 1 ? $"{lattice.Sites}" : $"{lattice.Sites} ({lattice})";

    private static void Print(ClassificationTask task)
    {
        // Adding 0 turns a rounded -0 into 0.
        static string F(double value) => (Math.Round(value, 4) + 0.0).ToString("0.0000", CultureInfo.InvariantCulture);
        static string K(Marginal m) => double.IsFinite(m.ExcessKurtosis) ? F(m.ExcessKurtosis) : "infinite";
        foreach (var (model, label) in task.Classes.Select((m, i) => (m, i)))
        {
            Report.Line($"Class {label}: {model.Description}, N = {Size(model.Lattice)}, excess kurtosis {K(model.Marginal)}");
            string form = model.CorrelationLength is null ? "nearest exp(-d²/ξ²)" : "far away exp(-d/ξ)";
            Report.Line($"         lengthscale {(Description.Lengthscale(model) is var xi && xi < 1e6 ? F(xi) : "infinite")} ({form}){(model.RawVariance is double variance ? $", unscaled variance {F(variance)}" : "")}");
        }
        Report.Line();
        Report.Line(task.Lattice.Dimensions == 1 ? "Covariance of site 0 with site d:" : "Covariance of site (0, 0) with site (0, d):");
        if (task.Classes[0].Covariance is DenseCovariance)
            Report.Paragraph("(Measured, and not the same at every site; analyze says how far from it.)");
        else if (task.Classes[0].Covariance is BlockCovariance)
            Report.Paragraph("(Site 0 is the first of its block; seen from another site the block lies elsewhere.)");
        var rows = task.Classes.Select(c => c.Covariance.FirstRow.ToArray<double>()).ToArray();
        int distances = Math.Min(11, (task.Lattice.Side / 2) + 1);
        // Many classes are rows of a table that few columns fit on a page.
        if (rows.Length <= Columns)
            Report.Table(["d", .. rows.Select((_, label) => $"class {label}")],
                Enumerable.Range(0, distances).Select(d => (string[])[$"{d}", .. rows.Select(r => F(r[d]))]));
        else
            Report.Table(["class", .. Enumerable.Range(0, Math.Min(Columns, distances)).Select(d => $"d = {d}")],
                rows.Select((r, label) => (string[])[$"{label}", .. r.Take(Math.Min(Columns, distances)).Select(F)]));

        var marginal = task.Answered.Marginal;
        string whose = task.Classes.Count > 1 ? " of class 1" : "";
        Report.Line($"Marginal{whose}:");
        if (marginal.Atoms.Count > 0)
            Report.Table(["x", "probability"], marginal.Atoms.Select(p => new[] { F(p.X), F(p.Probability) }));
        else
            Report.Table(["x", "density"], new[] { 0, 0.5, 1, 1.5, 2, 3, 4 }.Select(x => new[] { F(x), F(marginal.Density(x)) }));

        var (a, phi, taylor) = Description.AmplifierOf(task, 21);
        Report.Line(taylor is null
            ? $"Amplifier φ{whose} (odd); without a fourth moment it has no third order:"
            : $"Amplifier φ{whose} (odd) and its third-order series:");
        Report.Table(taylor is null ? ["a", "φ(a)"] : ["a", "φ(a)", "third order"],
            Enumerable.Range(10, 11).Select(i => taylor is null ? new[] { F(a[i]), F(phi[i]) } : [F(a[i]), F(phi[i]), F(taylor[i])]));
        foreach (var note in task.Notes)
            Report.Paragraph("Note: " + note);
        if (task.Answered.OutsideTheLemma is string why)
            Report.Paragraph($"The theory is not predicted from this: the lemma takes w.x for Gaussian; {why}.");
    }
}
