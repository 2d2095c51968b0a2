using System.Globalization;

namespace TorchRf.Measures;

/// <summary>
/// How many receptive fields are more concentrated than their spectrum alone makes a field: the other ruler beside <see cref="LocalizedFraction"/>. A field's surrogates have its power
/// spectrum and random phases (Theiler et al., Physica D 58, 1992); it counts where fewer than 1 % of 999 of them have an envelope as concentrated as its own.
/// </summary>
/// <remarks>
/// The envelope is the modulus of the analytic signal, in two dimensions of the monogenic one (Felsberg &amp; Sommer, IEEE Trans. Sig. Proc. 49, 2001), and its concentration that of its squares,
/// sum e^4 / (sum e^2)^2. Noise of any spectrum that goes around the ring or torus counts with a probability of 1 %, smooth noise as white; sinusoids and constants never. A field that is modulated
/// counts too, however broad it is: what the test says is "not noise, and not a wave", and not "at a small place". The edges of a patch that is no torus belong to
/// its spectrum: of smooth noise cut out of a larger field 2 % (40 sites, ξ = 3) to 4 % (16 x 16, ξ = 3) count.
/// </remarks>
/// <param name="Count">How many are.</param>
/// <param name="Total">Of how many. One whose weights are not finite, or are all zero, does not count.</param>
public sealed record SurrogateFraction(int Count, int Total)
{
    private const int Surrogates = 999;

    // So many surrogates as concentrated as the field are 1 % of them: it does not count, and no more surrogates are needed.
    private const int Enough = 10;

    private const int AtOnce = 111;
    private const long MostNumbers = 1 << 22;
    private const ulong Seed = 62;

    // Of larger populations evenly spread fields are looked at: these take seconds where all of them count.
    private const long MostWeights = 100_000;

    // Relative: a sinusoid's surrogates are as concentrated as itself but for rounding.
    private const double Rounding = 1e-5;

    /// <summary>Count / Total; not a number where there is none.</summary>
    public double Fraction => (double)Count / Total;

    /// <summary>Of receptive fields over a ring.</summary>
    /// <param name="w">Shape (..., N), N at least 4.</param>
    public static SurrogateFraction Among(Tensor w) => Among(w, (int)w.shape[^1]);

    /// <summary>Of receptive fields over a torus, or a patch; of more than 100 000 weights, of fields evenly spread among them.</summary>
    /// <param name="w">Shape (..., L L): a field of two dimensions flattened.</param>
    /// <param name="side">L; N on a ring.</param>
    public static SurrogateFraction Among(Tensor w, int side)
    {
        using var scope = torch.NewDisposeScope();
        var fields = w.reshape(-1, w.shape[^1]);
        long every = ((w.numel() - 1) / MostWeights) + 1;
        bool[] localized = Localized(fields.slice(0, 0, fields.shape[0], every), side);
        return new SurrogateFraction(localized.Count(l => l), localized.Length);
    }

    /// <summary>Which of them count, in the order of the tensor. The surrogates are drawn from a stream of their own, the same each time.</summary>
    /// <param name="w">Receptive fields, shape (..., N), flattened in two dimensions.</param>
    /// <param name="side">The length of each axis: N on a ring, the default, and L on a lattice of L x L.</param>
    public static bool[] Localized(Tensor w, int? side = null)
    {
        using var scope = torch.NewDisposeScope();
        long sites = w.shape[^1];
        long[] shape = side is int l && l != sites ? [l, l] : [sites];
        var fields = w.detach().to(torch.CPU).to(ScalarType.Float32).reshape([-1, .. shape]);
        long[] over = [.. Enumerable.Range(1, shape.Length).Select(i => (long)i)];
        // By the largest coordinate first: the fourth power of a small initialisation underflows.
        fields = fields / fields.abs().amax(over, keepdim: true);
        var usable = fields.isfinite().flatten(1).all(1).ToArray<bool>();
        var envelope = new Envelope(shape);
        var spectrum = envelope.Transform(fields);
        var (amplitude, own) = (spectrum.abs(), envelope.Concentration(spectrum) * (1 - Rounding));

        using var generator = new Generator(Seed);
        int[] reached = new int[usable.Length];
        int[] open = [.. Enumerable.Range(0, usable.Length).Where(i => usable[i])];
        for (int done = 0; done < Surrogates; done += AtOnce)
        {
            foreach (int[] some in open.Chunk((int)Math.Max(1, MostNumbers / (AtOnce * sites))))
            {
                using var inner = torch.NewDisposeScope();
                var which = torch.tensor([.. some.Select(i => (long)i)]);
                // The transform of white noise has phases as they are to be, the two halves of the plane conjugate.
                var noise = envelope.Transform(torch.randn([some.Length, AtOnce, .. shape], generator: generator));
                var surrogates = noise / noise.abs() * amplitude.index_select(0, which).unsqueeze(1);
                var asMuch = envelope.Concentration(surrogates).ge(own.index_select(0, which).unsqueeze(1)).sum(1).ToArray<long>();
                foreach (var (i, count) in some.Zip(asMuch))
                    reached[i] += (int)count;
            }
            open = [.. open.Where(i => reached[i] < Enough)];
        }
        var localized = new bool[usable.Length];
        foreach (int i in open)
            localized[i] = true;
        return localized;
    }

    /// <summary>"12 of 20 more concentrated than 99 % of fields of their spectrum with random phases".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} of {Total} more concentrated than 99 % of fields of their spectrum with random phases");

    // Of fields over a ring or torus, by their transforms.
    private sealed class Envelope
    {
        private readonly long[] shape, axes;
        private readonly Tensor[] turns;

        internal Envelope(long[] shape)
        {
            (this.shape, axes) = (shape, [.. Enumerable.Range(-shape.Length, shape.Length).Select(i => (long)i)]);
            // Cycles of each kept frequency along each axis; half of those of the last, and no direction where n/2 cycles are also -n/2.
            Tensor Cycles(long n, bool half)
            {
                var cycles = half ? torch.arange(0, (n / 2) + 1, ScalarType.Float32) : (torch.arange(0, n, ScalarType.Float32) + (n / 2)).remainder(n) - (n / 2);
                return torch.where(cycles.abs().eq(n / 2.0), torch.zeros_like(cycles), cycles);
            }
            var along = shape.Length == 1 ? [Cycles(shape[0], true)] : (Tensor[])[Cycles(shape[0], false).unsqueeze(1), Cycles(shape[1], true).unsqueeze(0)];
            var length = along.Select(c => c.square()).Aggregate((a, b) => a + b).sqrt().clamp(min: 1e-9);
            // The Riesz transform, which is Hilbert's in one dimension: -i k / |k|.
            turns = [.. along.Select(c => torch.complex(torch.zeros_like(length), -(c / length)))];
        }

        internal Tensor Transform(Tensor fields) => torch.fft.rfftn(fields, dim: axes);

        internal Tensor Concentration(Tensor spectrum)
        {
            Tensor Energy(Tensor of) => torch.fft.irfftn(of, shape, axes).square();
            var energy = turns.Select(turn => Energy(spectrum * turn)).Aggregate(Energy(spectrum), (a, b) => a + b);
            return energy.square().sum(axes) / energy.sum(axes).square();
        }
    }
}
