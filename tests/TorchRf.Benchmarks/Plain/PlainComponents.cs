namespace TorchRf.Benchmarks.Plain;

/// <summary>FastICA in plain TorchSharp and Float32: whitening by the covariance's eigenvectors, logcosh, all components at once, symmetric decorrelation.</summary>
internal static class PlainComponents
{
    /// <summary>Searches, each from another start.</summary>
    /// <param name="x">Examples, shape (examples, N), Float32.</param>
    /// <param name="tolerance">None turns by more than this, as 1 - |w.w'|, in the last iteration.</param>
    internal static Workload Prepare(Tensor x, int components, double tolerance, int mostIterations)
    {
        var (iterations, contrast) = (0, double.NaN);
        return new Workload(cancellation =>
        {
            using var scope = torch.NewDisposeScope();
            using var noGrad = torch.no_grad();
            var z = Whitened(x, components);
            var w = Decorrelated(torch.randn(components, components));
            double change = double.PositiveInfinity;
            for (iterations = 0; change >= tolerance && iterations < mostIterations; iterations++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var step = torch.NewDisposeScope();
                var g = z.mm(w.t()).tanh();
                var next = Decorrelated(g.t().mm(z) / z.shape[0] - (1 - g.square()).mean([0]).unsqueeze(1) * w);
                change = ((next * w).sum(1).abs() - 1).abs().max().item<float>();
                w = next.MoveToOuterDisposeScope();
            }
            var y = z.mm(w.t());
            contrast = (torch.logaddexp(y, -y) - Math.Log(2)).mean().item<float>();
        })
        {
            Name = PeerSetting.Plain.Name,
            Check = () => [contrast],
            Iterations = () => iterations,
        };
    }

    private static Tensor Whitened(Tensor x, int components)
    {
        using var scope = torch.NewDisposeScope();
        var centred = x - x.mean([0]);
        var (values, vectors) = torch.linalg.eigh(centred.t().mm(centred) / x.shape[0]);
        long left = x.shape[1] - components;
        return centred.mm(vectors.narrow(1, left, components) / values.narrow(0, left, components).sqrt()).MoveToOuterDisposeScope();
    }

    private static Tensor Decorrelated(Tensor w)
    {
        var (u, _, v) = torch.linalg.svd(w, fullMatrices: false);
        return u.mm(v);
    }
}
