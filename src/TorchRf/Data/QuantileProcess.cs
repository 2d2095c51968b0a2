using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>NORTA with a marginal chosen by name (LSG's norta.py and qdfs.py).</summary>
internal static class QuantileProcess
{
    /// <exception cref="InvalidSettingException">There is no quantile function of that name, or its parameter is not allowed.</exception>
    internal static NormalToAnything Of(DataSettings settings, IStationaryCovariance kernel, string words)
    {
        (TransformedNormal marginal, string name) = settings.Quantile switch
        {
            "normal" => ((TransformedNormal)new NormalMarginal(), "normal"),
            "kur" => (new AlgebraicMarginal(InvalidSettingException.RequireAbove("k", settings.K, 2)), FormattableString.Invariant($"Kur, k = {settings.K}")),
            _ => throw new InvalidSettingException("quantile", settings.Quantile, "uniform, laplace, bernoulli, normal or kur"),
        };
        return new NormalToAnything(kernel, marginal, $"NORTA, {name}, {words}");
    }
}
