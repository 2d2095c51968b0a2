namespace TorchRf.Measures;

/// <summary>
/// The sinusoid nearest to a receptive field, w_j = Offset + Amplitude cos(2 pi Frequency j / N + Phase), by least squares over
/// all of its parameters (LSG figure 4). Computed in Float64; everything has shape (...) and the dtype of the field.
/// </summary>
/// <param name="Frequency">Cycles around the ring, 0 to N/2.</param>
/// <param name="Amplitude">At least 0.</param>
/// <param name="Phase">In (-pi, pi], at site 0.</param>
/// <param name="Offset">The constant beside the wave; 0 where none was asked for.</param>
/// <param name="Misfit">|w - fit| / |w|, a ratio of l2 norms; not a number for a field of zeros.</param>
public sealed record SinusoidFit(Tensor Frequency, Tensor Amplitude, Tensor Phase, Tensor Offset, Tensor Misfit)
{
    // Of the frequencies at which fields are first tried; a peak of the spectrum is about 2 wide.
    private const double Spacing = 0.125;

    // Peaks that are followed to their tops, of which the best is taken.
    private const int Peaks = 3;

    private const int GoldenSteps = 30;
    private const int NewtonSteps = 4;
    private const double NearEnd = 1e-4;
    private const long ElementsAtOnce = 1 << 22;

    /// <summary>
    /// Of any real number of cycles: the best of three peaks of a scan in steps of 1/8, each followed by golden section and Gauss-Newton
    /// steps. A wave that is no whole number of cycles does not close around the ring, and site 0 is where it breaks.
    /// </summary>
    /// <param name="w">Shape (..., N), N at least 4.</param>
    /// <param name="offset">Whether a constant is free too; then the frequency is at least 1/2, for slower waves cannot be told from constants.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer sites.</exception>
    public static SinusoidFit Real(Tensor w, bool offset = false)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, n) = Rows(w);
        var (slowest, fastest) = (offset ? 0.5 : 0.0, n / 2.0);
        var tried = (torch.arange(0, Math.Floor((fastest - slowest) / Spacing) + 1, ScalarType.Float64, w.device) * Spacing) + slowest;
        var f = tried.index_select(0, HighestPeaks(Energies(rows, tried, offset)).flatten()).view(-1, Peaks);
        var fields = rows.unsqueeze(1);
        Tensor Energy(Tensor at) => Columns(at, n, offset).Energy(fields);

        // On tensors, for all fields and peaks at once; a library's golden section takes one function of a number.
        double ratio = (Math.Sqrt(5) - 1) / 2;
        var (low, high) = ((f - Spacing).clamp(min: slowest), (f + Spacing).clamp(max: fastest));
        for (int step = 0; step < GoldenSteps; step++)
        {
            var inner = (high - low) * ratio;
            var below = Energy(high - inner).gt(Energy(low + inner));
            (low, high) = (torch.where(below, low, high - inner), torch.where(below, low + inner, high));
        }
        f = (low + high) * 0.5;
        var squares = Columns(f, n, offset).Residual(fields).square().sum(-1);
        void Take(Tensor next, double within)
        {
            var then = Columns(next, n, offset).Residual(fields).square().sum(-1);
            var better = then.lt(squares + within);
            (f, squares) = (torch.where(better, next, f), torch.where(better, then, squares));
        }
        // Sections only come near the ends, where a constant has its frequency.
        Take(torch.where(f.lt(slowest + NearEnd), (f * 0) + slowest, torch.where(f.gt(fastest - NearEnd), (f * 0) + fastest, f)), within: 1e-24);
        for (int step = 0; step < NewtonSteps; step++)
            Take(GaussNewton(f, fields, offset).clamp(slowest, fastest), within: 0);
        var best = (-squares).argmax(-1, keepdim: true);
        return Finish(w, rows, f.gather(1, best).squeeze(1), offset);
    }

    /// <summary>The fitted sinusoids, shape (..., N), Float64.</summary>
    /// <param name="sites">N.</param>
    public Tensor Curve(int sites)
    {
        using var scope = torch.NewDisposeScope();
        Tensor Wide(Tensor x) => x.to(ScalarType.Float64).unsqueeze(-1);
        return (((Angles(Frequency, sites) + Wide(Phase)).cos() * Wide(Amplitude)) + Wide(Offset)).MoveToOuterDisposeScope();
    }

    // In Float64, scaled to largest coordinate 1 so that no square underflows, shape (fields, N).
    private static (Tensor Rows, long Sites) Rows(Tensor w)
    {
        long n = w.shape[^1];
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 4, nameof(w));
        var rows = w.detach().to(ScalarType.Float64).reshape(-1, n);
        return (rows / rows.abs().amax([-1], keepdim: true), n);
    }

    private static Tensor Angles(Tensor frequency, long n) =>
        torch.arange(0, n, ScalarType.Float64, frequency.device) * (frequency.to(ScalarType.Float64).unsqueeze(-1) * (2 * Math.PI / n));

    private static OrthonormalColumns Columns(Tensor frequency, long n, bool offset)
    {
        var angles = Angles(frequency, n);
        var (cos, sin) = (angles.cos(), angles.sin());
        return offset ? new OrthonormalColumns((angles * 0) + 1, cos, sin) : new OrthonormalColumns(cos, sin);
    }

    // Every field at every frequency tried: shape (fields, frequencies).
    private static Tensor Energies(Tensor rows, Tensor frequencies, bool offset)
    {
        long n = rows.shape[1], count = frequencies.shape[0], atOnce = Math.Max(1, ElementsAtOnce / n);
        var parts = new List<Tensor>();
        for (long from = 0; from < count; from += atOnce)
        {
            var columns = Columns(frequencies.narrow(0, from, Math.Min(atOnce, count - from)), n, offset);
            parts.Add(columns.Basis.Select(q => rows.matmul(q.mT).square()).Aggregate((a, b) => a + b));
        }
        return torch.cat(parts, 1);
    }

    // The places of the highest local maxima, shape (fields, Peaks).
    private static Tensor HighestPeaks(Tensor energies)
    {
        long count = energies.shape[1];
        var edge = energies.narrow(1, 0, 1) * 0 - 1;
        var (before, after) = (torch.cat([edge, energies.narrow(1, 0, count - 1)], 1), torch.cat([energies.narrow(1, 1, count - 1), edge], 1));
        var peak = energies.ge(before).to(ScalarType.Float64) * energies.ge(after).to(ScalarType.Float64);
        return (energies * peak - (1 - peak)).sort(-1, descending: true).Indices.narrow(1, 0, Peaks).contiguous();
    }

    // One step for the frequency alone, the coefficients being refitted at each (variable projection).
    private static Tensor GaussNewton(Tensor f, Tensor fields, bool offset)
    {
        long n = fields.shape[^1];
        var columns = Columns(f, n, offset);
        var x = columns.Coefficients(fields);
        var angles = Angles(f, n);
        var j = torch.arange(0, n, ScalarType.Float64, f.device) * (2 * Math.PI / n);
        var slope = columns.Residual(((angles.cos() * x[^1]) - (angles.sin() * x[^2])) * j);
        return f + ((slope * columns.Residual(fields)).sum(-1) / slope.square().sum(-1).clamp(min: 1e-300));
    }

    private static SinusoidFit Finish(Tensor w, Tensor rows, Tensor f, bool offset)
    {
        long[] shape = w.shape[..^1];
        var size = w.detach().to(ScalarType.Float64).abs().amax([-1]).reshape(shape);
        var columns = Columns(f, rows.shape[1], offset);
        var x = columns.Coefficients(rows);
        var (a, b) = (x[^2], x[^1]);
        Tensor Shaped(Tensor value) => value.reshape(shape);
        Tensor Result(Tensor value) => value.to(w.dtype).MoveToOuterDisposeScope();
        return new SinusoidFit(Result(Shaped(f)), Result(Shaped((a.square() + b.square()).sqrt()) * size), Result(Shaped((0 - b).atan2(a))),
            Result(Shaped(offset ? x[0] : a * 0) * size),
            Result(Shaped(torch.linalg.norm(columns.Residual(rows), [-1]) / torch.linalg.norm(rows, [-1]))));
    }
}

/// <summary>
/// An orthonormal basis of the space that a few columns span, batched: least squares without normal equations. A column that
/// adds nothing to those before it (sin at frequency 0 or N/2) is left out, with coefficient 0.
/// </summary>
internal sealed class OrthonormalColumns
{
    // Of columns whose largest element is about 1: a mean square below this is rounding.
    private const double Nothing = 4e-15;

    private readonly Tensor[] basis;
    private readonly Tensor[] inverseDiagonal;
    private readonly Tensor[,] above;

    /// <param name="columns">Up to three, all of shape (..., N), Float64.</param>
    internal OrthonormalColumns(params Tensor[] columns)
    {
        int count = columns.Length;
        using Scalar nothing = Nothing * columns[0].shape[^1];
        (basis, inverseDiagonal, above) = (new Tensor[count], new Tensor[count], new Tensor[count, count]);
        for (int k = 0; k < count; k++)
        {
            var rest = columns[k];
            for (int j = 0; j < k; j++)
            {
                above[j, k] = (basis[j] * rest).sum(-1, keepdim: true);
                rest = rest - (basis[j] * above[j, k]);
            }
            var square = rest.square().sum(-1, keepdim: true);
            inverseDiagonal[k] = square.gt(nothing).to(ScalarType.Float64) / square.clamp(min: nothing).sqrt();
            basis[k] = rest * inverseDiagonal[k];
        }
    }

    /// <summary>The basis, each of the columns' shape; zero in place of a column left out.</summary>
    internal IReadOnlyList<Tensor> Basis => basis;

    /// <summary>What of <paramref name="w"/>, shape (..., N), is not in the space.</summary>
    internal Tensor Residual(Tensor w) => basis.Aggregate(w, (rest, q) => rest - (q * (q * rest).sum(-1, keepdim: true)));

    /// <summary>The sum of squares of w's part in the space, shape (...).</summary>
    internal Tensor Energy(Tensor w) => basis.Select(q => (q * w).sum(-1).square()).Aggregate((a, b) => a + b);

    /// <summary>The columns' coefficients in the least-squares fit to w, each of shape (..., 1).</summary>
    internal Tensor[] Coefficients(Tensor w)
    {
        var x = new Tensor[basis.Length];
        for (int k = basis.Length - 1; k >= 0; k--)
        {
            var rest = (basis[k] * w).sum(-1, keepdim: true);
            for (int j = k + 1; j < basis.Length; j++)
                rest = rest - (above[k, j] * x[j]);
            x[k] = rest * inverseDiagonal[k];
        }
        return x;
    }
}
