using TorchRf.Benchmarks.Contests;

namespace TorchRf.Benchmarks.Plain;

/// <summary>One data model's sampler alone, in plain TorchSharp.</summary>
internal static class PlainSampling
{
    private const int ChainSteps = 1000;

    /// <summary>Draws, over and over.</summary>
    /// <param name="law">gaussian, nlgp, kur, student-t, metropolis, or torus for NLGP on one.</param>
    /// <param name="examples">How many a repetition.</param>
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
    /// <param name="x">Shape (rows, sites of a ring).</param>
    internal static IReadOnlyList<double> Describe(Tensor x)
    {
        long last = x.shape[1] - 1;
        return [x.abs().mean().item<float>(), (x.narrow(1, 1, last).sign() * x.narrow(1, 0, last).sign()).mean().item<float>()];
    }
}
