namespace TorchRf.Measures;

/// <summary>
/// The Gabor wave nearest to a receptive field on the ring, w_j = Amplitude exp(-d^2 / (2 Width^2)) cos(2 pi Frequency d / N + Phase), d the signed ring
/// distance of site j from Centre, by least squares over all five parameters. Computed in Float64; everything has shape (...) and the field's dtype.
/// </summary>
/// <param name="Amplitude">At least 0.</param>
/// <param name="Centre">In sites, from 0 up to N.</param>
/// <param name="Width">The envelope's standard deviation, 0.2 to 100 N sites; at the one end a single site, at the other a sinusoid.</param>
/// <param name="Frequency">Cycles around the ring, 0 to N/2; 0 for a blob without side lobes.</param>
/// <param name="Phase">In (-pi, pi], at the centre.</param>
/// <param name="Misfit">|w - fit| / |w|, a ratio of l2 norms; not a number for a field of zeros.</param>
public sealed record GaborFit(Tensor Amplitude, Tensor Centre, Tensor Width, Tensor Frequency, Tensor Phase, Tensor Misfit)
{
    private const int Steps = 60;
    private const long ElementsAtOnce = 1 << 19;

    /// <summary>
    /// Fits by Levenberg and Marquardt's method from the best start at each of several widths (of a scan over widths and frequencies about the peak of |w| and about the
    /// mean position); the best end is taken.
    /// </summary>
    /// <param name="w">Shape (..., N), N at least 8.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer sites.</exception>
    public static GaborFit Of(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        long n = w.shape[^1];
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 8, nameof(w));
        long[] shape = w.shape[..^1];
        var raw = w.detach().to(ScalarType.Float64).reshape(-1, n);
        var size = raw.abs().amax([-1], keepdim: true);
        long fields = raw.shape[0], atOnce = Math.Max(1, ElementsAtOnce / (8 * n));
        var parts = new List<Tensor>();
        for (long from = 0; from < fields; from += atOnce)
        {
            using var inner = torch.NewDisposeScope();
            parts.Add(Fitted((raw / size).narrow(0, from, Math.Min(atOnce, fields - from)), n).MoveToOuterDisposeScope());
        }
        var fit = torch.cat(parts);
        Tensor Result(Tensor value) => value.reshape(shape).to(w.dtype).MoveToOuterDisposeScope();
        return new GaborFit(Result(fit.select(1, 0) * size.squeeze(1)), Result(fit.select(1, 1)), Result(fit.select(1, 2)), Result(fit.select(1, 3)),
            Result(fit.select(1, 4)), Result(fit.select(1, 5)));
    }

    /// <summary>The fitted waves, shape (..., N), Float64.</summary>
    /// <param name="sites">N.</param>
    public Tensor Curve(int sites)
    {
        using var scope = torch.NewDisposeScope();
        Tensor Wide(Tensor x) => x.to(ScalarType.Float64).unsqueeze(-1);
        var d = (torch.arange(0, sites, ScalarType.Float64, Centre.device) - Wide(Centre) + (sites / 2.0)).remainder(sites) - (sites / 2.0);
        var wave = ((d * Wide(Frequency) * (2 * Math.PI / sites)) + Wide(Phase)).cos();
        return (((d / Wide(Width)).square() * -0.5).exp() * wave * Wide(Amplitude)).MoveToOuterDisposeScope();
    }

    // Amplitude, centre, width, frequency, phase, misfit: shape (fields, 6).
    private static Tensor Fitted(Tensor rows, long n)
    {
        var fields = rows.unsqueeze(1);
        var p = LevenbergMarquardt.Improved(GaborStarts.Of(rows), p => At(p, fields, n), p => GaborModel.Bounded(p, n), Steps);
        var best = (-new GaborModel(p, n).Columns.Residual(fields).square().sum(-1)).argmax(-1, keepdim: true).unsqueeze(-1).expand(-1, -1, 3);
        p = p.gather(1, best).squeeze(1);
        var model = new GaborModel(p, n);
        var (a, b) = model.Coefficients(rows);
        var misfit = torch.linalg.norm(model.Columns.Residual(rows), [-1]) / torch.linalg.norm(rows, [-1]);
        return torch.stack(
        [
            (a.square() + b.square()).sqrt().squeeze(1), p.select(1, 0), p.select(1, 1).exp(), p.select(1, 2), (0 - b).atan2(a).squeeze(1), misfit,
        ], 1);
    }

    private static LocalSquares At(Tensor p, Tensor fields, long n)
    {
        var model = new GaborModel(p, n);
        return LocalSquares.Of(model.Columns.Residual(fields), model.Columns.Basis, model.Slopes(fields));
    }
}

/// <summary>
/// Gabor waves a C + b S on a ring, C and S = exp(-d^2 / (2 s^2)) times cos and sin of 2 pi f d / N, with d the signed ring distance from the centre c. The
/// parameters that are not linear are (c, ln s, f), on the last axis; a and b are fitted at each (variable projection).
/// </summary>
internal sealed class GaborModel
{
    internal const double Narrowest = 0.2;

    // In units of N: there the envelope is flat to 1e-5, and the wave a sinusoid.
    internal const double Widest = 100;

    private readonly Tensor distance;
    private readonly Tensor width;
    private readonly Tensor frequency;
    private readonly Tensor cos;
    private readonly Tensor sin;
    private readonly OrthonormalColumns columns;
    private readonly long n;

    /// <param name="parameters">Shape (..., 3), Float64.</param>
    /// <param name="sites">N.</param>
    internal GaborModel(Tensor parameters, long sites)
    {
        n = sites;
        Tensor Parameter(int i) => parameters.select(-1, i).unsqueeze(-1);
        (width, frequency) = (Parameter(1).exp(), Parameter(2));
        distance = (torch.arange(0, n, ScalarType.Float64, parameters.device) - Parameter(0) + (n / 2.0)).remainder(n) - (n / 2.0);
        var envelope = ((distance / width).square() * -0.5).exp();
        var angle = distance * frequency * (2 * Math.PI / n);
        (cos, sin) = (envelope * angle.cos(), envelope * angle.sin());
        columns = new OrthonormalColumns(cos, sin);
    }

    /// <summary>The orthonormal columns of the wave's two phases.</summary>
    internal OrthonormalColumns Columns => columns;

    /// <summary>Parameters brought to where they mean something: the centre onto the ring, width and frequency between their bounds.</summary>
    internal static Tensor Bounded(Tensor parameters, long n) => torch.stack(
    [
        parameters.select(-1, 0).remainder(n),
        parameters.select(-1, 1).clamp(Math.Log(Narrowest), Math.Log(Widest * n)),
        parameters.select(-1, 2).clamp(0.0, n / 2.0),
    ], -1);

    /// <summary>a and b of the least-squares fit to w, shape (..., N); each (..., 1).</summary>
    internal (Tensor A, Tensor B) Coefficients(Tensor w)
    {
        var x = columns.Coefficients(w);
        return (x[0], x[1]);
    }

    /// <summary>The fit's derivatives by (c, ln s, f), a and b staying as they are; each of the shape of w.</summary>
    internal Tensor[] Slopes(Tensor w)
    {
        var (a, b) = Coefficients(w);
        var (wave, turned) = ((cos * a) + (sin * b), (cos * b) - (sin * a));
        double radians = 2 * Math.PI / n;
        return
        [
            (distance / width.square() * wave) - (turned * frequency * radians),
            (distance / width).square() * wave,
            distance * turned * radians,
        ];
    }
}

/// <summary>Where a Gabor fit starts from: at each of several widths, the best frequency about the better of two centres.</summary>
internal static class GaborStarts
{
    /// <param name="rows">Shape (fields, N), Float64.</param>
    /// <returns>(centre, ln width, frequency), shape (fields, widths, 3).</returns>
    internal static Tensor Of(Tensor rows)
    {
        long n = rows.shape[1], fields = rows.shape[0];
        // The peak and the mean position, to the nearest site; rows are turned so that each comes to site 0.
        var mean = (CircularPosition.Of(rows).Mean + 0.5).floor();
        var centres = torch.stack([rows.abs().argmax(-1).to(ScalarType.Float64), torch.where(mean.isfinite(), mean, mean.sign() * 0).remainder(n)], 1);
        var index = (torch.arange(0, n, ScalarType.Float64, rows.device) + centres.unsqueeze(-1)).remainder(n).to(ScalarType.Int64);
        var turned = rows.unsqueeze(1).expand(-1, 2, -1).gather(2, index);

        var starts = new List<Tensor>();
        for (double width = 0.5; width <= Math.Max(2, n / 2.5); width *= 2)
        {
            // Half the width of the envelope's own spectrum apart.
            int count = (int)Math.Min(n + 1, Math.Ceiling(8 * width) + 1);
            var f = torch.linspace(0, n / 2.0, count, ScalarType.Float64, rows.device);
            var parameters = torch.stack([f * 0, (f * 0) + Math.Log(width), f], 1);
            var energy = new GaborModel(parameters, n).Columns.Basis.Select(q => turned.matmul(q.mT).square()).Aggregate((a, b) => a + b);
            var best = energy.flatten(1).argmax(-1).to(ScalarType.Float64);
            var which = (best / (double)count).floor();
            var at = centres.gather(1, which.to(ScalarType.Int64).unsqueeze(1)).squeeze(1);
            var frequency = f.index_select(0, (best - (which * (double)count)).to(ScalarType.Int64));
            starts.Add(torch.stack([at, (at * 0) + Math.Log(width), frequency], 1));
        }
        return torch.stack(starts, 1);
    }
}
