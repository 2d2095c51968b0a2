namespace TorchRf.Measures;

/// <summary>
/// The entropy of a receptive field's energy over its sites, H = -sum p ln p with p = w^2 / sum w^2, in nats: ln N for a field of equal magnitudes, 0 for a
/// single site.
/// </summary>
public static class WeightEntropy
{
    /// <param name="w">Receptive fields, shape (..., N), not zero.</param>
    /// <returns>Nats, shape (...).</returns>
    public static Tensor Of(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        var p = Energy.Share(w);
        // p ln p goes to 0 with p.
        return (-(p * torch.where(p.gt(0), p, (p * 0) + 1).log()).sum(-1)).clamp(min: 0.0).MoveToOuterDisposeScope();
    }

    /// <summary>Over how many sites, equally used, a field would have the same entropy: exp(H), from 1 to N.</summary>
    /// <param name="w">Receptive fields, shape (..., N), not zero.</param>
    /// <returns>Shape (...).</returns>
    public static Tensor EffectiveNumber(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        return Of(w).exp().MoveToOuterDisposeScope();
    }
}
