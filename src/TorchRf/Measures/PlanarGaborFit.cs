namespace TorchRf.Measures;

/// <summary>
/// The two-dimensional Gabor wave nearest to a receptive field on L x L sites, by least squares over all its parameters:
/// exp(-u^2 / (2 WidthAlong^2) - v^2 / (2 WidthAcross^2)) (A cos 2 pi Frequency u + B sin 2 pi Frequency u), u the distance from (X, Y) along the direction in which the wave varies and v that
/// across it. Computed in Float64; everything has shape (...) and the field's dtype, and is not a number for a field of zeros, or with weights that are not finite.
/// </summary>
/// <remarks>
/// A constant is the widest of blobs, a grating the widest of waves, and a single site the narrowest: their widths stand at a bound, 0.2 sites or 100 L. White noise has no such wave in it: on
/// 16 x 16 sites its misfit is 0.96 (0.92 to 0.99 of 1000 fields).
/// </remarks>
/// <param name="X">Centre along a row of sites, from 0; up to half a side beyond the edges of a patch, and from 0 up to L on a torus.</param>
/// <param name="Y">Centre along a column, rows counted downwards.</param>
/// <param name="WidthAlong">The envelope's standard deviation in the direction in which the wave varies, in sites.</param>
/// <param name="WidthAcross">And across it.</param>
/// <param name="Orientation">That direction, in radians from 0 up to pi: from the x axis towards increasing y, which points downwards.</param>
/// <param name="Frequency">Cycles a site, 0 to 0.71; 0 for a blob without side lobes, which has no orientation but that of its longer axis.</param>
/// <param name="A">The even part at the centre.</param>
/// <param name="B">The odd part.</param>
/// <param name="Misfit">|w - fit| / |w|, a ratio of l2 norms.</param>
public sealed record PlanarGaborFit(
    Tensor X, Tensor Y, Tensor WidthAlong, Tensor WidthAcross, Tensor Orientation, Tensor Frequency, Tensor A, Tensor B, Tensor Misfit)
{
    private const int StepsOfAll = 12;
    private const int StepsOfBest = 60;
    private const long ElementsAtOnce = 1 << 18;

    /// <summary>Phase at the centre, in (-pi, pi]: 0 and pi for even fields, ± pi/2 for odd ones.</summary>
    public Tensor Phase => (-B).atan2(A);

    /// <summary>WidthAlong Frequency: cycles within a standard deviation of the envelope (Ringach, J. Neurophysiol. 88, 2002, n_x).</summary>
    public Tensor CyclesAlong => WidthAlong * Frequency;

    /// <summary>WidthAcross Frequency (n_y).</summary>
    public Tensor CyclesAcross => WidthAcross * Frequency;

    /// <summary>Length over width of the envelope, WidthAcross / WidthAlong.</summary>
    public Tensor Aspect => WidthAcross / WidthAlong;

    /// <summary>The tuning to frequency, in octaves between the frequencies of half the largest response; infinite where a frequency of 0 has more than half of it.</summary>
    public Tensor Bandwidth
    {
        get
        {
            using var scope = torch.NewDisposeScope();
            var (n, c) = (CyclesAlong * Math.PI, Math.Sqrt(Math.Log(2) / 2));
            return ((n + c) / (n - c).clamp(min: 0.0)).log2().MoveToOuterDisposeScope();
        }
    }

    /// <summary>Fits by variable projection and Levenberg and Marquardt's method: about the peak of the smoothed |w|, from the peak of the spectrum and three widths; the best end is taken.</summary>
    /// <param name="w">Shape (..., L L), L at least 4: fields flattened row by row.</param>
    /// <param name="torus">Whether the sites go around: a field over an edge is fitted whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sites fill no such square.</exception>
    public static PlanarGaborFit Of(Tensor w, bool torus = false)
    {
        using var scope = torch.NewDisposeScope();
        long sites = w.shape[^1], side = (long)Math.Round(Math.Sqrt(sites));
        if (side < 4 || side * side != sites)
            throw new ArgumentOutOfRangeException(nameof(w), sites, "a field of two dimensions has L x L sites, L at least 4");
        long[] shape = w.shape[..^1];
        var raw = w.detach().to(ScalarType.Float64).reshape(-1, side, side);
        var size = raw.abs().amax([1, 2], keepdim: true);
        var scaled = raw / size;
        var usable = scaled.isfinite().flatten(1).all(1, keepdim: true);
        scaled = torch.where(usable.unsqueeze(-1), scaled, torch.zeros_like(scaled));
        var parts = new List<Tensor>();
        long fields = raw.shape[0], atOnce = Math.Max(1, ElementsAtOnce / (3 * sites));
        for (long from = 0; from < fields; from += atOnce)
        {
            using var inner = torch.NewDisposeScope();
            parts.Add(Fitted(scaled.narrow(0, from, Math.Min(atOnce, fields - from)), torus).MoveToOuterDisposeScope());
        }
        var none = torch.full([1, 1], double.NaN, ScalarType.Float64, w.device);
        var fit = torch.where(usable, parts.Count > 0 ? torch.cat(parts) : torch.zeros([0, 9], ScalarType.Float64, w.device), none);
        var amplitude = size.flatten();
        Tensor Result(Tensor value) => value.reshape(shape).to(w.dtype).MoveToOuterDisposeScope();
        Tensor Column(int i) => Result(fit.select(1, i));
        return new PlanarGaborFit(Column(0), Column(1), Column(2), Column(3), Column(4), Column(5), Result(fit.select(1, 6) * amplitude), Result(fit.select(1, 7) * amplitude), Column(8));
    }

    /// <summary>The fitted waves, shape (..., L L), Float64.</summary>
    /// <param name="side">L.</param>
    /// <param name="torus">As they were fitted.</param>
    public Tensor Surface(int side, bool torus = false)
    {
        using var scope = torch.NewDisposeScope();
        Tensor Wide(Tensor x) => x.to(ScalarType.Float64).unsqueeze(-1);
        var model = Model(side, torus);
        return ((model.Even * Wide(A)) + (model.Odd * Wide(B))).MoveToOuterDisposeScope();
    }

    /// <summary>Which sites lie within a standard deviation of the envelope, an ellipse; shape (..., L L), Bool.</summary>
    /// <param name="side">L.</param>
    /// <param name="torus">As they were fitted.</param>
    public Tensor IsInside(int side, bool torus = false)
    {
        using var scope = torch.NewDisposeScope();
        return Model(side, torus).SquareDistance.le(1).MoveToOuterDisposeScope();
    }

    private PlanarGaborModel Model(int side, bool torus) =>
        new(torch.stack([X, Y, WidthAlong.log(), WidthAcross.log(), Orientation, Frequency], -1).to(ScalarType.Float64), side, torus);

    // The nine columns of the result, of fields (fields, L, L) whose largest weight is 1.
    private static Tensor Fitted(Tensor maps, bool torus)
    {
        long side = maps.shape[1];
        var fields = maps.flatten(1).unsqueeze(1);
        PlanarGaborModel Model(Tensor p) => new(p, side, torus);
        Tensor Improved(Tensor p, Tensor fields, int steps) => LevenbergMarquardt.Improved(p, at => Model(at).At(fields), at => PlanarGaborModel.Bounded(at, side, torus), steps);
        Tensor Best(Tensor p, Tensor fields) =>
            p.gather(1, Model(p).Columns.Residual(fields).square().sum(-1).argmin(-1, keepdim: true).unsqueeze(-1).expand(-1, -1, p.shape[2]));
        var p = Improved(Best(Improved(PlanarGaborStarts.Of(maps, torus), fields, StepsOfAll), fields), fields, StepsOfBest);
        // At a blob a wave's frequency has no slope, whichever way it would be better: once more from beside it.
        var blobs = (p.select(-1, 5) * p.select(-1, 2).exp()).lt(PlanarGaborStarts.FewestCycles / 2).flatten().nonzero().flatten();
        if (blobs.shape[0] > 0)
        {
            var (some, ends) = (fields.index_select(0, blobs), p.index_select(0, blobs));
            p.index_copy_(0, blobs, Best(torch.cat([ends, Improved(PlanarGaborStarts.BesideBlobs(ends), some, StepsOfBest)], 1), some));
        }
        var columns = Model(p).Columns;
        var x = columns.Coefficients(fields);
        var misfit = torch.linalg.norm(columns.Residual(fields), [-1]) / torch.linalg.norm(fields, [-1]);
        Tensor Parameter(int i) => p.select(-1, i);
        // A wave that runs the other way is the same with its odd part turned over.
        var angle = Parameter(4).remainder(2 * Math.PI);
        var turned = angle.ge(Math.PI);
        return torch.stack(
        [
            Parameter(0), Parameter(1), Parameter(2).exp(), Parameter(3).exp(), torch.where(turned, angle - Math.PI, angle), Parameter(5),
            x[0].squeeze(-1), torch.where(turned, -x[1].squeeze(-1), x[1].squeeze(-1)), misfit,
        ], -1).squeeze(1);
    }
}

/// <summary>
/// Gabor waves a C + b S on L x L sites, C and S the envelope times cos and sin. The parameters that are not linear are (x, y, ln width along, ln width across, orientation, frequency), on the
/// last axis; a and b are fitted at each (variable projection).
/// </summary>
internal sealed class PlanarGaborModel
{
    private const double Highest = 0.71;

    private readonly Tensor u, v, along, across, cos, sin, frequency;

    /// <param name="p">Shape (..., 6), Float64.</param>
    /// <param name="side">L.</param>
    /// <param name="torus">Whether distances go around.</param>
    internal PlanarGaborModel(Tensor p, long side, bool torus)
    {
        Tensor Parameter(int i) => p.select(-1, i).unsqueeze(-1);
        using Scalar minusHalf = -0.5, radians = 2 * Math.PI, half = side / 2.0, whole = side;
        var at = torch.arange(0, side, ScalarType.Float64, p.device);
        Tensor Distance(int i)
        {
            var d = at - Parameter(i);
            return torus ? (d + half).remainder(whole) - half : d;
        }
        var (x, y) = (Distance(0).unsqueeze(-2), Distance(1).unsqueeze(-1));
        (along, across, frequency) = (Parameter(2).exp(), Parameter(3).exp(), Parameter(5) * radians);
        (cos, sin) = (Parameter(4).cos(), Parameter(4).sin());
        u = ((x * cos.unsqueeze(-1)) + (y * sin.unsqueeze(-1))).flatten(-2);
        v = ((y * cos.unsqueeze(-1)) - (x * sin.unsqueeze(-1))).flatten(-2);
        SquareDistance = (u / along).square() + (v / across).square();
        var envelope = (SquareDistance * minusHalf).exp();
        var angle = u * frequency;
        (Even, Odd) = (envelope * angle.cos(), envelope * angle.sin());
        Columns = new OrthonormalColumns(Even, Odd);
    }

    /// <summary>From the centre, in standard deviations of the envelope, squared.</summary>
    internal Tensor SquareDistance { get; }

    internal Tensor Even { get; }

    internal Tensor Odd { get; }

    internal OrthonormalColumns Columns { get; }

    /// <summary>Centres no farther out than half a side (on a torus, on it), and widths and frequency between their bounds.</summary>
    internal static Tensor Bounded(Tensor p, long side, bool torus)
    {
        using Scalar whole = side, before = -0.5 * side, after = (1.5 * side) - 1, narrowest = Math.Log(GaborModel.Narrowest), widest = Math.Log(GaborModel.Widest * side), none = 0.0, highest = Highest;
        Tensor Centre(int i) => torus ? p.select(-1, i).remainder(whole) : p.select(-1, i).clamp(before, after);
        Tensor Width(int i) => p.select(-1, i).clamp(narrowest, widest);
        return torch.stack([Centre(0), Centre(1), Width(2), Width(3), p.select(-1, 4), p.select(-1, 5).clamp(none, highest)], -1);
    }

    /// <summary>The squares of the least-squares fit to w, shape (..., N), and their slopes, less what a and b make up for.</summary>
    internal LocalSquares At(Tensor w)
    {
        using Scalar radians = 2 * Math.PI;
        var x = Columns.Coefficients(w);
        var (wave, turned) = ((Even * x[0]) + (Odd * x[1]), (Even * x[1]) - (Odd * x[0]));
        var (alongSquare, acrossSquare) = (along.square(), across.square());
        // By u and by v.
        var (wu, wv) = ((turned * frequency) - (wave * u / alongSquare), -(wave * v / acrossSquare));
        return LocalSquares.Of(Columns.Residual(w), Columns.Basis,
            (wv * sin) - (wu * cos), -(wu * sin) - (wv * cos), wave * (u / along).square(), wave * (v / across).square(), (wu * v) - (wv * u), turned * u * radians);
    }
}

/// <summary>Where a fit in two dimensions starts from: the peak of the smoothed |w|, the peak of the spectrum, and three round envelopes.</summary>
internal static class PlanarGaborStarts
{
    private const int Padding = 4;

    // Of the smoothing, in sites, and of the envelopes, as shares of a side.
    private const double Smoothing = 1.5;
    private static readonly double[] Widths = [0.06, 0.12, 0.24];

    private const double Wider = 1.4;

    /// <summary>Within a width; a wave of fewer is nearly a blob.</summary>
    internal const double FewestCycles = 0.15;

    /// <param name="maps">Shape (fields, L, L), Float64.</param>
    /// <param name="torus">Whether the sites go around.</param>
    /// <returns>Shape (fields, 3, 6), as <see cref="PlanarGaborModel"/> has them.</returns>
    internal static Tensor Of(Tensor maps, bool torus)
    {
        long side = maps.shape[1];
        var at = torch.arange(0, side, ScalarType.Float64, maps.device);
        var d = (at - at.unsqueeze(1)).abs();
        if (torus)
            d = d.minimum(-(d - (double)side));
        var blur = ((d / Smoothing).square() * -0.5).exp();
        var peak = blur.matmul(maps.abs()).matmul(blur).flatten(1).argmax(-1).to(ScalarType.Float64);
        var (y, x) = ((peak / (double)side).floor(), peak.remainder(side));

        long padded = Padding * side;
        var spectrum = torch.fft.rfft2(maps, s: [padded, padded]).abs();
        long across = spectrum.shape[2];
        var highest = spectrum.flatten(1).argmax(-1).to(ScalarType.Float64);
        var down = (highest / (double)across).floor();
        var (fx, fy) = (highest.remainder(across) / (double)padded, torch.where(down.gt(padded / 2.0), down - (double)padded, down) / (double)padded);
        var (f, theta) = ((fx.square() + fy.square()).sqrt(), fy.atan2(fx));
        // A wave of fewer cycles has its spectrum's peak at 0, where there is no direction to turn.
        return torch.stack(Widths.Select(share => Math.Max(0.7, share * side)).Select(width =>
            torch.stack([x, y, (x * 0) + Math.Log(width), (x * 0) + Math.Log(width), theta, f.clamp(min: FewestCycles / width)], -1)), 1);
    }

    /// <summary>Waves in wider envelopes that are nearly what these blobs are, (fields, 1, 6): along each of their axes.</summary>
    internal static Tensor BesideBlobs(Tensor ends)
    {
        Tensor Parameter(int i) => ends.select(-1, i);
        // For a narrow one exp(-u^2 / (2 s^2)) cos(2 pi f u) has the width 1/s^2 + (2 pi f)^2 = 1/width^2.
        Tensor With(Tensor along, Tensor across, Tensor theta) => torch.stack(
            [Parameter(0), Parameter(1), along + Math.Log(Wider), across, theta, (-along).exp() * (Math.Sqrt(1 - (1 / (Wider * Wider))) / (2 * Math.PI))], -1);
        return torch.cat([With(Parameter(2), Parameter(3), Parameter(4)), With(Parameter(3), Parameter(2), Parameter(4) + (Math.PI / 2))], 1);
    }
}
