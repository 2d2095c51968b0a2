using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Theory;

/// <summary>
/// The second layer v that serves a receptive field best: v* = E[relu(w.x) y] / E[relu(w.x)^2] makes the loss mean (v relu(w.x) - y)^2 least. With
/// two balanced classes of symmetric data E[relu(w.x)^2] = 1/4 w . (Sigma_0 + Sigma_1) w, and E[relu(w.x) y] = 1/2 E_1[relu(w.x)], so the share 1/2 of a class cancels.
/// </summary>
public static class OptimalHead
{
    /// <summary>
    /// By the lemma, which has E_1[x relu'(w.x)] = phi(a) / 2 and so E_1[relu(w.x)] = w . phi(a) / 2:
    /// <code>v* = w . phi(a) / (w . (Sigma_0 + Sigma_1) w),   a = Sigma_1 w / sqrt(w . Sigma_1 w)</code>
    /// For Gaussian data this is exact, and LSG's sqrt(2/pi) sqrt(w . Sigma_1 w) / (w . (Sigma_0 + Sigma_1) w).
    /// </summary>
    /// <param name="w">Receptive fields, shape (..., N), not zero; Float64.</param>
    /// <param name="first">Sigma_0.</param>
    /// <param name="second">Sigma_1.</param>
    /// <param name="amplifier">phi of class 1.</param>
    /// <returns>Shape (...).</returns>
    public static Tensor Of(Tensor w, ICovariance first, ICovariance second, Amplifier amplifier)
    {
        using var scope = torch.NewDisposeScope();
        var pulled = second.Times(w);
        var variance = (w * pulled).sum(-1);
        var phi = amplifier.Of(Lemma.Correlations(w, pulled));
        return ((w * phi).sum(-1) / (variance + (w * first.Times(w)).sum(-1))).MoveToOuterDisposeScope();
    }

    /// <summary>By least squares over a labelled batch: what no closure enters.</summary>
    /// <param name="w">Receptive fields, shape (..., N), in the dtype and on the device of <paramref name="x"/>.</param>
    /// <param name="x">Examples, shape (batch, N).</param>
    /// <param name="y">Their labels, shape (batch).</param>
    /// <returns>Shape (...). Not a number where no example drives the unit.</returns>
    public static Tensor Measured(Tensor w, Tensor x, Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        var response = w.matmul(x.mT).relu();
        return ((response * y).sum(-1) / response.square().sum(-1)).MoveToOuterDisposeScope();
    }
}
