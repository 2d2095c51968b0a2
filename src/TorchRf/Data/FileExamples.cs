using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>
/// A user's own examples, drawn with replacement. A mean is removed, they are scaled to unit variance (<see cref="Preparation"/>), and each is shown as it is or as its negative, equally often,
/// because the task's laws are symmetric. They are read where they lie, and only their statistics are kept: they may be more than memory holds.
/// </summary>
public sealed class FileExamples : IDataModel, IExamples, IDisposable
{
    private readonly ExampleRows rows;
    private readonly Preparation how;
    private readonly DenseCovariance covariance;

    // What is taken off each site, what the rest is divided by (one number or one a site), and what borders are then multiplied by.
    private readonly Tensor mean, spread;
    private readonly Tensor? window;

    /// <param name="values">Shape (examples, N), at least two examples of at least two sites, finite and not all equal; copied.</param>
    /// <param name="description">Where they come from.</param>
    /// <param name="lattice">How the N sites are arranged; a ring if this is left out.</param>
    /// <param name="how">What is done to them; <see cref="Preparation.OfFiles"/> if this is left out.</param>
    /// <exception cref="InvalidDataException">They are not of that kind.</exception>
    public FileExamples(Tensor values, string description, Lattice? lattice = null, Preparation? how = null) : this(RowsOfTensor.Of(values, description), description, lattice, how)
    {
    }

    internal FileExamples(ExampleRows rows, string description, Lattice? lattice = null, Preparation? how = null)
    {
        (this.how, Description) = (how ?? Preparation.OfFiles, description);
        this.rows = this.how.Band is FrequencyBand band ? new BandRows(rows, band) : rows;
        if (rows.Count < 2 || rows.Width < 2)
            throw new InvalidDataException($"{description}: examples have shape (examples, sites) with at least 2 examples of at least 2 sites, not ({rows.Count}, {rows.Width})");
        if (rows.Width > MeasuredStatistics.MostSites)
            throw new InvalidDataException($"{description}: its examples have {rows.Width} sites; at most {MeasuredStatistics.MostSites} are taken, for their covariance is kept whole");
        Lattice = lattice ?? Lattice.Ring(rows.Width);
        if (Lattice.Sites != rows.Width)
            throw new InvalidDataException($"{description}: its examples have {rows.Width} sites, not the {Lattice.Sites} of {Lattice}");

        using var scope = torch.NewDisposeScope();
        (mean, var largest) = Means();
        (spread, var scales, var varying, var tapered) = Spreads(largest);
        window = tapered?.DetachFromDisposeScope();
        mean.DetachFromDisposeScope();
        spread.DetachFromDisposeScope();
        OfTheLaw = this.how.Standardize == Standardize.Site ? varying : [.. Enumerable.Range(0, Sites)];
        (covariance, Marginal) = Statistics();
        Notes = [.. Told(scales, varying)];
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public int Sites => Lattice.Sites;

    /// <inheritdoc/>
    public Lattice Lattice { get; }

    /// <inheritdoc/>
    public ICovariance Covariance => covariance;

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public string? OutsideTheLemma => how.OutsideTheLemma;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The sites whose values make the law of one site: all, or where each is brought to unit variance those that vary.</summary>
    public IReadOnlyList<int> OfTheLaw { get; }

    /// <inheritdoc/>
    public long Count => rows.Count;

    /// <inheritdoc/>
    public (Tensor Mean, Tensor Scale)? Origin
    {
        get
        {
            if (how.RemoveMean == RemoveMean.Example || window is not null || how.Band is not null)
                return null;
            using var scope = torch.NewDisposeScope();
            // Sites that do not vary have no scale.
            return (mean.clone().MoveToOuterDisposeScope(), torch.where(spread.isfinite(), spread, torch.ones_like(spread)).expand(Sites).clone().MoveToOuterDisposeScope());
        }
    }

    /// <inheritdoc/>
    public Tensor Examples(long most = long.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        using var scope = torch.NewDisposeScope();
        return Shown(rows.Read(Every(((Count - 1) / most) + 1))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Examples(ReadOnlySpan<long> numbers)
    {
        using var scope = torch.NewDisposeScope();
        return Shown(rows.Read(numbers)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) =>
        ExampleSource.Drawn(this, examples, generator, dtype, into);

    /// <summary>Closes the file, and lets go of what was measured.</summary>
    public void Dispose()
    {
        rows.Dispose();
        covariance.Dispose();
        mean.Dispose();
        spread.Dispose();
        window?.Dispose();
    }

    private Tensor Shown(Tensor values)
    {
        var x = Centred(values) / spread;
        return window is null ? x : x * window;
    }

    private Tensor Centred(Tensor values) => values - (how.RemoveMean == RemoveMean.Example ? values.mean([1], keepdim: true) : mean);

    private long[] Every(long step) => [.. Enumerable.Range(0, (int)(((Count - 1) / step) + 1)).Select(i => i * step)];

    // All examples in pieces, as they are in the file; each piece is let go of after its turn.
    private void Pass(Action<long, Tensor> piece)
    {
        long most = MeasuredStatistics.PieceRows(rows.Width);
        for (long first = 0; first < Count; first += most)
        {
            using var scope = torch.NewDisposeScope();
            piece(first, rows.Read(first, (int)Math.Min(most, Count - first)));
        }
    }

    // The mean and the largest magnitude of each site.
    private (Tensor Mean, Tensor Largest) Means()
    {
        var (sum, largest) = (torch.zeros(rows.Width, ScalarType.Float64), torch.zeros(rows.Width, ScalarType.Float64));
        Pass((first, x) =>
        {
            var here = torch.maximum(x.amax([0]), -x.amin([0]));
            if (!here.isfinite().all().item<bool>())
                throw new InvalidDataException($"{Description}: holds numbers that are not finite{FirstOf(x.isfinite(), first)}");
            sum.add_(x.sum([0]));
            largest.copy_(torch.maximum(largest, here));
        });
        if (!sum.isfinite().all().item<bool>())
            throw new InvalidDataException($"{Description}: holds numbers too large for their mean");
        return (sum / (double)Count, largest);
    }

    private string FirstOf(Tensor finite, long first)
    {
        long at = finite.flatten().to(ScalarType.Byte).argmin().item<long>();
        return FormattableString.Invariant($", the first in example {first + (at / rows.Width)} at site {at % rows.Width}");
    }

    // What the centred examples are divided by, the standard deviations of the sites, which sites vary, and the window with the factor that brings what it leaves back to unit variance.
    private (Tensor Spread, double[] Scales, int[] Varying, Tensor? Window) Spreads(Tensor largest)
    {
        // Squares of 1e200 and of 1e-200 are no numbers: powers of two, which change no digit, bring the sites between.
        var unit = torch.tensor(Array.ConvertAll((how.Standardize == Standardize.Site ? largest : largest.max().expand(rows.Width)).ToArray<double>(), Unit));
        var (squares, raw, total, all) = (torch.zeros(rows.Width, ScalarType.Float64), torch.zeros(rows.Width, ScalarType.Float64), 0.0, 0.0);
        Pass((_, values) =>
        {
            var x = Centred(values).mul_(unit).square();
            var scaled = values.mul_(unit).square();
            squares.add_(x.sum([0]));
            raw.add_(scaled.sum([0]));
            total += x.sum().item<double>();
            all += scaled.sum().item<double>();
        });
        double count = Count, variance = total / (count * rows.Width);
        // Relative to the values themselves: less is rounding.
        if (!(variance > 1e-20 * (all / (count * rows.Width))) || !double.IsFinite(variance))
            throw new InvalidDataException($"{Description}: its examples do not vary");
        double[] s = squares.ToArray<double>(), r = raw.ToArray<double>(), u = unit.ToArray<double>();
        bool[] varies = [.. s.Zip(r, (square, of) => square > 1e-20 * of)];
        int[] varying = [.. Enumerable.Range(0, rows.Width).Where(i => varies[i])];
        double[] scales = [.. s.Zip(u, (square, by) => Math.Sqrt(square / count) / by)];
        if (how.Standardize == Standardize.None && scales.Max() is > 1e15 or < 1e-15)
            throw new InvalidDataException(FormattableString.Invariant($"{Description}: its standard deviation is {scales.Max():0.#e0}, and examples are left unscaled from 1e-15 to 1e15"));
        var by = how.Standardize switch
        {
            // Sites that do not vary stay at 0.
            Standardize.Site => torch.tensor([.. scales.Select((scale, i) => varies[i] ? scale : double.PositiveInfinity)]),
            Standardize.All => torch.tensor(Math.Sqrt(variance) / u[0]),
            _ => torch.tensor(1.0),
        };
        if (how.Window(Lattice) is not Tensor fading)
            return (by, scales, varying, null);
        var left = (torch.tensor(scales) / by * fading).square();
        return (by, scales, varying, how.Standardize == Standardize.None ? fading : fading * Math.Sqrt((how.Standardize == Standardize.Site ? varying.Length : Sites) / left.sum().item<double>()));
    }

    private static double Unit(double largest) => largest is > 1e-100 and < 1e100 or 0 ? 1 : Math.ScaleB(1, -Math.ILogB(largest));

    private (DenseCovariance, Marginal) Statistics()
    {
        var second = torch.zeros([rows.Width, rows.Width], ScalarType.Float64);
        Pass((_, values) =>
        {
            var x = Shown(values);
            second.add_(x.mT.matmul(x));
        });
        second = second / (double)Count;
        var thinned = Shown(rows.Read(Every(Math.Max(1, Count * rows.Width / MeasuredStatistics.MarginalValues))));
        if (OfTheLaw.Count < Sites)
            thinned = thinned.index_select(1, torch.tensor([.. OfTheLaw.Select(i => (long)i)]));
        return (new DenseCovariance((second + second.mT) * 0.5), MeasuredStatistics.MarginalOf(thinned));
    }

    private IEnumerable<string> Told(double[] scales, int[] varying)
    {
        string name = Path.GetFileName(Description);
        double[] of = [.. varying.Select(i => scales[i])], means = mean.ToArray<double>();
        string ranges = FormattableString.Invariant($"standard deviations from {Short(of.Min())} to {Short(of.Max())}, means from {Short(means.Min())} to {Short(means.Max())}");
        yield return $"{name}: " + how.Standardize switch
        {
            Standardize.Site => $"each site was brought to unit variance ({ranges})",
            Standardize.All => $"all sites were scaled together ({ranges})",
            _ => $"its sites were left as they are ({ranges})",
        } + (how.Band is FrequencyBand band ? FormattableString.Invariant($", {band} of each kept") : "") + (how.RemoveMean == RemoveMean.Example ? " and each example's own mean removed." : ".");
        int still = Sites - varying.Length;
        if (still > 0)
            yield return $"{name}: {(still == 1 ? "1 site does" : $"{still} sites do")} not vary and {(still == 1 ? "stays" : "stay")} at 0: {string.Join(", ", Enumerable.Range(0, Sites).Except(varying).Take(8))}{(still > 8 ? ", ..." : "")}.";
        if (Count < Sites)
            yield return $"{name}: {Count} examples of {Sites} sites. Examples are rows: an array of the sites' rows is to be transposed.";
    }

    private static string Short(double value) => value.ToString(value != 0 && Math.Abs(value) is < 1e-3 or >= 1e5 ? "0.##e0" : "0.####", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The statistics of examples that were measured rather than generated.</summary>
internal static class MeasuredStatistics
{
    /// <summary>Sites of which a covariance is still kept whole: it takes 800 MB, and its root as much again.</summary>
    internal const int MostSites = 10_000;

    /// <summary>
    /// Examples that a pass over all takes at a time: 1 MiB of numbers, and a few times that of what is made of them on the way. The C library loses a piece's place now and then, to a little something
    /// that settles there, and so pieces are small. Of many sites they are larger, for each adds to a covariance of their square.
    /// </summary>
    internal static long PieceRows(int sites) => Math.Max(1, Math.Clamp((long)sites * sites, 1 << 17, 6_000_000) / sites);

    /// <summary>How many values a marginal is made of, about.</summary>
    internal const int MarginalValues = 1_000_000;

    /// <summary>The law of the values, at unit variance.</summary>
    internal static EmpiricalMarginal MarginalOf(Tensor examples)
    {
        var values = examples.ToArray<double>();
        double scale = 1 / Math.Sqrt(values.Sum(v => v * v) / values.Length);
        return new EmpiricalMarginal(Array.ConvertAll(values, v => v * scale));
    }
}
