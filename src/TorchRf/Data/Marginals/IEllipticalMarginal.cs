namespace TorchRf.Data.Marginals;

/// <summary>
/// A marginal of an elliptical law x = r Lambda u (u uniform on the sphere). There E[x | w.x] is linear in w.x, so that E[x 1(w.x &gt; 0)] =
/// a E|X| / 2 with a = Sigma w / sqrt(w . Sigma w), exactly and for any radial law (LSG Prop. 3.3).
/// </summary>
public interface IEllipticalMarginal
{
    /// <summary>E|X|.</summary>
    double MeanMagnitude { get; }
}
