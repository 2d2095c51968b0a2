using MathNet.Numerics;
using TorchRf.Data.Marginals;
using GammaLaw = MathNet.Numerics.Distributions.Gamma;
using Normal = MathNet.Numerics.Distributions.Normal;

namespace TorchRf.Data;

/// <summary>Settings of <see cref="BrokenSymmetry"/> laws.</summary>
public sealed record BrokenSymmetrySettings() : KernelSettings("broken-symmetry")
{
    /// <summary>Where directions are cut off.</summary>
    [Setting("share", "Broken symmetry: what the largest component of a direction is to be below, or above", Above = 0, Below = 1)]
    public double Cut { get; init; } = 0.35;

    /// <summary>Which directions stay.</summary>
    [Setting("below|above", "Broken symmetry: which side of the cut is kept")]
    public string Keep { get; init; } = "below";

    /// <inheritdoc/>
    protected override IDataModel Model(IStationaryCovariance kernel, string words)
    {
        try
        {
            return new BrokenSymmetry(kernel, Cut, Keep == "above", words);
        }
        catch (ArgumentException e) when (e.ParamName == "cut")
        {
            throw new InvalidSettingException(nameof(Cut), Cut, $"a share that leaves more than one in {BrokenSymmetry.RarestKept} directions over {kernel.Sites} sites");
        }
    }
}

/// <summary>Settings of <see cref="AdjustedMarginal"/>s of NLGP.</summary>
public sealed record AdjustedSettings() : KernelSettings("adjusted")
{
    /// <summary>g of the NLGP that gives the directions.</summary>
    [Setting("g", "NLGP: gain", Above = 0)]
    public double Gain { get; init; } = 3;

    /// <summary>What the excess kurtosis is raised to.</summary>
    [Setting("kurtosis", "Adjusted: excess kurtosis, above that of the NLGP whose directions it has")]
    public double ExcessKurtosis { get; init; } = 1;

    /// <inheritdoc/>
    protected override IDataModel Model(IStationaryCovariance kernel, string words)
    {
        var original = new NonlinearGaussianProcess(kernel, Gain, words);
        InvalidSettingException.Require(ExcessKurtosis > original.Marginal.ExcessKurtosis, nameof(ExcessKurtosis), ExcessKurtosis,
            FormattableString.Invariant($"above {original.Marginal.ExcessKurtosis:0.####}, that of the NLGP: a radius can only raise it"));
        return new AdjustedMarginal(original, ExcessKurtosis);
    }
}

/// <summary>
/// The surface of an ellipsoid without some of its directions ("SymmBreak" of LSG's code): x = sqrt(N) Lambda d with Lambda the covariance's symmetric root and d uniform on the
/// sphere given that its largest |component| is below, or above, a cut. The radius is that of an elliptical law and the covariance the same, for d keeps all its
/// permutations and changes of sign, but the law is elliptical no more, so that Prop. 3.3 does not hold it back from localizing.
/// </summary>
public sealed class BrokenSymmetry : ISampledModel
{
    /// <summary>One direction in so many must be kept.</summary>
    public const int RarestKept = 100;

    // Examples from which the marginal is taken, from a stream of their own.
    private const int Pilot = 5_000;

    private readonly ICovariance root;
    private readonly double cut, share;
    private readonly bool above;
    private readonly ExampleSource source;

    /// <param name="kernel">The covariance, 1 on the diagonal; over at least 4 sites.</param>
    /// <param name="cut">Between 0 and 1.</param>
    /// <param name="above">Whether directions above the cut stay, and not those below.</param>
    /// <param name="kernelDescription">The kernel in words ("ξ = 3").</param>
    /// <exception cref="ArgumentException">The cut leaves fewer than one direction in <see cref="RarestKept"/>.</exception>
    public BrokenSymmetry(IStationaryCovariance kernel, double cut, bool above, string kernelDescription)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(kernel.Sites, 4);
        (Covariance, Lattice, root, this.cut, this.above) = (kernel, kernel.Lattice, kernel.Root(), cut, above);
        source = new ExampleSource(Draw);
        Description = FormattableString.Invariant($"broken symmetry, directions {(above ? "above" : "below")} {cut}, {kernelDescription}");
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1);
        share = Kept(RarestKept * 100, generator, ScalarType.Float64).shape[0] / (RarestKept * 100.0);
        if (share < 1.0 / RarestKept)
            throw new ArgumentException($"The cut {cut} leaves too few directions.", nameof(cut));
        // Sites are alike: one of them would do, all make it smoother.
        Marginal = new EmpiricalMarginal(Draw(Pilot, generator, ScalarType.Float64).ToArray<double>());
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public int Sites => Covariance.Sites;

    /// <inheritdoc/>
    public Lattice Lattice { get; }

    /// <inheritdoc/>
    public ICovariance Covariance { get; }

    /// <summary>The law of one site, as 5000 examples have it.</summary>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) => source.Draw(Sites, examples, generator, dtype, into);

    ExampleSource ISampledModel.Source => source;

    private Tensor Draw(long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var kept = new List<Tensor>();
        long found = 0;
        // A little more than are likely to be needed; which are drawn depends on the generator alone.
        while (found < examples)
        {
            kept.Add(Kept((long)(1.1 * (examples - found) / share) + RarestKept, generator, dtype));
            found += kept[^1].shape[0];
        }
        return root.Times(torch.cat(kept)[..(int)examples]).mul_(Math.Sqrt(Sites)).MoveToOuterDisposeScope();
    }

    // Of so many directions those on the right side of the cut, shape (kept, N).
    private Tensor Kept(long drawn, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var z = torch.randn(drawn, Sites, dtype, generator.device, generator: generator);
        var d = z / torch.linalg.norm(z, [1], keepdim: true);
        var largest = d.abs().amax([1]);
        return d[above ? largest.gt(cut) : largest.lt(cut)].MoveToOuterDisposeScope();
    }
}

/// <summary>
/// Another model's examples, each multiplied by a radius s of its own ("AdjustMarginal" of LSG's code): directions stay as they are, and the excess kurtosis rises to whatever is asked for.
/// s^2 is Gamma with mean 1, so that the covariance stays too. By Prop. 3.3's other side it is the directions that decide: sgn(w.x) does not see s, and E[x sgn(w.x)] is that of the original times E[s].
/// </summary>
public sealed class AdjustedMarginal : ISampledModel
{
    private readonly NormalToAnything original;
    private readonly double shape;
    private readonly ExampleSource source;

    /// <param name="original">Whose directions it has.</param>
    /// <param name="excessKurtosis">Above the original's, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public AdjustedMarginal(NormalToAnything original, double excessKurtosis)
    {
        if (!(excessKurtosis > original.Marginal.ExcessKurtosis) || double.IsInfinity(excessKurtosis))
            throw new ArgumentOutOfRangeException(nameof(excessKurtosis), excessKurtosis, "a radius can only raise a kurtosis");
        // E s^4 = 1 + 1/shape.
        shape = 1 / (((excessKurtosis + 3) / (original.Marginal.ExcessKurtosis + 3)) - 1);
        this.original = original;
        Marginal = new Radially((TransformedNormal)original.Marginal, shape, excessKurtosis);
        source = new ExampleSource(Draw);
        Description = FormattableString.Invariant($"{original.Description}, radially adjusted to excess kurtosis {excessKurtosis:0.###}");
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public int Sites => original.Sites;

    /// <inheritdoc/>
    public Lattice Lattice => original.Lattice;

    /// <inheritdoc/>
    public ICovariance Covariance => original.Covariance;

    /// <inheritdoc/>
    public Marginal Marginal { get; }

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) => source.Draw(Sites, examples, generator, dtype, into);

    ExampleSource ISampledModel.Source => source;

    private Tensor Draw(long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var gamma = torch._standard_gamma(torch.full([examples, 1], shape, dtype, generator.device), generator);
        return original.Sample(examples, generator, dtype).mul_((gamma / shape).sqrt()).MoveToOuterDisposeScope();
    }

    // The law of s X.
    private sealed class Radially(TransformedNormal of, double shape, double excessKurtosis) : Marginal
    {
        private const int Values = 1000;

        // |X| of equal probability.
        private readonly double[] magnitude = Magnitudes(of);

        public override double ExcessKurtosis => excessKurtosis;

        // Of the smooth factor, averaged over the other, whose density may be infinite: s = sqrt(t), t of the Gamma law.
        public override double Density(double x) => magnitude.Average(m => Math.Max(Math.Abs(x), 1e-3) / m is var s ? s * GammaLaw.PDF(shape, shape, s * s) / m : 0);

        public override Amplifier FullAmplifier()
        {
            var (phi, mean) = (of.FullAmplifier(), Math.Exp(SpecialFunctions.GammaLn(shape + 0.5) - SpecialFunctions.GammaLn(shape)) / Math.Sqrt(shape));
            Scalar scale = mean;
            return new(a => phi.Of(a).mul_(scale));
        }

        private static double[] Magnitudes(TransformedNormal of)
        {
            using var scope = torch.NewDisposeScope();
            double[] z = [.. Enumerable.Range(0, Values).Select(i => Normal.InvCDF(0, 1, 0.5 + ((i + 0.5) / (2 * Values))))];
            return of.Transform(torch.tensor(z)).ToArray<double>();
        }
    }
}
