namespace TorchRf.Measures;

/// <summary>
/// What removing one weight does to the excess kurtosis of a unit's pre-activation, for every weight of a layer at once: the cavity argument of Redman, Wang, Ingrosso and Goldt (2024, section 4) for why
/// pruning of small weights raises it.
/// </summary>
/// <remarks>
/// With s the centred pre-activation of unit j and t = w_ji x_i (x centred), what is left is s - t, and
/// m2' = E s^2 - 2 E st + E t^2, m4' = E s^4 - 4 E s^3 t + 6 E s^2 t^2 - 4 E s t^3 + E t^4, kappa' = m4' / m2'^2 - 3. With S of shape (P, K) and X of shape (P, N) the mixed moments are four products of
/// matrices, S^T X, (S^3)^T X, (S^2)^T X^2 and S^T X^3. They are taken class by class: a mixture of two Gaussians of different variance is not Gaussian itself.
/// </remarks>
public static class CavityEffect
{
    // Numbers of examples that are looked at together, in Float64.
    private const long Piece = 1 << 22;

    /// <summary>kappa' - kappa of every weight, the mean over classes.</summary>
    /// <param name="mask">Which weights there are, shape (K, N), Bool.</param>
    /// <param name="weights">Shape (K, N), finite; those that the mask removes count as zero.</param>
    /// <param name="classes">At least one: the examples of each class as the layer sees them, shape (P, N), in any precision. They are centred and summed in Float64, a piece at a time.</param>
    /// <returns>Shape (K, N), Float64 on the weights' device: 0 where the mask has no weight, and not a number where nothing that varies is left of the unit.</returns>
    public static Tensor Of(Tensor mask, Tensor weights, params IReadOnlyList<Tensor> classes)
    {
        if (classes.Count == 0)
            throw new ArgumentException("Removing a weight changes a kurtosis over examples, and there are none.", nameof(classes));
        using var scope = torch.NewDisposeScope();
        var w = weights.detach().to(ScalarType.Float64).where(mask, torch.zeros(1, ScalarType.Float64, weights.device));
        // A kurtosis knows no unit, and fourth powers of small weights would vanish.
        var largest = w.abs().amax([1], keepdim: true);
        w = w / largest.where(largest.gt(0), torch.ones_like(largest));
        var effect = torch.zeros_like(w);
        foreach (var x in classes)
            effect.add_(OfClass(w, x.detach()));
        return (effect / (double)classes.Count).where(mask, torch.zeros_like(effect)).MoveToOuterDisposeScope();
    }

    private static Tensor OfClass(Tensor w, Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var mean = torch.zeros(x.shape[1], ScalarType.Float64, w.device);
        Tensor[] units = [torch.zeros(w.shape[0], 1, ScalarType.Float64, w.device), torch.zeros(w.shape[0], 1, ScalarType.Float64, w.device)];
        Tensor[] sites = [torch.zeros_like(mean), torch.zeros_like(mean)];
        Tensor[] mixed = [torch.zeros_like(w), torch.zeros_like(w), torch.zeros_like(w), torch.zeros_like(w)];
        void Each(Action<Tensor> look)
        {
            foreach (var piece in x.split(Math.Max(1, Piece / Math.Max(x.shape[1], w.shape[0]))))
            {
                using var inner = torch.NewDisposeScope();
                look(piece.to(ScalarType.Float64, w.device));
            }
        }

        Each(d => mean.add_(d.sum([0])));
        mean.div_((double)x.shape[0]);
        Each(piece =>
        {
            var d = piece - mean;
            var s = d.matmul(w.mT);
            var (d2, s2) = (d.square(), s.square());
            sites[0].add_(d2.sum([0]));
            sites[1].add_(d2.square().sum([0]));
            units[0].add_(s2.sum([0]).unsqueeze(1));
            units[1].add_(s2.square().sum([0]).unsqueeze(1));
            mixed[0].add_(s.mT.matmul(d));
            mixed[1].add_((s * s2).mT.matmul(d));
            mixed[2].add_(s2.mT.matmul(d2));
            mixed[3].add_(s.mT.matmul(d * d2));
        });
        foreach (var sum in (Tensor[])[.. units, .. sites, .. mixed])
            sum.div_((double)x.shape[0]);
        var (w2, w3) = (w.square(), w * w.square());
        var second = units[0] - (mixed[0] * w * 2) + (w2 * sites[0]);
        var fourth = units[1] - (mixed[1] * w * 4) + (mixed[2] * w2 * 6) - (mixed[3] * w3 * 4) + (w2.square() * sites[1]);
        // Less than this is what rounding leaves of a unit's only weight.
        second = second.where(second.gt((units[0] + (w2 * sites[0])) * 1e-12), torch.full_like(second, double.NaN));
        return ((fourth / second.square()) - (units[1] / units[0].square())).MoveToOuterDisposeScope();
    }
}

/// <summary>The cavity effect of the weights that a round of pruning takes next, beside those that it keeps and as many of a unit's weights at random, paired over units.</summary>
/// <param name="Next">Over units, the mean effect of the weights that go next.</param>
/// <param name="Kept">Of those that stay.</param>
/// <param name="Random">Of as many as go, drawn from all that the unit has.</param>
/// <param name="OverKept">Whether those that go raise the kurtosis more than those that stay.</param>
/// <param name="OverRandom">Whether they raise it more than those at random.</param>
public sealed record CavityContrast(Statistic Next, Statistic Kept, Statistic Random, WilcoxonTest OverKept, WilcoxonTest OverRandom)
{
    /// <param name="effect">The effect of every weight, shape (K, N), as <see cref="CavityEffect"/> gives it; what is not a number is passed over.</param>
    /// <param name="mask">The weights there are, shape (K, N), Bool.</param>
    /// <param name="next">Those that the next round leaves, shape (K, N), Bool.</param>
    /// <param name="generator">For the weights at random; on the CPU.</param>
    /// <returns>Null where no unit loses some of its weights and keeps others.</returns>
    public static CavityContrast? Of(Tensor effect, Tensor mask, Tensor next, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        var there = mask.logical_and(effect.isfinite());
        var (goes, stays) = (there.logical_and(next.logical_not()), there.logical_and(next));
        var (losing, keeping) = (goes.sum([1], keepdim: true), stays.sum([1], keepdim: true));
        // A weight is among n at random where its lot is one of the n smallest of the unit's.
        var lots = torch.rand(mask.shape, ScalarType.Float64, generator: generator).to(mask.device).masked_fill(there.logical_not(), 2.0);
        var drawn = lots.argsort(1).argsort(1).lt(losing);
        var units = losing.gt(0).logical_and(keeping.gt(0)).squeeze(1);
        if (units.sum().item<long>() == 0)
            return null;
        double[] Mean(Tensor which) => (effect.masked_fill(which.logical_not(), 0.0).sum([1]) / which.sum([1]))[units].ToArray<double>();
        var (a, b, c) = (Mean(goes), Mean(stays), Mean(drawn));
        return new CavityContrast(Statistic.Of(a), Statistic.Of(b), Statistic.Of(c), WilcoxonTest.Of([.. a.Zip(b, (x, y) => x - y)]), WilcoxonTest.Of([.. a.Zip(c, (x, y) => x - y)]));
    }
}
