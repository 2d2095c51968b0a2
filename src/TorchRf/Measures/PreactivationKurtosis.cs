namespace TorchRf.Measures;

/// <summary>
/// How far from Gaussian what units see is: the excess kurtosis of each unit's pre-activation, class by class and averaged over the classes, whose mixture would be non-Gaussian by itself (Redman, Wang,
/// Ingrosso and Goldt 2024, section 4).
/// </summary>
/// <param name="OfUnits">One a unit, K in all; not a number where its pre-activation does not vary.</param>
/// <param name="Mean">Over the units that have one, with the error of their spread. Units share examples: that the next examples would say the same, it does not tell.</param>
/// <param name="BatchError">The error of that mean over other examples, by leaving out batches in turn; not a number of one batch.</param>
/// <param name="Median">Over the same units: one that sees a pixel which is seldom lit can have any kurtosis, and would be most of the mean. Not a number where there is none.</param>
/// <param name="MedianError">The error of the median over other examples, likewise.</param>
public sealed record PreactivationKurtosis(IReadOnlyList<double> OfUnits, Statistic? Mean, double BatchError, double Median, double MedianError)
{
    /// <param name="classes">At least one: of each class its pre-activations in batches of about one size, each made when it is its turn, shape (examples, K), finite.</param>
    public static PreactivationKurtosis Of(IReadOnlyList<IReadOnlyList<Func<Tensor>>> classes)
    {
        using var scope = torch.NewDisposeScope();
        var sums = classes.Select(Sums).ToArray();
        int batches = sums.Min(s => (int)s.shape[0]);
        double[] Kurtosis(int? without)
        {
            using var inner = torch.NewDisposeScope();
            var each = sums.Select(s => OfSums(s.sum([0]) - (without is int batch ? s[batch] : torch.zeros_like(s[0]))));
            return torch.stack(each).mean([0]).ToArray<double>();
        }

        double[] all = Kurtosis(null), finite = [.. all.Where(double.IsFinite)];
        if (finite.Length == 0)
            return new PreactivationKurtosis(all, null, double.NaN, double.NaN, double.NaN);
        double[][] without = batches < 2 ? [] : [.. Enumerable.Range(0, batches).Select(batch => Kurtosis(batch).Where(double.IsFinite).ToArray())];
        double Error(Func<double[], double> of) => batches < 2 ? double.NaN : Statistic.Jackknife(batches, batch => of(batch is int left ? without[left] : finite)).Error;
        static double Middle(double[] values) => values.Order().Skip((values.Length - 1) / 2).Take(2 - (values.Length % 2)).Average();
        return new PreactivationKurtosis(all, Statistic.Of(finite), Error(values => values.Average()), Middle(finite), Error(Middle));
    }

    // Of each batch how many, and the sums of the first four powers about the first batch's mean, shape (batches, 5, K).
    private static Tensor Sums(IReadOnlyList<Func<Tensor>> batches)
    {
        using var scope = torch.NewDisposeScope();
        Tensor? about = null;
        var sums = new List<Tensor>();
        foreach (var batch in batches)
        {
            using var inner = torch.NewDisposeScope();
            var h = batch().detach().to(ScalarType.Float64);
            about ??= h.mean([0]).MoveToOuterDisposeScope();
            var d = h - about;
            var square = d.square();
            sums.Add(torch.stack([torch.full_like(about, (double)h.shape[0]), d.sum([0]), square.sum([0]), (square * d).sum([0]), square.square().sum([0])]).MoveToOuterDisposeScope());
        }
        return torch.stack(sums).MoveToOuterDisposeScope();
    }

    private static Tensor OfSums(Tensor sums)
    {
        var (mean, second, third, fourth) = (sums[1] / sums[0], sums[2] / sums[0], sums[3] / sums[0], sums[4] / sums[0]);
        var square = mean.square();
        var variance = second - square;
        var central = fourth - (mean * third * 4) + (square * second * 6) - (square.square() * 3);
        // What does not vary but for rounding has none.
        return torch.where(variance.gt(second * 1e-12), (central / variance.square()) - 3, torch.full_like(mean, double.NaN));
    }
}
