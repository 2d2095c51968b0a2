using System.Globalization;

namespace TorchRf.Benchmarks.Contests;

/// <summary>How measured times and ratios are written: three figures, for more are not certain.</summary>
public static class Measured
{
    /// <summary>"1.23 ms".</summary>
    public static string Time(double seconds) => seconds switch
    {
        >= 1 => Figures(seconds) + " s",
        >= 1e-3 => Figures(seconds * 1e3) + " ms",
        >= 1e-6 => Figures(seconds * 1e6) + " µs",
        _ => Figures(seconds * 1e9) + " ns",
    };

    /// <summary>"5.3", or "1240".</summary>
    public static string Ratio(double ratio) => ratio.ToString(ratio >= 100 ? "0" : ratio >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    /// <summary>"5.31 (5.20-5.44)": the median and the quartiles.</summary>
    public static string Ratio(Quartiles ratio) => $"{Ratio(ratio.Median)} ({Ratio(ratio.Lower)}-{Ratio(ratio.Upper)})";

    private static string Figures(double value) => value.ToString(value >= 100 ? "0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
