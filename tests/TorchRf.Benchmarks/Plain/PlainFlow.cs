using TorchRf.Data;
using TorchRf.Theory;

namespace TorchRf.Benchmarks.Plain;

/// <summary>Euler steps of the gradient flow of one ReLU neuron (Lufkin, Saxe and Grant, Lemma 3.1), in plain TorchSharp and Float64: the formula as it stands.</summary>
internal static class PlainFlow
{
    private const int Intervals = 4000;

    /// <summary>An integration.</summary>
    /// <param name="start">The first weights, shape (inits, 1, N).</param>
    /// <param name="rate">The time of a step.</param>
    internal static Workload Prepare(ClassificationTask task, Tensor start, double rate, int steps)
    {
        using var scope = torch.NewDisposeScope();
        Tensor Dense(int c) => task.Classes[c].Covariance.Times(torch.eye(task.Sites, dtype: ScalarType.Float64)).DetachFromDisposeScope();
        var (first, second) = (Dense(0), Dense(1));
        var table = Table(task.Classes[1]);
        Func<Tensor, Tensor> phi = task.Classes[1] is IsingRing
            ? a => torch.erf(a / (2 * (1 - a) * (1 + a)).clamp(min: 1e-30).sqrt())
            : a => Interpolated(table, a);
        IReadOnlyList<double> ends = [];
        return new Workload(
            cancellation =>
            {
                using var all = torch.NewDisposeScope();
                var w = start.squeeze(1).clone();
                for (int i = 0; i < steps && !cancellation.IsCancellationRequested; i++)
                {
                    using var step = torch.NewDisposeScope();
                    var pulled = w.mm(second);
                    var a = pulled / (w * pulled).sum(-1, keepdim: true).sqrt();
                    w.add_(rate / 2 * (phi(a) - pulled - w.mm(first)));
                }
                ends = [w.norm(1).mean().item<double>(), w.abs().amax([-1]).mean().item<double>()];
            },
            first, second, table)
        {
            Name = PeerSetting.Plain.Name,
            Check = () => ends,
        };
    }

    // phi at equally spaced theta = asin a.
    private static Tensor Table(IDataModel model)
    {
        var theta = torch.linspace(-Math.PI / 2, Math.PI / 2, Intervals + 1, dtype: ScalarType.Float64);
        return model.Marginal.FullAmplifier().Of(theta.sin()).DetachFromDisposeScope();
    }

    private static Tensor Interpolated(Tensor table, Tensor a)
    {
        var place = (torch.asin(a.clamp(-1, 1)) / Math.PI + 0.5) * Intervals;
        var left = place.to(ScalarType.Int64).clamp(max: Intervals - 1);
        return torch.lerp(table[left], table[left + 1], place - left);
    }
}
