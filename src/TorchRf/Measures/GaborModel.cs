namespace TorchRf.Measures;

/// <summary>
/// Gabor waves a C + b S on a ring, C and S = exp(-d^2 / (2 s^2)) times cos and sin of 2 pi f d / N, with d the signed ring distance from the centre c. The
/// parameters that are not linear are (c, ln s, f), on the last axis; a and b are fitted at each (variable projection).
/// </summary>
internal sealed class GaborModel
{
    internal const double Narrowest = 0.2;

    // In units of N: there the envelope is flat to 1e-5, and the wave a sinusoid.
    private const double Widest = 100;

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

    /// <summary>The fit's derivatives by (c, ln s, f), less what a and b make up for; each of the shape of w.</summary>
    internal Tensor[] Slopes(Tensor w)
    {
        var (a, b) = Coefficients(w);
        var (wave, turned) = ((cos * a) + (sin * b), (cos * b) - (sin * a));
        double radians = 2 * Math.PI / n;
        return
        [
            columns.Residual((distance / width.square() * wave) - (turned * frequency * radians)),
            columns.Residual((distance / width).square() * wave),
            columns.Residual(distance * turned * radians),
        ];
    }
}
