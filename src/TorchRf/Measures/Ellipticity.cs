using System.Numerics;

namespace TorchRf.Measures;

/// <summary>What kind of law examples are of, as far as the drive of a ReLU neuron goes.</summary>
public enum LawShape
{
    /// <summary>Not to be told from Gaussian: the drive is linear.</summary>
    Gaussian,

    /// <summary>Elliptical: the drive is linear whatever the kurtosis (LSG Prop. 3.3).</summary>
    Elliptical,

    /// <summary>Neither is certain.</summary>
    Unclear,

    /// <summary>Not elliptical.</summary>
    NotElliptical,
}

/// <summary>
/// Whether examples are of an elliptical law. Of such a law E[x | u] = a u for every projection u = w.x / sigma, with a = E[x u], so that r = E[x sgn u] - a E|u| vanishes, whatever the
/// marginal; of a Gaussian g = E[x sgn u] - sqrt(2/pi) a does too. Over random w and between halves A and B of the examples, whose noise is independent,
/// <code>R = sum r_A.r_B / sum g_A.g_B</code>
/// is about 0 for elliptical laws and of order 1 for others. No moment above the second is taken, so that heavy tails do little harm. Of many sites each w looks at
/// 16 anywhere, for any of an elliptical law's are elliptical, and a sum over more is too Gaussian to tell much.
/// </summary>
/// <param name="Ratio">R, with its error by leaving out groups of examples in turn; without meaning where there is no departure.</param>
/// <param name="Departure">sum g_A.g_B / sum a_A.a_B: the square of how far the drive is from a Gaussian's, relative to it; within its error of 0 for Gaussian data.</param>
public sealed record Ellipticity(Statistic Ratio, Statistic Departure)
{
    private const int Groups = 16;
    private const int Directions = 32;
    private const ulong Seed = 76;

    private const int Looked = 16;

    // At 20 000 examples R of NLGP, Kur(6) and Kur(30) is 0.6 to 0.9, of Kur(3), whose largest examples blur it, 0.3 to 0.4, and of elliptical laws -0.05 to 0.05.
    private const double EllipticalBelow = 0.15, NotEllipticalAbove = 0.35;

    // A departure that is so many standard errors above 0 is one; where there is none, one that is not surely below the smallest that matters (that of Kur(6) is 1e-4 or more) may yet be there.
    private const double Certain = 3, Negligible = 1e-4;

    /// <summary>What that says: the departure first, for without one R is a ratio of noise.</summary>
    public LawShape Shape
    {
        get
        {
            double room = 2 * Ratio.Error;
            if (!(Departure.Mean > Certain * Departure.Error))
                return Departure.Mean + (2 * Departure.Error) < Negligible ? LawShape.Gaussian : LawShape.Unclear;
            if (Ratio.Mean < EllipticalBelow && Ratio.Mean + room < NotEllipticalAbove)
                return LawShape.Elliptical;
            return Ratio.Mean > NotEllipticalAbove && Ratio.Mean - room > EllipticalBelow ? LawShape.NotElliptical : LawShape.Unclear;
        }
    }

    /// <summary>Of examples with mean 0.</summary>
    /// <param name="examples">Shape (examples, N), at least 32 of them; neighbours may be alike, for groups are of consecutive ones.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public static Ellipticity Of(Tensor examples)
    {
        if (examples.shape[0] < 2 * Groups)
            throw new ArgumentException($"An ellipticity needs at least {2 * Groups} examples, not {examples.shape[0]}.", nameof(examples));
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(Seed);
        // Groups of one size: what does not fill them is left out.
        var x = examples.narrow(0, 0, examples.shape[0] / Groups * Groups);
        var means = torch.stack([.. Enumerable.Range(0, Directions).Select(_ => Means(x, generator))], 1);
        return new Ellipticity(Statistic.Jackknife(Groups, g => Between(means, g).Ratio), Statistic.Jackknife(Groups, g => Between(means, g).Departure));
    }

    // Of each group the means of x sgn u, x u, |u| and u^2 along one direction, shape (groups, 2 sites + 2).
    private static Tensor Means(Tensor examples, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        long sites = Math.Min(Looked, examples.shape[1]);
        var which = torch.randperm(examples.shape[1], generator: generator).narrow(0, 0, sites).to(examples.device);
        var x = examples.index_select(1, which).view(Groups, -1, sites);
        var w = torch.randn([sites, 1], generator: generator).to(x.dtype, x.device);
        var u = x.matmul(w).mT;
        var of = torch.cat([u.sign().matmul(x), u.matmul(x), u.abs().sum(-1, keepdim: true), u.square().sum(-1, keepdim: true)], -1) / x.shape[1];
        return of.squeeze(1).to(ScalarType.Float64).to(torch.CPU).MoveToOuterDisposeScope();
    }

    // Over the balanced halves that the rows of a Hadamard matrix make of the groups, without one of them or with all.
    private static (double Ratio, double Departure) Between(Tensor means, int? without)
    {
        using var scope = torch.NewDisposeScope();
        Tensor Half(int parity)
        {
            var which = torch.tensor([.. Enumerable.Range(1, Groups - 1).SelectMany(row => Enumerable.Range(0, Groups).Select(g =>
                g != without && BitOperations.PopCount((uint)(row & g)) % 2 == parity ? 1.0 : 0))]).view(Groups - 1, Groups);
            return (which / which.sum(-1, keepdim: true)).matmul(means.flatten(1)).view(Groups - 1, means.shape[1], means.shape[2]);
        }
        var (a, b) = (Moments(Half(0)), Moments(Half(1)));
        double Over(Func<(Tensor A, Tensor R, Tensor G), Tensor> of) => (of(a) * of(b)).sum().item<double>();
        double departure = Over(m => m.G);
        return (Over(m => m.R) / departure, departure / Over(m => m.A));
    }

    // a, r and g of each half, shape (halves, directions, sites).
    private static (Tensor A, Tensor R, Tensor G) Moments(Tensor means)
    {
        long sites = (means.shape[2] - 2) / 2;
        var sigma = means.narrow(2, 2 * sites + 1, 1).sqrt();
        var (signed, a) = (means.narrow(2, 0, sites), means.narrow(2, sites, sites) / sigma);
        return (a, signed - (a * means.narrow(2, 2 * sites, 1) / sigma), signed - (a * Math.Sqrt(2 / Math.PI)));
    }
}
