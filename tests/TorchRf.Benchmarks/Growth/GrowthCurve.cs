using System.Text.Json.Nodes;
using MathNet.Numerics;

namespace TorchRf.Benchmarks.Growth;

/// <summary>How a cost grows with a size.</summary>
/// <param name="Name">What it is, a word or two ("draw-nlgp").</param>
/// <param name="Title">What is done, in words.</param>
/// <param name="Size">What grows.</param>
/// <param name="Points">The sizes, increasing, and the seconds of one example or step.</param>
/// <param name="FittedFrom">The exponent is fitted to this size and those above, where what is done once no longer weighs.</param>
/// <param name="Law">The cost that is expected, up to a factor, by size.</param>
/// <param name="LawName">The same in words ("N log N").</param>
public sealed record GrowthCurve(
    string Name, string Title, string Size, IReadOnlyList<(double Size, double Seconds)> Points, double FittedFrom, Func<double, double> Law, string LawName)
{
    /// <summary>The points that the exponent is fitted to.</summary>
    public IReadOnlyList<(double Size, double Seconds)> Fitted => [.. Points.Where(p => p.Size >= FittedFrom)];

    /// <summary>The slope of log cost over log size, by least squares.</summary>
    public double Exponent => Slope([.. Fitted]);

    /// <summary>The slope that the expected law has over the same sizes.</summary>
    public double ExpectedExponent => Slope([.. Fitted.Select(p => (p.Size, Law(p.Size)))]);

    /// <summary>The slope of log y over log x, by least squares.</summary>
    /// <exception cref="ArgumentException">There are fewer than two points.</exception>
    public static double Slope(IReadOnlyList<(double X, double Y)> points) =>
        Fit.Line([.. points.Select(p => Math.Log(p.X))], [.. points.Select(p => Math.Log(p.Y))]).B;

    /// <summary>As JSON.</summary>
    public JsonObject Json() => new()
    {
        ["name"] = Name,
        ["title"] = Title,
        ["size"] = Size,
        ["points"] = new JsonArray([.. Points.Select(p => new JsonObject { ["size"] = p.Size, ["seconds"] = p.Seconds })]),
        ["fitted_from"] = FittedFrom,
        ["exponent"] = Exponent,
        ["expected"] = LawName,
        ["expected_exponent"] = ExpectedExponent,
    };
}
