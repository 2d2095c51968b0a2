using System.Globalization;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments.Sweeps;
using TorchRf.Sweeps;

namespace TorchRf.Cli.Commands.Sweeps;

/// <summary>A merged sweep as a table for people.</summary>
internal static class SweepTable
{
    internal static void Print(MergedSweep merged)
    {
        var plan = merged.Plan;
        bool compares = merged.Measures.Contains("cosine");
        string[] more = compares ? ["theory", "cosine"] : ["localized", "loss"];
        Report.Table([.. plan.Columns, "kurtosis", "n", "IPR", "± std", .. more], merged.Settings.Select(row =>
        {
            var ipr = row.Of("ipr");
            return (string[])
            [
                .. plan.Cells(row.Runs[0]), F(row.ExcessKurtosis), ipr.Count.ToString(CultureInfo.InvariantCulture),
                F(ipr.Count > 0 ? ipr.Mean : null), F(ipr.Count > 1 ? Math.Sqrt(ipr.M2 / (ipr.Count - 1)) : null),
                .. (compares ? new[] { "theory_ipr", "cosine" } : ["localized", "loss"]).Select(name => row.Of(name) is { Count: > 0 } m ? F(m.Mean) : "-"),
            ];
        }));
    }

    /// <summary>Draws the table beside its files.</summary>
    /// <returns>The pictures.</returns>
    internal static IReadOnlyList<string> Draw(MergedSweep merged, SweepFolder folder, double? width) =>
        SweepFigure.Of(merged) is { } figure ? Pictures.Draw(figure, folder.InFolder("picture"), width) : [];

    private static string F(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}
