using System.Globalization;
using TorchRf.Data.Marginals;
using TorchRf.Plots;
using TorchRf.Theory;

namespace TorchRf.Experiments.Panels;

/// <summary>phi(a), its third-order series where there is one, and the line sqrt(2/pi) a that a Gaussian has.</summary>
internal static class AmplifierPanel
{
    internal static Panel Of(Marginal marginal, string title)
    {
        using var scope = torch.NewDisposeScope();
        var a = torch.linspace(-1, 1, 201, ScalarType.Float64);
        double[] Values(Amplifier phi) => phi.Of(a).ToArray<double>();
        var x = a.ToArray<double>();
        var series = new List<Series>
        {
            new LineSeries(x, Values(Amplifier.Normal())) { Label = "Gaussian", Style = 2, Dash = Dash.Dotted },
            new LineSeries(x, Values(marginal.FullAmplifier())) { Label = "φ", Style = 0, Dash = Dash.Solid },
        };
        bool finite = double.IsFinite(marginal.ExcessKurtosis);
        if (finite)
            series.Add(new LineSeries(x, Values(Amplifier.ThirdOrder(marginal))) { Label = "third order", Style = 1, Dash = Dash.Dashed });
        string kurtosis = finite ? marginal.ExcessKurtosis.ToString("0.00;−0.00;0.00", CultureInfo.InvariantCulture) : "∞";
        // The curve is odd and rises; below it there is room for the legend, above it for the words.
        double reach = series.Max(line => line.Y.Max());
        return new Panel(title, new Axis("a") { Minimum = -1, Maximum = 1 }, new Axis("φ(a)") { Minimum = -3.2 * reach, Maximum = 2.5 * reach })
        {
            Series = series,
            Legend = LegendPlacement.BottomRight,
            Inset = new Inset($"excess kurtosis {kurtosis}", Corner.TopLeft),
        };
    }
}
