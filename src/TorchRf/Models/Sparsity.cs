namespace TorchRf.Models;

/// <summary>What an autoencoder pays for the activity of its hidden units (LSG's code).</summary>
public enum Sparsity
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The Kullback-Leibler divergence of their mean activity from a target.</summary>
    KL,

    /// <summary>Their mean absolute input.</summary>
    L1,
}

/// <summary>Computes what is paid.</summary>
internal static class SparsityPenalty
{
    /// <param name="sparsity">Which.</param>
    /// <param name="u">The hidden units' inputs, shape (inits, units, batch).</param>
    /// <param name="target">rho, the activity that KL wants.</param>
    /// <returns>Shape (inits), a mean over the units.</returns>
    internal static Tensor Of(this Sparsity sparsity, Tensor u, double target)
    {
        switch (sparsity)
        {
            case Sparsity.KL:
                // Saturated units would make log(0); a unit in 10 million examples is as good as none.
                var activity = u.sigmoid().mean([-1]).clamp(1e-7, 1 - 1e-7);
                var divergence = (target * Math.Log(target)) - (target * activity.log())
                    + ((1 - target) * Math.Log(1 - target)) - ((1 - target) * (1 - activity).log());
                return divergence.mean([-1]);
            case Sparsity.L1:
                return u.abs().mean([-2, -1]);
            default:
                return torch.zeros(u.shape[0], u.dtype, u.device);
        }
    }
}
