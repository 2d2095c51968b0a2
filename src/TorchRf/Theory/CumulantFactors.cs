namespace TorchRf.Theory;

/// <summary>
/// The leading symmetric (CP) factors of examples' fourth cumulants, K4 ~ sum_f lambda_f u_f (x) u_f (x) u_f (x) u_f, by power iteration (after Ingrosso and Goldt, PNAS 119, 2022): what the tensor makes of three u is
/// <code>K4[u, u, u, .] = E[(u.x)^3 x] - 3 (u.C u) C u</code>
/// and u becomes that, with the sign that lambda = K4[u, u, u, u] has where it starts, brought to length 1. No number of N^4 is ever stored. Several starts go side by side, of which the one with the largest |lambda| counts; a
/// found factor is then taken from the tensor. Of data without a preferred site every shift of a factor is one too: a factor's shape means something, its place does not.
/// </summary>
/// <param name="Vectors">u_f, shape (F, N), of length 1, the largest component positive.</param>
/// <param name="Strengths">lambda_f: below 0 for sub-Gaussian data. That of an axis with variance 1 is its excess kurtosis.</param>
/// <param name="Converged">Whether each factor's last step turned it by less than the tolerance.</param>
public sealed record CumulantFactors(Tensor Vectors, IReadOnlyList<double> Strengths, IReadOnlyList<bool> Converged)
{
    /// <summary>The leading factors.</summary>
    /// <param name="examples">Of mean 0, shape (P, N), of any dtype; the factors are computed on their device. Their fourth moments must exist.</param>
    /// <param name="factors">F, from 1 to N.</param>
    /// <param name="generator">The stream of randomness that the starts are drawn from, on that device.</param>
    /// <param name="starts">How many, at least 1.</param>
    /// <param name="iterations">At most so many for each factor.</param>
    /// <param name="tolerance">1 - |cos| of the angle that a step may turn a factor that has converged.</param>
    public static CumulantFactors Of(Tensor examples, int factors, Generator generator, int starts = 8, int iterations = 100, double tolerance = 1e-8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factors, examples.shape[1]);
        ArgumentOutOfRangeException.ThrowIfLessThan(starts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var x = examples.to(ScalarType.Float64).contiguous();
        var moments = x.mT.matmul(x) / x.shape[0];
        var (vectors, strengths, converged) = (new List<Tensor>(), new List<double>(), new List<bool>());
        while (vectors.Count < factors)
        {
            using var inner = torch.NewDisposeScope();
            Tensor Rest(Tensor u)
            {
                var left = Contraction(x, moments, u);
                foreach (var (v, lambda) in vectors.Zip(strengths))
                    left.sub_(u.matmul(v).pow(3).mul(lambda).unsqueeze(1) * v);
                return left;
            }
            var u = Unit(torch.randn([starts, x.shape[1]], ScalarType.Float64, x.device, generator: generator));
            var pulled = Rest(u);
            var sign = (u * pulled).sum(1, keepdim: true).sign();
            var turned = torch.ones(starts, ScalarType.Float64, x.device);
            for (int i = 0; i < iterations && turned.max().item<double>() > tolerance; i++)
            {
                using var step = torch.NewDisposeScope();
                var next = Unit(pulled * sign);
                turned = (1 - (next * u).sum(1)).MoveToOuterDisposeScope();
                (u, pulled) = (next.MoveToOuterDisposeScope(), Rest(next).MoveToOuterDisposeScope());
            }
            var lambdas = (u * pulled).sum(1);
            long best = lambdas.abs().argmax().item<long>();
            var found = u[best];
            strengths.Add(lambdas[best].item<double>());
            converged.Add(turned[best].item<double>() <= tolerance);
            vectors.Add((found * found.gather(0, found.abs().argmax(0, keepdim: true)).sign()).MoveToOuterDisposeScope());
        }
        return new CumulantFactors(torch.stack(vectors).MoveToOuterDisposeScope(), strengths, converged);
    }

    /// <summary>K4[u, u, u, .] = E[(u.x)^3 x] - 3 (u.C u) C u for each u, C = E[x x^T].</summary>
    /// <param name="examples">Of mean 0, shape (P, N), Float64.</param>
    /// <param name="u">Shape (M, N), Float64, on the same device.</param>
    /// <returns>Shape (M, N).</returns>
    public static Tensor Contraction(Tensor examples, Tensor u)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return Contraction(examples.contiguous(), examples.mT.matmul(examples) / examples.shape[0], u).MoveToOuterDisposeScope();
    }

    private static Tensor Contraction(Tensor x, Tensor moments, Tensor u)
    {
        var cu = u.matmul(moments);
        return ExampleMeans.Of(x, u, v => v.pow(3)).sub_(cu * ((u * cu).sum(1, keepdim: true) * 3));
    }

    private static Tensor Unit(Tensor v) => v / torch.linalg.norm(v, [1], keepdim: true);
}
