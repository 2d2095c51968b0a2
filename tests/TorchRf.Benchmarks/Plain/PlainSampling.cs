using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Benchmarks.Plain;

/// <summary>One data model's sampler alone, in plain TorchSharp.</summary>
internal static class PlainSampling
{
    private const int ChainSteps = 1000;

    /// <summary>Draws, over and over.</summary>
    /// <param name="law">gaussian, nlgp, kur, student-t, metropolis, or torus for NLGP on one.</param>
    /// <param name="sites">N; the side of a torus.</param>
    /// <param name="parameter">The lengthscale; the coupling for the Ising ring.</param>
    internal static Workload Prepare(string law, long examples, int sites, double parameter)
    {
        var root = PlainLaws.Root(sites, parameter);
        var bend = PlainLaws.Bend(law == "torus" ? "nlgp" : law);
        Func<Tensor> draw = law switch
        {
            "metropolis" => () => PlainLaws.Metropolis(examples, sites, parameter, ChainSteps),
            "student-t" => () => PlainLaws.StudentT(examples, root, 3),
            "torus" => () => bend(root.matmul(torch.randn(examples, sites, sites)).matmul(root)),
            _ => () => bend(torch.randn(examples, sites).mm(root)),
        };
        return new Workload(_ => { using var scope = torch.NewDisposeScope(); draw(); }, root)
        {
            Name = PeerSetting.Plain.Name,
            Check = () =>
            {
                using var scope = torch.NewDisposeScope();
                return Describe(draw().reshape(-1, sites));
            },
        };
    }

    /// <summary>How large x is, and how often neighbours have the same sign: all sides draw the same law.</summary>
    internal static IReadOnlyList<double> Describe(Tensor x)
    {
        long last = x.shape[1] - 1;
        return [x.abs().mean().item<float>(), (x.narrow(1, 1, last).sign() * x.narrow(1, 0, last).sign()).mean().item<float>()];
    }
}

/// <summary>Examples as one would write them in TorchSharp, operation by operation: Gaussian fields on a ring, bent to other marginals, and the Ising ring. The peers' laws.py in C#.</summary>
internal static class PlainLaws
{
    private const double Gain = 3;
    private const double K = 5;

    /// <summary>The symmetric root of the correlation exp(-d^2 / lengthscale^2), Float32: fields are noise times root.</summary>
    internal static Tensor Root(int sites, double lengthscale)
    {
        using var scope = torch.NewDisposeScope();
        return new Gaussian(sites, lengthscale).Covariance.Root().Times(torch.eye(sites, dtype: ScalarType.Float64)).to(ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <summary>What makes a law's marginal from a normal one.</summary>
    /// <param name="law">gaussian, nlgp or kur.</param>
    internal static Func<Tensor, Tensor> Bend(string law)
    {
        double scale = Math.Sqrt(2 / Math.PI * Math.Asin(2 * Gain * Gain / (1 + (2 * Gain * Gain))));
        double sigma = new AlgebraicMarginal(K).StandardDeviation;
        return law switch
        {
            "gaussian" => z => z,
            "nlgp" => z => torch.erf(z * Gain) / scale,
            _ => z =>
            {
                var v = torch.erfc(z.abs() / Math.Sqrt(2));
                return torch.copysign((1 - v) / (-torch.expm1(K * torch.log1p(-v))).pow(1 / K) / sigma, z);
            },
        };
    }

    /// <summary>Exact: independent bonds, kept where an even number of them is broken.</summary>
    internal static Tensor Ising(long examples, int sites, double coupling)
    {
        double broken = 1 / (1 + Math.Exp(2 * coupling));
        double even = (1 + Math.Pow(Math.Tanh(coupling), sites)) / 2;
        long drawn = (long)((examples / even) + (6 * Math.Sqrt(examples)));
        var bonds = Signs(torch.rand(drawn, sites), broken);
        bonds = bonds[(sites - bonds.sum(1)).remainder(4) == 0].narrow(0, 0, examples);
        bonds.select(1, 0).copy_(Signs(torch.rand(examples), 0.5));
        return bonds.cumprod(1);
    }

    /// <summary>A chain an example, one proposed flip of a random spin a step, as in the code of Lufkin, Saxe and Grant.</summary>
    internal static Tensor Metropolis(long examples, int sites, double coupling, int steps)
    {
        using var scope = torch.NewDisposeScope();
        var spins = Signs(torch.rand(examples, sites), 0.5);
        for (int step = 0; step < steps; step++)
        {
            using var inner = torch.NewDisposeScope();
            var site = torch.randint(sites, [examples, 1]);
            var spin = spins.gather(1, site);
            var neighbours = spins.gather(1, (site + 1) % sites) + spins.gather(1, (site - 1 + sites) % sites);
            var flips = torch.rand(examples, 1) < torch.exp(-2 * coupling * spin * neighbours);
            spins.scatter_(1, site, torch.where(flips, -spin, spin));
        }
        return spins.MoveToOuterDisposeScope();
    }

    /// <summary>A Gaussian field with an amplitude an example.</summary>
    internal static Tensor StudentT(long examples, Tensor root, double nu)
    {
        var chi2 = torch.distributions.Chi2(torch.tensor((float)nu)).sample(examples, 1).to(ScalarType.Float32);
        return torch.randn(examples, root.shape[0]).mm(root) * ((nu - 2) / chi2).sqrt();
    }

    private static Tensor Signs(Tensor uniform, double negative) => torch.where(uniform < negative, torch.tensor(-1f), torch.tensor(1f));
}
