using TorchRf.Data.Marginals;
using static MathNet.Numerics.Generate;

namespace TorchRf.Experiments;

/// <summary>LSG figure 2: examples, covariance and marginal of the Ising ring, a Gaussian field (NLGP at gain 0.01) and Kur(5).</summary>
internal static class Figure2
{
    private const int Traces = 3;
    private const int Drawn = 2000;

    internal static RecipeOutcome Run(RecipeSettings settings, Workbench bench)
    {
        using var scope = torch.NewDisposeScope();
        var measurements = new List<Measurement>();
        foreach (var (row, name) in settings.Rows.Zip(settings.Names))
        {
            var marginal = row.Data.Task().Classes[1].Marginal;
            measurements.Add(new($"figure2.{name}.kurtosis", $"{RowName.Of(row.Data)}: excess kurtosis", Statistic.Exact(marginal.ExcessKurtosis), "closed form"));
            if (marginal is AlgebraicMarginal algebraic)
                measurements.Add(new($"figure2.{name}.deviation", $"{RowName.Of(row.Data)}: standard deviation of the algebraic law before it is scaled",
                    Statistic.Exact(algebraic.StandardDeviation), "closed form"));
        }
        return new([("figure2", Draw(settings.Rows))], measurements, []);
    }

    private static Figure Draw(IReadOnlyList<RunSettings> rows)
    {
        foreach (var row in rows)
            InvalidSettingException.Require(row.Threads is >= 1 and <= 4096, "threads", row.Threads, "from 1 to 4096");
        torch.set_num_threads(rows[0].Threads);
        var panels = new List<Panel?>();
        foreach (var row in rows)
        {
            using var generator = new Generator(Seeds.Derive(row.Training.Seed, "figure 2"), ComputeDevice.Resolve(row.Device));
            var task = row.Data.Task();
            var classes = task.Classes;
            Tensor[] drawn = [.. Enumerable.Range(0, classes.Count).Select(c => task.Sample(c, Drawn, generator))];
            panels.Add(Examples(classes[0], drawn[0], "Examples, short lengthscale"));
            panels.Add(Examples(classes[1], drawn[1], "Examples, long lengthscale"));
            panels.Add(Covariance(classes, drawn));
            panels.Add(LawPanels.Marginal(classes[1], drawn[1], "Marginal"));
        }
        return new Figure("Data models", panels)
        {
            Columns = 4,
            RowLabels = [.. rows.Select(r => RowName.Of(r.Data))],
            Caption = string.Join("; ", rows.Select(r => string.Join(" and ", r.Data.Task().Classes.Select(c => c.Description))))
                + Invariant($". N = {rows[0].Data.Sites}; seed {rows[0].Training.Seed}; dots and histograms from {Drawn} examples."),
        };
    }

    // Traces lie above each other, 6 standard deviations apart; those of a few values as steps.
    private static Panel Examples(IDataModel model, Tensor drawn, string title)
    {
        int sites = (int)drawn.shape[1];
        double[] site = LinearRange(0, sites - 1), edges = [.. Enumerable.Range(0, sites + 1).Select(i => i - 0.5)];
        Series Trace(int t)
        {
            double[] x = [.. drawn[t].ToArray<double>().Select(v => v + (6 * t))];
            return model.Marginal.Atoms.Count > 0 ? new StepSeries(edges, x) { Style = 0 } : new LineSeries(site, x) { Style = 0, Dash = Dash.Solid };
        }
        return new Panel(title, new Axis("site"), new Axis("x") { Ticks = [], Minimum = -3.5, Maximum = (6 * (Traces - 1)) + 3.5 })
        {
            Series = [.. Enumerable.Range(0, Traces).Select(Trace)],
        };
    }

    private static Panel Covariance(IReadOnlyList<IDataModel> classes, Tensor[] drawn)
    {
        const int reach = 15;
        var lines = LawPanels.Covariances(classes, reach, label => label == 0 ? "short" : "long").Select((line, label) => line with { Dash = label == 0 ? Dash.Dashed : Dash.Solid });
        PointSeries Measured(int label)
        {
            var x = drawn[label].to(ScalarType.Float64);
            return new(LinearRange(0, reach), [.. Enumerable.Range(0, reach + 1).Select(d => (x * x.roll(d, 1)).mean().item<double>())]) { Style = label };
        }
        return new Panel("Covariance", new Axis("distance (sites)"), new Axis("E[x x']")) { Series = [.. lines.SelectMany((line, label) => (Series[])[line, Measured(label)])], Legend = LegendPlacement.TopRight };
    }
}
