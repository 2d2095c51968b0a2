namespace TorchRf.Measures;

/// <summary>
/// How few sites carry a receptive field: IPR(w) = sum w^4 / (sum w^2)^2, from 1/N for a constant over 1.5/N for a
/// sinusoid and 3/N for white Gaussian noise to 1 for a single site (LSG section 4; IG's code plots the reciprocal under this name).
/// </summary>
public static class InverseParticipationRatio
{
    /// <param name="w">Receptive fields, shape (..., N).</param>
    /// <returns>Shape (...).</returns>
    public static Tensor Of(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        // By the largest coordinate first: the fourth power of a small initialisation underflows in Float32.
        var square = (w / w.abs().amax([-1], keepdim: true)).square();
        return (square.square().sum(-1) / square.sum(-1).square()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The IPR above which a receptive field counts as localized: three standard deviations over the mean of white Gaussian
    /// noise, 3/N (1 + 3 sqrt(8 / (3 N))). (The kurtosis of N independent normals, about their known mean 0 and relative to their own
    /// mean square, has variance 24/N to leading order.)
    /// </summary>
    /// <param name="sites">N. On so few that noise reaches further, 0.9: a single site always counts as localized.</param>
    public static double LocalizedAbove(int sites) => Math.Min(0.9, 3.0 / sites * (1 + (3 * Math.Sqrt(8.0 / (3 * sites)))));
}
