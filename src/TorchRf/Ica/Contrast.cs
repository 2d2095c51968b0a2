using MathNet.Numerics.Integration;

namespace TorchRf.Ica;

/// <summary>
/// A contrast: an even function G whose mean over a component of unit variance tells how far that is from Gaussian (Hyvärinen,
/// IEEE Trans. Neural Networks 10(3), 1999). Its slope g = G' drives the fixed point, its curvature g' scales the steps.
/// </summary>
public abstract class Contrast
{
    // At 14 standard deviations the normal density is 1e-43.
    private const double Reach = 14;
    private const int Panels = 28;
    private const int Order = 24;

    private readonly Lazy<(double Mean, double Deviation)> underNormal;

    /// <param name="name">Its name as users say it ("sqrt-abs").</param>
    protected Contrast(string name)
    {
        Name = name;
        underNormal = new Lazy<(double, double)>(UnderNormal);
    }

    /// <summary>log cosh u: good for all, and little moved by outliers.</summary>
    public static Contrast LogCosh { get; } = new LogCosh();

    /// <summary>-exp(-u^2 / 2): for very heavy tails.</summary>
    public static Contrast Exp { get; } = new GaussianBump();

    /// <summary>u^4 / 4: the excess kurtosis. Outliers move it most.</summary>
    public static Contrast Cube { get; } = new FourthPower();

    /// <summary>The square root of |u|, smoothed at 0: LSG's choice, largest for sub-Gaussian components (their code's step adds the gradient of the sum of sqrt |u|, so that it maximises it).</summary>
    public static Contrast SqrtAbs { get; } = new SqrtAbs();

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Contrast> All { get; } = [LogCosh, Exp, Cube, SqrtAbs];

    /// <summary>Its name as users say it ("sqrt-abs").</summary>
    public string Name { get; }

    /// <summary>E[G(n)] of a standard normal n.</summary>
    public double NormalMean => underNormal.Value.Mean;

    /// <summary>
    /// By how much G of a normal component scatters, times 1/sqrt(examples): the standard error of the mean of G over a component
    /// that was brought to unit variance. (What G shares with u^2 does not scatter any more: the root of Var G - Cov(G, u^2)^2 / 2.)
    /// </summary>
    public double NormalDeviation => underNormal.Value.Deviation;

    /// <summary>The contrast of this name.</summary>
    /// <param name="name">As an option has it.</param>
    /// <param name="among">Which there are; <see cref="All"/> without.</param>
    /// <exception cref="InvalidSettingException">There is none.</exception>
    public static Contrast Named(string name, IReadOnlyList<Contrast>? among = null) => (among ?? All).FirstOrDefault(c => c.Name == name)
        ?? throw new InvalidSettingException("Contrast", name, InvalidSettingException.OneOf((among ?? All).Select(c => c.Name)));

    /// <summary>G, elementwise.</summary>
    /// <param name="u">Where.</param>
    public Tensor Value(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        return G(u).MoveToOuterDisposeScope();
    }

    /// <summary>The same, as a formula: a scope around it frees what it does not return.</summary>
    /// <param name="u">Where.</param>
    protected abstract Tensor G(Tensor u);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>g, and the sum of g' over the last dimension, in as little memory as possible.</summary>
    /// <param name="u">Where; it may be overwritten.</param>
    public abstract (Tensor Slope, Tensor CurvatureSum) SlopeAndCurvature(Tensor u);

    /// <summary>The same in Float32 on the CPU, to within some units in the last place; null where nobody has written it.</summary>
    internal virtual InPlace? VectorCode => null;

    /// <summary>g in the place of u, and the sums of g' over the rows.</summary>
    /// <param name="u">Shape (rows, width).</param>
    /// <param name="rows">How many.</param>
    /// <param name="width">A multiple of 8.</param>
    /// <param name="sums">Shape (width).</param>
    internal unsafe delegate void InPlace(float* u, int rows, int width, float* sums);

    private (double, double) UnderNormal()
    {
        using var scope = torch.NewDisposeScope();
        double step = Reach / Panels;
        var rules = Enumerable.Range(0, Panels).Select(p => new GaussLegendreRule(p * step, (p + 1) * step, Order)).ToArray();
        var u = torch.tensor(rules.SelectMany(r => r.Abscissas).ToArray());
        var weight = torch.tensor(rules.SelectMany(r => r.Weights).ToArray()) * (u.square() * -0.5).exp() * Math.Sqrt(2 / Math.PI);
        double Mean(Tensor f) => (f * weight).sum().item<double>();
        var value = Value(u);
        double mean = Mean(value), withSquare = Mean(value * (u.square() - 1));
        return (mean, Math.Sqrt(Math.Max(0, Mean((value - mean).square()) - (withSquare * withSquare / 2))));
    }
}
