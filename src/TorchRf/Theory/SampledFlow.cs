using TorchRf.Data;

namespace TorchRf.Theory;

/// <summary>
/// The gradient flow of a soft committee of K ReLU units without bias, f = (1/K) sum_k relu(w_k . x), on a fixed set of labelled examples with the loss mean (f - y)^2: full-batch
/// gradient descent in the limit of small steps. Every expectation is a mean over the examples, so that no closure enters, whatever the data are. A step of gradient descent of size lr is a time lr / K.
/// </summary>
/// <remarks>
/// Each example stands for its negative too, as the task's laws are symmetric and training shows both. With u = w . x and m a mean over the K units, minus K times the gradient is then
/// <code>dw_k/dt = sum_c p_c { y_c E_c[x sgn(u_k)] - 1/2 E_c[x (m(u) + sgn(u_k) m(|u|))] }</code>
/// and for a neuron sum_c p_c { y_c E_c[x sgn(u)] - S_c w }, S_c = E_c[x x^T].
/// </remarks>
public sealed class SampledFlow : IFlow, IDisposable
{
    /// <summary>Examples of each class where nobody says how many.</summary>
    public const long Examples = 20_000;

    // Examples and second moments of class 0 and class 1.
    private readonly Tensor[] x, moments;

    /// <param name="first">Examples of class 0, shape (examples, N), of any dtype; copied to Float64 on their device.</param>
    /// <param name="second">Examples of class 1, on the same device.</param>
    /// <exception cref="ArgumentException">They are no matrices of at least one example of as many sites.</exception>
    public SampledFlow(Tensor first, Tensor second)
    {
        if (first.dim() != 2 || second.dim() != 2 || first.shape[1] != second.shape[1] || first.numel() == 0 || second.numel() == 0)
            throw new ArgumentException($"Examples of both classes have shape (examples, N), not ({string.Join(", ", first.shape)}) and ({string.Join(", ", second.shape)}).", nameof(second));
        x = [ExampleMeans.Kept(first), ExampleMeans.Kept(second)];
        moments = [ExampleMeans.Moments(x[0]), ExampleMeans.Moments(x[1])];
    }

    /// <summary>Which share of the examples shown is of each class.</summary>
    public (double First, double Second) Shares { get; init; } = (0.5, 0.5);

    /// <summary>What f is to be on each class.</summary>
    public (double First, double Second) Targets { get; init; } = (0, 1);

    /// <summary>The flow on examples of a task: fresh ones, or, of data that are so many examples and no more, those themselves, evenly spread where there are more than asked for.</summary>
    /// <param name="task">Of two classes.</param>
    /// <param name="examples">How many of each class, at least 1.</param>
    /// <param name="generator">The stream of randomness; its device is where the flow is computed.</param>
    /// <param name="shares">Which share of the examples shown is of each class; equal ones without.</param>
    /// <param name="targets">What f is to be on each class; 0 and 1 without.</param>
    /// <exception cref="NotSupportedException">The task has other than two classes.</exception>
    public static SampledFlow Of(ClassificationTask task, long examples, Generator generator, (double First, double Second)? shares = null, (double First, double Second)? targets = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(examples);
        Lemma.Requires(task.Classes.Count == 2, $"a task of {task.Classes.Count} classes");
        using var scope = torch.NewDisposeScope();
        return new SampledFlow(ExampleMeans.Drawn(task.Classes[0], examples, generator), ExampleMeans.Drawn(task.Classes[1], examples, generator))
        {
            Shares = shares ?? (0.5, 0.5),
            Targets = targets ?? (0, 1),
        };
    }

    /// <inheritdoc/>
    /// <remarks>Also of shape (N), for a neuron.</remarks>
    public Tensor Velocity(Tensor w)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        long units = w.dim() == 1 ? 1 : w.size(-2);
        var fields = w.reshape(-1, w.size(-1));
        var velocity = torch.zeros_like(fields);
        var mean = fields.view(-1, units, fields.shape[1]).mean([1], keepdim: true);
        foreach (var (c, (share, target)) in new[] { (Shares.First, Targets.First), (Shares.Second, Targets.Second) }.Index())
        {
            if (units == 1)
            {
                velocity.sub_(fields.matmul(moments[c]) * share);
                if (target != 0)
                    velocity.add_(ExampleMeans.Of(x[c], fields, u => u.sign_()) * (share * target));
                continue;
            }
            velocity.view(-1, units, fields.shape[1]).sub_(mean.matmul(moments[c]) * (share / 2));
            velocity.sub_(ExampleMeans.Of(x[c], fields, u =>
            {
                var of = u.view(-1, units, u.shape[1]);
                var rest = of.abs().mean([1], keepdim: true) - (2 * target);
                of.sign_().mul_(rest);
                return u;
            }) * (share / 2));
        }
        return velocity.view(w.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the examples.</summary>
    public void Dispose()
    {
        foreach (var tensor in x.Concat(moments))
            tensor.Dispose();
    }
}

/// <summary>Means over a fixed set of examples of x times what a unit makes of its input: one product with all receptive fields, a function of each number, and one product back.</summary>
internal static class ExampleMeans
{
    // Numbers u of a piece of the examples: 2 MiB of them, with the examples themselves, stay in a processor's cache, and many receptive fields do not fill its memory.
    private const long Piece = 1 << 18;

    /// <summary>E[x g(w . x)].</summary>
    /// <param name="x">Shape (examples, N), Float64, contiguous.</param>
    /// <param name="w">Shape (M, N), Float64.</param>
    /// <param name="response">g, from u of shape (M, examples of a piece), which it may overwrite, to the same shape.</param>
    /// <returns>Shape (M, N), owned by the scope around.</returns>
    internal static Tensor Of(Tensor x, Tensor w, Func<Tensor, Tensor> response)
    {
        var sum = torch.zeros_like(w);
        long most = Math.Max(1, Piece / Math.Max(w.shape[0], w.shape[1]));
        for (long first = 0; first < x.shape[0]; first += most)
        {
            using var scope = torch.NewDisposeScope();
            var piece = x.narrow(0, first, Math.Min(most, x.shape[0] - first));
            sum.add_(response(w.matmul(piece.mT)).matmul(piece));
        }
        return sum.div_(x.shape[0]);
    }

    /// <summary>Examples as they are kept: a copy in Float64 that no scope owns.</summary>
    internal static Tensor Kept(Tensor examples)
    {
        using var scope = torch.NewDisposeScope();
        return examples.detach().to(ScalarType.Float64, copy: true).contiguous().DetachFromDisposeScope();
    }

    /// <summary>E[x x^T], shape (N, N), Float64; no scope owns it.</summary>
    internal static Tensor Moments(Tensor examples)
    {
        using var scope = torch.NewDisposeScope();
        var x = examples.detach().to(ScalarType.Float64);
        return (x.mT.matmul(x) / x.shape[0]).DetachFromDisposeScope();
    }

    /// <summary>Examples of one class, shape (examples, N), Float64, on the generator's device.</summary>
    internal static Tensor Drawn(IDataModel model, long examples, Generator generator) => model is IExamples sample
        ? sample.Examples(examples).to(ScalarType.Float64, generator.device)
        : model.Sample(examples, generator, ScalarType.Float64);
}
