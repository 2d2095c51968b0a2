using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>Settings of <see cref="Phi4Ring"/>s: one class a pair of mu^2 and lambda.</summary>
public sealed record Phi4Settings() : DataSettings("phi4")
{
    private const double Strongest = 1e6;

    /// <summary>mu^2 of each class; one value is that of all.</summary>
    [Setting("M0,M1,...", "phi4: μ² of each class, or of all; the action is Σ (x' - x)²/2 + μ² x²/2 + λ x⁴/4")]
    public IReadOnlyList<double> Mu2 { get; init; } = [-6];

    /// <summary>lambda of each class; one value is that of all. IG's field is (-6, 8), as far as can be inferred: their action is not published.</summary>
    [Setting("L0,L1,...", "phi4: λ of each class, or of all; with μ² = -6, 8 is Ingrosso and Goldt's, as far as can be inferred")]
    public IReadOnlyList<double> Lambda { get; init; } = [8, 4];

    /// <inheritdoc/>
    public override (string Setting, IEnumerable<object> Values) OneAClass => Mu2.Count > Lambda.Count ? (nameof(Mu2), Mu2.Cast<object>()) : (nameof(Lambda), Lambda.Cast<object>());

    /// <inheritdoc/>
    public override IReadOnlyList<IDataModel> Classes()
    {
        int sites = Ring("the field's transfer operator runs along one dimension"), classes = Math.Max(Mu2.Count, Lambda.Count);
        InvalidSettingException.Require(Mu2.Count > 0 && Mu2.All(m => Math.Abs(m) <= Strongest), nameof(Mu2), Mu2, $"numbers between -{Strongest} and {Strongest}, one a class or one for all");
        InvalidSettingException.Require(Lambda.Count > 0 && Lambda.All(l => l >= 0 && l <= Strongest), nameof(Lambda), Lambda, $"numbers between 0 and {Strongest}, one a class or one for all");
        InvalidSettingException.Require((Mu2.Count == 1 || Mu2.Count == classes) && (Lambda.Count == 1 || Lambda.Count == classes), nameof(Lambda), Lambda, $"as many numbers as `{nameof(Mu2)}` has, {Mu2.Count}, or one");
        InvalidSettingException.Require(classes <= MostClasses, nameof(Lambda), $"{classes} values", $"at most {MostClasses}, one a class");
        return [.. Enumerable.Range(0, classes).Select(c => Class(sites, Mu2[Mu2.Count == 1 ? 0 : c], Lambda[Lambda.Count == 1 ? 0 : c]))];
    }

    private static Phi4Ring Class(int sites, double mu2, double lambda)
    {
        try
        {
            return new Phi4Ring(sites, mu2, lambda);
        }
        catch (ArgumentOutOfRangeException e) when (e.ParamName == "lambda")
        {
            throw new InvalidSettingException(nameof(Lambda), lambda, FormattableString.Invariant($"larger: with μ² = {mu2} its well is so wide that no grid holds the field"));
        }
    }
}

/// <summary>
/// The phi^4 field on a ring, p(x) ~ exp(-S), S = sum_i (x_(i+1) - x_i)^2 / 2 + mu^2 x_i^2 / 2 + lambda x_i^4 / 4, scaled to variance 1: a continuous family of laws with interaction, whose one action has
/// tails and lengthscale both (after IG, whose action is inferred: of its readings this, at mu^2 = -6 and lambda = 8, alone has a lengthscale short of their 100 sites).
/// Its moments and its examples are exact, by the <see cref="TransferOperator"/>: examples are drawn on a coarse grid by halving, x_1 from the diagonal of K^N and then the middle of each stretch given both its
/// ends, and every site is then drawn anew in the continuum given its neighbours.
/// </summary>
public sealed class Phi4Ring : IDataModel, IDisposable
{
    // On which moments are computed, and sites drawn anew in cells of its step: those leave an error below 1e-4 of the variance.
    private const int FinePoints = 512;

    // Sums of a site's two neighbours, of which the two nearest are drawn in proportion.
    private const int Sums = 1024;

    // Numbers in one of the tensors that examples are made in.
    private const long Most = 1 << 21;

    private readonly FieldGrid coarse, fine;
    private readonly double scale;
    private readonly GridLaws first, anew;
    private readonly List<(long[] From, long[] To, long[] Middle, GridLaws Law)> halvings = [];
    private readonly TensorCopies onCoarse, onFine;

    /// <param name="sites">N &gt;= 4.</param>
    /// <param name="mu2">mu^2; below 0 the field has two wells.</param>
    /// <param name="lambda">lambda &gt;= 0, and above it where mu^2 is not above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these, or the well is so wide that no grid holds the field.</exception>
    public Phi4Ring(int sites, double mu2, double lambda)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 4);
        if (!(lambda > 0 || (lambda == 0 && mu2 > 0)))
            throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "lambda is above 0, or 0 where mu^2 is above 0");
        (Sites, Mu2, Lambda) = (sites, mu2, lambda);
        using var scope = torch.NewDisposeScope();
        // From its minimum.
        double bottom = mu2 < 0 ? -mu2 * mu2 / (4 * lambda) : 0;
        double Potential(double x) => (x * x * ((mu2 / 2) + (lambda / 4 * x * x))) - bottom;
        var found = TransferOperator.Moments(Potential, Wells(mu2, lambda), sites);
        fine = found.Support() with { Points = FinePoints };
        var moments = TransferOperator.Moments(Potential, fine, sites);
        // Sums over a grid that is fine enough are exact, as those of smooth functions are: then grids agree.
        coarse = new[] { 64, 96, 128 }.Select(points => fine with { Points = points }).FirstOrDefault(grid => grid.Step < 0.5 && Agree(TransferOperator.Moments(Potential, grid, sites), moments))
            ?? throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "the well is so wide that no grid holds the field");
        (RawVariance, CorrelationLength, scale) = (moments.Variance, moments.CorrelationLength, Math.Sqrt(moments.Variance));
        Marginal = new GridMarginal([.. fine.Positive.Select(x => x / scale)], moments.Probability);
        Covariance = new Circulant(torch.tensor(moments.Covariance) / moments.Variance);

        var powers = new Dictionary<int, Tensor> { [1] = TransferOperator.Matrix(Potential, coarse) };
        first = new GridLaws(Power(powers, sites).diagonal().unsqueeze(0));
        Halve(powers);
        anew = new GridLaws(Anew(Potential));
        (onCoarse, onFine) = (new TensorCopies(torch.tensor(coarse.All)), new TensorCopies(torch.tensor(fine.All)));
    }

    /// <summary>mu^2.</summary>
    public double Mu2 { get; }

    /// <summary>lambda.</summary>
    public double Lambda { get; }

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"φ⁴ ring, μ² = {Mu2}, λ = {Lambda}");

    /// <inheritdoc/>
    public int Sites { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public double? RawVariance { get; }

    /// <inheritdoc/>
    public double? CorrelationLength { get; }

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null)
    {
        using var scope = torch.NewDisposeScope();
        long piece = Math.Max(1, Most / Sites);
        var drawn = new List<Tensor> { torch.empty([0, Sites], dtype, generator.device) };
        for (long left = examples; left > 0; left -= piece)
            drawn.Add(Draw(Math.Min(piece, left), generator).to(dtype));
        return ExampleSource.Given(torch.cat(drawn).MoveToOuterDisposeScope(), into);
    }

    /// <summary>Lets go of its tables.</summary>
    public void Dispose()
    {
        foreach (var laws in halvings.Select(h => h.Law).Append(first).Append(anew))
            laws.Dispose();
        onCoarse.Dispose();
        onFine.Dispose();
    }

    // Where V is within 40 of its minimum: the density is below e^-40 elsewhere.
    private static FieldGrid Wells(double mu2, double lambda)
    {
        const double depth = 40;
        double root = Math.Sqrt((mu2 < 0 ? 0 : mu2 * mu2) + (4 * lambda * depth));
        return mu2 < 0
            ? new FieldGrid(Math.Sqrt(Math.Max(0, -mu2 - root) / lambda), Math.Sqrt((root - mu2) / lambda), FinePoints)
            : new FieldGrid(0, Math.Sqrt(4 * depth / (mu2 + root)), FinePoints);
    }

    private static bool Agree(FieldMoments one, FieldMoments other) =>
        other.IsInside && Math.Abs((one.Variance / other.Variance) - 1) < 1e-8 && Math.Abs(one.Fourth / other.Fourth - 1) < 1e-8;

    // Of positive matrices, so that small entries keep their digits.
    private static Tensor Power(Dictionary<int, Tensor> powers, int n) =>
        powers.TryGetValue(n, out var power) ? power : powers[n] = Power(powers, n / 2).matmul(Power(powers, n - (n / 2)));

    // Each stretch between known sites, the ring itself first, at its middle: given its ends a and b this is m with K^l(a, m) K^r(m, b).
    private void Halve(Dictionary<int, Tensor> powers)
    {
        var stretches = new List<(int Start, int Length)> { (0, Sites) };
        var laws = new Dictionary<int, GridLaws>();
        while (stretches.Count > 0)
        {
            foreach (var alike in stretches.GroupBy(s => s.Length).OrderBy(g => g.Key))
            {
                int left = alike.Key / 2;
                if (!laws.TryGetValue(alike.Key, out var law))
                    law = laws[alike.Key] = new GridLaws((Power(powers, left).unsqueeze(1) * Power(powers, alike.Key - left).unsqueeze(0)).flatten(0, 1));
                halvings.Add(([.. alike.Select(s => (long)s.Start)], [.. alike.Select(s => (long)(s.Start + s.Length) % Sites)], [.. alike.Select(s => (long)(s.Start + left))], law));
            }
            stretches = [.. stretches.SelectMany(s => new[] { (s.Start, s.Length / 2), (s.Start + (s.Length / 2), s.Length - (s.Length / 2)) }).Where(s => s.Item2 > 1)];
        }
    }

    // A site given the sum s of its neighbours, exp(-V(x) - x^2 + s x): rows by s from -2 X to 2 X.
    private Tensor Anew(Func<double, double> potential)
    {
        var x = torch.tensor(fine.All);
        var s = torch.linspace(-2 * fine.Outer, 2 * fine.Outer, Sums, ScalarType.Float64).unsqueeze(1);
        var exponent = (s * x) - x.square() - torch.tensor([.. fine.All.Select(potential)]);
        return (exponent - exponent.amax([1], keepdim: true)).exp();
    }

    private Tensor Draw(long examples, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        using Scalar points = (long)coarse.Points, offset = 2 * fine.Outer, perSum = (Sums - 1) / (4 * fine.Outer), none = 0L, last = Sums - 1L, half = -0.5, step = fine.Step, unit = 1 / scale;
        var device = generator.device;
        Tensor At(long[] sites) => torch.tensor(sites, device: device);
        Tensor Uniform(Tensor like) => torch.rand(like.shape, ScalarType.Float64, device, generator: generator);
        // Points of the coarse grid, shape (N, examples).
        var point = torch.zeros(Sites, examples, ScalarType.Int64, device);
        point[0] = first.Draw(point[0], generator);
        foreach (var (from, to, middle, law) in halvings)
        {
            using var inner = torch.NewDisposeScope();
            var ends = point.index_select(0, At(from)).mul_(points).add_(point.index_select(0, At(to)));
            point.index_copy_(0, At(middle), law.Draw(ends, generator));
        }
        var some = torch.empty(0, ScalarType.Float64, device);
        var x = onCoarse.Like(some).take(point);
        // Neighbours are never drawn at once. The coarse points' sum is exact for what is smooth in them, so that this leaves the law as it is in the continuum.
        int even = Sites / 2 * 2;
        foreach (var sites in new[] { Range(0, even, 2), Range(1, even, 2), Range(even, Sites, 1) }.Where(s => s.Length > 0))
        {
            using var inner = torch.NewDisposeScope();
            var sum = x.index_select(0, At([.. sites.Select(i => (i + 1) % Sites)])).add_(x.index_select(0, At([.. sites.Select(i => (i + Sites - 1) % Sites)])));
            var row = sum.add_(offset).mul_(perSum).add_(Uniform(sum)).to(ScalarType.Int64).clamp_(none, last);
            x.index_copy_(0, At(sites), onFine.Like(some).take(anew.Draw(row, generator)).add_(Uniform(sum).add_(half).mul_(step)));
        }
        return x.mul_(unit).mT.contiguous().MoveToOuterDisposeScope();
    }

    private static long[] Range(int from, int to, int by)
    {
        var sites = new List<long>();
        for (int i = from; i < to; i += by)
            sites.Add(i);
        return [.. sites];
    }
}
