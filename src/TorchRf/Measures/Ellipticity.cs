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
/// is about 0 for elliptical laws and of order 1 for others. No moment above the second is taken, so that heavy tails do no harm.
/// </summary>
/// <param name="Ratio">R, with its error by leaving out groups of examples in turn; without meaning where there is no departure.</param>
/// <param name="Departure">sum g_A.g_B / sum a_A.a_B: the square of how far the drive is from a Gaussian's, relative to it; within its error of 0 for Gaussian data.</param>
public sealed record Ellipticity(Statistic Ratio, Statistic Departure)
{
    private const int Groups = 16;
    private const int Directions = 32;
    private const ulong Seed = 76;

    // R of NLGP and Kur is 0.49 to 0.92 and of elliptical laws -0.11 to 0.07, at 20 000 examples.
    private const double EllipticalBelow = 0.15, NotEllipticalAbove = 0.35;

    // A departure that is so many standard errors above 0 is one; where there is none, one that is not surely below the smallest that matters (that of Kur(6) is 1.3e-4) may yet be there.
    private const double Certain = 3, Negligible = 1.5e-4;

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
        long count = examples.shape[0], sites = examples.shape[1];
        if (count < 2 * Groups)
            throw new ArgumentException($"An ellipticity needs at least {2 * Groups} examples, not {count}.", nameof(examples));
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(Seed);
        var w = torch.randn([sites, Directions], generator: generator).to(examples.dtype, examples.device);
        // Sums of each group: x sgn u, x u, |u|, u^2 and the number of examples, one row of numbers a group.
        var sums = torch.stack([.. Enumerable.Range(0, Groups).Select(g => Sums(examples.slice(0, count * g / Groups, count * (g + 1) / Groups, 1), w))]);
        return new Ellipticity(Statistic.Jackknife(Groups, g => Of(sums, sites, g).Ratio), Statistic.Jackknife(Groups, g => Of(sums, sites, g).Departure));
    }

    private static Tensor Sums(Tensor x, Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        var u = x.matmul(w);
        Tensor Flat(Tensor sum) => sum.to(ScalarType.Float64).flatten();
        return torch.cat([Flat(u.sign().mT.matmul(x)), Flat(u.mT.matmul(x)), Flat(u.abs().sum([0])), Flat(u.square().sum([0])), torch.tensor(new[] { (double)x.shape[0] })]).to(torch.CPU).MoveToOuterDisposeScope();
    }

    // Over the balanced halves that the rows of a Hadamard matrix make of the groups, without one of them or with all.
    private static (double Ratio, double Departure) Of(Tensor sums, long sites, int? without)
    {
        using var scope = torch.NewDisposeScope();
        Tensor Half(int parity) => torch.tensor([.. Enumerable.Range(1, Groups - 1).SelectMany(row => Enumerable.Range(0, Groups).Select(g =>
            g != without && BitOperations.PopCount((uint)(row & g)) % 2 == parity ? 1.0 : 0))]).view(Groups - 1, Groups);
        var (a, b) = (Moments(Half(0).matmul(sums), sites), Moments(Half(1).matmul(sums), sites));
        double Product(Func<(Tensor A, Tensor R, Tensor G), Tensor> of) => (of(a) * of(b)).sum().item<double>();
        double departure = Product(m => m.G);
        return (Product(m => m.R) / departure, departure / Product(m => m.A));
    }

    // a, r and g of each half, shape (halves, directions, N).
    private static (Tensor A, Tensor R, Tensor G) Moments(Tensor sums, long sites)
    {
        var parts = (sums / sums.narrow(1, sums.shape[1] - 1, 1)).split([Directions * sites, Directions * sites, Directions, Directions, 1], 1);
        Tensor Shaped(Tensor part) => part.reshape(part.shape[0], Directions, -1);
        var sigma = Shaped(parts[3]).sqrt();
        var (signed, a) = (Shaped(parts[0]), Shaped(parts[1]) / sigma);
        return (a, signed - (a * Shaped(parts[2]) / sigma), signed - (a * Math.Sqrt(2 / Math.PI)));
    }
}
