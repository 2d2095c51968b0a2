using TorchRf.Measures;
using TorchRf.Training;

namespace TorchRf.Pruning;

/// <summary>The one place where a trained network's numbers are taken: of its first layer, by name; null where there is none.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>"ipr": the mean inverse participation ratio of its rows, less those that have no weights; "ipr_random": that of the first training's weights under a mask of as many weights by chance, for it rises with sparsity
/// alone; "ipr_ratio": the one by the other.</item>
/// <item>"near_over_far": pairs of a unit's surviving inputs near by over those far away (<see cref="DisplacementMap"/>); "near_over_far_chance", "near_over_far_chance_std" and "locality_p": of masks that keep each unit's
/// number of inputs and each pixel's of connections (<see cref="MaskLocality"/>); "locality": the one by the other, 1 without locality; "locality_other": the same of pairs in different colour planes; "near_over_far_fewest",
/// "near_over_far_middle", "near_over_far_most": of the thirds of units by their numbers of inputs.</item>
/// <item>"in_degree_std_ratio": the standard deviation of units' numbers of inputs over the binomial one, and "in_degree_p" (<see cref="InDegrees"/>).</item>
/// <item>"effective_inputs_2", "effective_inputs_3", ...: over how many inputs the paths of a unit of the second hidden layer, the third, spread, the mean over units that have some (<see cref="EffectiveFields"/>).</item>
/// <item>"accuracy_without_most", "accuracy_without_least", "accuracy_without_random": how often held-out examples are told right when a tenth of the connected units of the first layer no longer reaches the second: those with
/// the most inputs, with the fewest, and at random (<see cref="AblatedUnits"/>).</item>
/// <item>"kurtosis" and "kurtosis_error": the excess kurtosis of the pre-activations, by class, on held-out examples, the median over units with its error over examples; "kurtosis_mean" and "kurtosis_mean_error": the mean
/// (<see cref="PreactivationKurtosis"/>).</item>
/// <item>"cavity_next", "cavity_kept", "cavity_random": what removing a weight adds to that kurtosis, of the weights that the next round takes, those that it keeps and as many at random; "cavity_kept_p" and
/// "cavity_random_p": of the first against the others (<see cref="CavityContrast"/>).</item>
/// </list>
/// </remarks>
public static class RoundMeasures
{
    private const int Batches = 10;

    /// <param name="network">The network, trained and in <c>eval()</c>.</param>
    /// <param name="first">The first layer's weights at the end of the first training, shape (out, in).</param>
    /// <param name="chance">Which of them a mask by chance keeps, as many as the network has.</param>
    /// <param name="next">Which weights of its first layer the next round keeps; null where there is none.</param>
    /// <param name="examples">What it is judged by.</param>
    /// <param name="seed">Of what is drawn by chance.</param>
    public static IReadOnlyDictionary<string, double?> Of(MaskedNetwork network, Tensor first, Tensor chance, Tensor? next, PruningExamples examples, ulong seed)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (mask, weights) = (network.Masks[0], network.Weights[0]);
        var measured = new Dictionary<string, double?>();
        void Add(string name, double? value) => measured[name] = value is double v && double.IsFinite(v) ? v : null;

        double? ipr = MeanIpr(weights), random = MeanIpr(first * chance);
        Add("ipr", ipr);
        Add("ipr_random", random);
        Add("ipr_ratio", ipr / random);

        var local = MaskLocality.Of(mask, examples.Grid, (int)(Seeds.Derive(seed, "locality") & int.MaxValue));
        Add("near_over_far", local.NearOverFar);
        Add("near_over_far_chance", local.ByChance);
        Add("near_over_far_chance_std", local.ChanceStd);
        Add("locality", local.Ratio);
        Add("locality_p", local.P);
        if (local.OtherChannels is MaskLocality other)
            Add("locality_other", other.Ratio);
        foreach (var (third, map) in ((string[])["fewest", "middle", "most"]).Zip(DisplacementMap.ByInDegree(mask, examples.Grid)))
            Add("near_over_far_" + third, map.NearOverFar);

        var degrees = InDegrees.Of(mask);
        Add("in_degree_std_ratio", degrees.StdRatio);
        Add("in_degree_p", degrees.P);
        for (int layer = 2; layer < network.Masks.Count; layer++)
        {
            double[] spread = [.. EffectiveFields.Of([.. network.Masks.Take(layer)]).Effective.Where(n => n > 0)];
            Add(FormattableString.Invariant($"effective_inputs_{layer}"), spread.Length > 0 ? spread.Average() : null);
        }
        var silenced = AblatedUnits.Of(mask, (degrees.Connected + 9) / 10, (int)(Seeds.Derive(seed, "silenced") & int.MaxValue));
        foreach (var (which, units) in (ReadOnlySpan<(string, IReadOnlyList<int>)>)[("most", silenced.Most), ("least", silenced.Least), ("random", silenced.Random)])
            Add("accuracy_without_" + which, AccuracyWithout(network, units, examples));

        // A class of which too few are held out tells nothing of fourth moments.
        Tensor[] classes = [.. examples.HeldOfClasses().Where(x => x.shape[0] >= 2 * Batches)];
        if (classes.Length == 0)
            return measured;
        var kurtosis = PreactivationKurtosis.Of([.. classes.Select(x => (IReadOnlyList<Func<Tensor>>)[.. x.chunk(Batches).Select(some => (Func<Tensor>)(() => network.Preactivations(some, 0)))])]);
        Add("kurtosis", kurtosis.Median);
        Add("kurtosis_error", kurtosis.MedianError);
        Add("kurtosis_mean", kurtosis.Mean?.Mean);
        Add("kurtosis_mean_error", kurtosis.BatchError);
        if (next is null)
            return measured;
        using var draws = new Generator(Seeds.Derive(seed, "cavity"));
        var effect = CavityEffect.Of(mask, weights, [.. classes.Select(x => network.Inputs(x, 0))]);
        if (CavityContrast.Of(effect, mask, next, draws) is CavityContrast contrast)
        {
            Add("cavity_next", contrast.Next.Mean);
            Add("cavity_kept", contrast.Kept.Mean);
            Add("cavity_random", contrast.Random.Mean);
            Add("cavity_kept_p", contrast.OverKept.P);
            Add("cavity_random_p", contrast.OverRandom.P);
        }
        return measured;
    }

    // Weights of the second layer are 0 for a moment; what it normalises stays.
    private static double AccuracyWithout(MaskedNetwork network, IReadOnlyList<int> units, PruningExamples examples)
    {
        using var scope = torch.NewDisposeScope();
        var after = network.Weights[1];
        var kept = after.clone();
        after.index_fill_(1, torch.tensor([.. units.Select(u => (long)u)], device: after.device), 0);
        double accuracy = network.call(examples.Held.X).argmax(1).eq(examples.Held.Y).@double().mean().item<double>();
        after.copy_(kept);
        return accuracy;
    }

    private static double? MeanIpr(Tensor rows)
    {
        double[] each = [.. InverseParticipationRatio.Each(rows).Where(double.IsFinite)];
        return each.Length > 0 ? each.Average() : null;
    }
}
