namespace TorchRf.Data.Marginals;

/// <summary>X = h(Z) with Z standard normal and h odd and increasing: a law given by its quantiles.</summary>
public abstract class TransformedNormal : Marginal
{
    /// <summary>h, element by element, on the device and in the dtype of <paramref name="z"/>; any shape.</summary>
    public abstract Tensor Transform(Tensor z);
}
