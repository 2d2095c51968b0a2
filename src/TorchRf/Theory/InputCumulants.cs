using TorchRf.Data.Marginals;

namespace TorchRf.Theory;

/// <summary>
/// The cumulants, up to the fourth, of sites x_i with a unit's input u = w . x / sigma of mean 0 and variance 1: all that an expectation E[x_i h(u)] takes to first order in
/// non-Gaussianity,
/// <code>E[x_i h(u)] = a_i E h' + q_i/2 E h'' + s/6 a_i E h'''' + c_i/6 E h''' + k/24 a_i E h'''''</code>
/// with the derivatives' expectations over a standard normal number (the Edgeworth expansion; a Gaussian closure keeps the first term alone). It holds with a bias and, to first order in the skewness, for skewed data, and for any
/// activation g at its own scale, h(u) = g'(sigma u + b). Where c_i = (kappa - 3) a_i^3 and k = 0 it is LSG's Lemma 3.1 to third order; for elliptical laws c = k a, which leaves it linear in a (LSG Prop. 3.3).
/// </summary>
/// <param name="A">a_i = E[x_i u], shape (..., N).</param>
/// <param name="Q">q_i = E[x_i u^2], shape (..., N); 0 for symmetric data.</param>
/// <param name="C">c_i = E[x_i u^3] - 3 a_i, shape (..., N).</param>
/// <param name="Skew">s = E u^3, shape (..., 1); 0 for symmetric data.</param>
/// <param name="Kurtosis">k = E u^4 - 3, shape (..., 1).</param>
public sealed record InputCumulants(Tensor A, Tensor Q, Tensor C, Tensor Skew, Tensor Kurtosis)
{
    /// <summary>Measured from examples of mean 0, in one pass.</summary>
    /// <param name="x">Shape (examples, N), Float64.</param>
    /// <param name="w">Shape (..., N), none zero; Float64, on the same device.</param>
    public static InputCumulants Of(Tensor x, Tensor w)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var kept = x.contiguous();
        var fields = w.reshape(-1, w.shape[^1]);
        var pulled = ExampleMeans.Of(kept, fields, u => u);
        var deviation = (fields * pulled).sum(-1, keepdim: true).sqrt();
        var unit = fields / deviation;
        var a = pulled / deviation;
        var q = ExampleMeans.Of(kept, unit, u => u.square());
        var cubed = ExampleMeans.Of(kept, unit, u => u.pow(3));
        Tensor With(Tensor m) => (unit * m).sum(-1, keepdim: true);
        long[] scalar = [.. w.shape[..^1], 1];
        return new InputCumulants(
            Given(a.view(w.shape)), Given(q.view(w.shape)), Given((cubed - (a * 3)).view(w.shape)), Given(With(q).view(scalar)), Given((With(cubed) - 3).view(scalar)));

        static Tensor Given(Tensor tensor) => tensor.MoveToOuterDisposeScope();
    }

    /// <summary>E[x_i h(u)], shape (..., N).</summary>
    /// <param name="h">The expectations of h's derivatives.</param>
    public Tensor Mean(ResponseDerivatives h)
    {
        using var scope = torch.NewDisposeScope();
        var along = (Skew * (h.Fourth / 6)) + (Kurtosis * (h.Fifth / 24)) + h.First;
        return ((A * along) + (Q * (h.Second / 2)) + (C * (h.Third / 6))).MoveToOuterDisposeScope();
    }
}

/// <summary>E h', E h'', ... of a function h of a standard normal number z; E h^(m) = E[h(z) He_m(z)], so that h may have jumps.</summary>
public sealed record ResponseDerivatives(double First, double Second, double Third, double Fourth, double Fifth)
{
    /// <summary>Of h(u) = sgn(u): sqrt(2/pi) times 1, 0, -1, 0, 3.</summary>
    public static ResponseDerivatives Sign { get; } = new(Math.Sqrt(2 / Math.PI), 0, -Math.Sqrt(2 / Math.PI), 0, 3 * Math.Sqrt(2 / Math.PI));

    /// <summary>Of h(u) = 1(u &gt; t), as of a ReLU with the bias -t sigma: the normal density at t times 1, t, t^2 - 1, t^3 - 3 t, t^4 - 6 t^2 + 3.</summary>
    /// <param name="t">The threshold.</param>
    public static ResponseDerivatives Above(double t)
    {
        double density = Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI), square = t * t;
        return new(density, density * t, density * (square - 1), density * t * (square - 3), density * ((square * square) - (6 * square) + 3));
    }

    /// <summary>Of any h, by quadrature.</summary>
    /// <param name="h">Elementwise, on Float64 tensors; smooth but for a jump at 0, and growing no faster than a power.</param>
    public static ResponseDerivatives Of(Func<Tensor, Tensor> h)
    {
        using var scope = torch.NewDisposeScope();
        var (z, weights) = NormalQuadrature.HalfLine();
        var (up, down) = (h(z), h(-z));
        var (even, odd) = ((up + down) * weights / 2, (up - down) * weights / 2);
        double With(Tensor part, Tensor polynomial) => (part * polynomial).sum().item<double>();
        var square = z.square();
        return new(With(odd, z), With(even, square - 1), With(odd, z * (square - 3)), With(even, (square * (square - 6)) + 3), With(odd, z * ((square * (square - 10)) + 15)));
    }
}
