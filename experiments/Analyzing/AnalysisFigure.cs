using TorchRf.Data.Marginals;
using TorchRf.IO;

namespace TorchRf.Experiments.Analyzing;

/// <summary>An analysis as a picture: the marginal beside a Gaussian, the covariance beside the nearest kernel, the amplifier beside its tangent.</summary>
public static class AnalysisFigure
{
    /// <summary>From what results.json holds, as it is read: it is all that a picture is made from, so that it can be made again.</summary>
    /// <param name="results">As <see cref="AnalysisReport.Json(Analysis)"/> wrote it.</param>
    /// <param name="file">The file it was read from, for the message.</param>
    /// <exception cref="InvalidDataException">It lacks what is drawn.</exception>
    public static Figure Of(JsonObject results, string file)
    {
        using var scope = torch.NewDisposeScope();
        JsonNode[] classes = [.. (results["classes"] as JsonArray ?? []).OfType<JsonNode>()];
        double label = JsonFile.Number(results, "answered");
        if (!(label >= 0 && label < classes.Length) || Numbers(results, "marginal", "edges").Length != Numbers(results, "marginal", "density").Length + 1
            || Numbers(results, "amplifier", "a").Length != Numbers(results, "amplifier", "phi").Length || !classes.All(IsWhole))
            throw MalformedFile.Because(file, "not all that its picture is drawn from is there, as of a version that did not keep it; analyze draws it anew");
        try
        {
            return Of(results, classes, (int)label);
        }
        catch (ArgumentException e)
        {
            throw MalformedFile.Because(file, e.Message.ReplaceLineEndings(" "));
        }
    }

    private static Figure Of(JsonObject results, JsonNode[] classes, int label)
    {
        var answered = classes[label];
        string sites = JsonFile.Number(answered, "dimensions") == 2 ? Lattice.Torus((int)Math.Sqrt(JsonFile.Number(answered, "sites"))).ToString() : Invariant($"{JsonFile.Number(answered, "sites")}");
        return new Figure(Text(results, "verdict").TrimEnd('.'), [Marginal(results, answered), Covariance(classes), Phi(results, answered)])
        {
            Columns = 3,
            Caption = Invariant($"{string.Join(" and ", classes.Select(c => $"{Text(c, "name")} ({JsonFile.Number(c, "examples")} examples)"))}; N = {sites}. ")
                + (classes.Length > 1 ? Invariant($"Marginal and amplifier are those of class {label}.") : ""),
        };
    }

    private static string Text(JsonNode node, string name) => node[name] is JsonValue text && text.TryGetValue(out string? said) ? said : "";

    private static double[] Numbers(JsonNode node, params ReadOnlySpan<string> path)
    {
        JsonNode? at = node;
        foreach (var name in path)
            at = (at as JsonObject)?[name];
        return [.. (at as JsonArray ?? []).Select(v => JsonFile.Number(v))];
    }

    private static bool IsWhole(JsonNode c) => Numbers(c, "distances") is { Length: > 0 } distances && Numbers(c, "covariance").Length == distances.Length && double.IsFinite(JsonFile.Number(c, "sites"));

    private static Panel Marginal(JsonObject results, JsonNode c)
    {
        var measured = new StepSeries(Numbers(results, "marginal", "edges"), Numbers(results, "marginal", "density")) { Label = "measured", Filled = true, Opacity = 0.4, Style = 0 };
        double reach = measured.X[^1];
        double[] x = [.. Enumerable.Range(0, 201).Select(i => (i / 100.0 * reach) - reach)];
        // Room above for what is written there.
        double highest = 1.3 * Math.Max(measured.Y.Max(), 1 / Math.Sqrt(2 * Math.PI)), error = JsonFile.Number(c, "excess_kurtosis_error");
        string kurtosis = double.IsNaN(error) ? "∞" : Invariant($"{JsonFile.Number(c, "excess_kurtosis"):0.00;−0.00;0.00} ± {error:0.00}");
        return new Panel("Marginal", new Axis("x (standard deviations)") { Minimum = -reach, Maximum = reach }, new Axis("density") { Minimum = 0, Maximum = highest })
        {
            Series = [measured, new LineSeries(x, [.. x.Select(new NormalMarginal().Density)]) { Label = "Gaussian", Style = 2, Dash = Dash.Dotted }],
            Legend = LegendPlacement.TopRight,
            Inset = new Inset($"excess kurtosis\n{kurtosis}", Corner.TopLeft),
        };
    }

    private static Panel Covariance(JsonNode[] classes)
    {
        var series = new List<Series>();
        foreach (var (label, c) in classes.Index())
        {
            double[] distance = Numbers(c, "distances"), covariance = Numbers(c, "covariance");
            double[] fine = [.. Enumerable.Range(0, 201).Select(i => distance[^1] * i / 200)];
            double lengthscale = JsonFile.Number(c, "lengthscale");
            string name = classes.Length > 1 ? $"class {label}" : "measured";
            series.Add(new PointSeries(distance, covariance) { Label = name, Style = label });
            series.Add(new LineSeries(fine, [.. fine.Select(d => covariance[0] * Math.Exp(-d * d / (lengthscale * lengthscale)))])
                { Label = Invariant($"exp(-d²/ξ²), ξ = {lengthscale:0.0#}"), Style = label, Dash = label == 0 ? Dash.Dashed : Dash.Solid });
        }
        return new Panel("Covariance", new Axis("distance d (sites)") { Minimum = 0 }, new Axis("E[x x']")) { Series = series };
    }

    private static Panel Phi(JsonObject results, JsonNode c)
    {
        double mean = JsonFile.Number(c, "super_linearity", "value"), error = JsonFile.Number(c, "super_linearity", "error");
        return new Panel("Amplifier", new Axis("a") { Minimum = -1, Maximum = 1 }, new Axis("φ(a)"))
        {
            Series =
            [
                LawPanels.Amplified(Amplifier.Normal(), "Gaussian", 2, Dash.Dotted),
                new LineSeries(Numbers(results, "amplifier", "a"), Numbers(results, "amplifier", "phi")) { Label = "φ, measured", Style = 0, Dash = Dash.Solid },
            ],
            Legend = LegendPlacement.TopLeft,
            Inset = new Inset(Invariant($"φ(1): {100 * mean:+0.0;−0.0;0.0} ± {100 * error:0.0} %"), Corner.BottomRight),
        };
    }
}
