using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>NORTA with a marginal chosen by name (LSG's norta.py and qdfs.py).</summary>
internal static class QuantileProcess
{
    /// <exception cref="InvalidSettingException">There is no quantile function of that name, or its parameter is not allowed.</exception>
    internal static NormalToAnything Of(DataSettings settings, IStationaryCovariance kernel, string words)
    {
        var (marginal, name) = settings.Quantile switch
        {
            "uniform" => ((TransformedNormal)new UniformMarginal(), "uniform"),
            "laplace" => (new LaplaceMarginal(), "Laplace"),
            "bernoulli" => (new SmoothedBernoulliMarginal(Steepness(settings)), FormattableString.Invariant($"smoothed Bernoulli, s = {settings.Steepness}")),
            "normal" => (new NormalMarginal(), "normal"),
            "kur" => (new AlgebraicMarginal(InvalidSettingException.RequireAbove("k", settings.K, 2)), FormattableString.Invariant($"Kur, k = {settings.K}")),
            _ => throw new InvalidSettingException("quantile", settings.Quantile, "uniform, laplace, bernoulli, normal or kur"),
        };
        return new NormalToAnything(kernel, marginal, $"NORTA, {name}, {words}");
    }

    private static double Steepness(DataSettings settings)
    {
        InvalidSettingException.Require(settings.Steepness is >= 1e-3 and <= 1e4, "steepness", settings.Steepness, "a number from 0.001 to 10000");
        return settings.Steepness;
    }
}
