using TorchRf.Data;

namespace TorchRf.Theory;

/// <summary>
/// By the cumulants of x with u = w . x / sigma, exact to first order in non-Gaussianity:
/// <code>E[x_i sgn(u)] = sqrt(2/pi) [ a_i (1 + k/8) - c_i/6 ]</code>
/// (<see cref="InputCumulants"/>). c is the contraction of the class's fourth cumulants with three w, whose power iteration gives their CP factors: localization is gradient flow on that tensor. a is
/// exact, by the covariance; c and k are means over a fixed set of examples. It takes no marginal, and covers any data that have a fourth moment; like the lemma it is an early-time law.
/// </summary>
/// <param name="examples">Shape (examples, N), of any dtype; copied to Float64 on their device. Each stands for its negative too.</param>
public sealed class FourthCumulantDrive(Tensor examples) : IDrive, IDisposable
{
    private readonly Tensor x = ExampleMeans.Kept(examples);
    private readonly Tensor moments = ExampleMeans.Moments(examples);

    /// <summary>The drive of a class from examples of it, as <see cref="SampledFlow.Of"/> draws them.</summary>
    /// <param name="model">The class.</param>
    /// <param name="examples">How many, at least 1.</param>
    /// <param name="generator">The stream of randomness; its device is where the drive is computed.</param>
    public static FourthCumulantDrive Of(IDataModel model, long examples, Generator generator)
    {
        using var drawn = ExampleMeans.Drawn(model, examples, generator);
        return new FourthCumulantDrive(drawn);
    }

    /// <inheritdoc/>
    public Tensor Of(Tensor w, Tensor pulled)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var fields = w.reshape(-1, w.shape[^1]);
        // Within the cumulants a is the examples' own, so that their errors cancel.
        var own = fields.matmul(moments);
        var deviation = (fields * own).sum(-1, keepdim: true).sqrt();
        var unit = fields / deviation;
        var cubed = ExampleMeans.Of(x, unit, u => u.pow(3));
        var c = cubed.sub(own / deviation * 3);
        var k = (unit * cubed).sum(-1, keepdim: true) - 3;
        using var none = torch.zeros(1, ScalarType.Float64, w.device);
        var a = Lemma.Correlations(fields, pulled.reshape(fields.shape));
        return new InputCumulants(a, none, c, none, k).Mean(ResponseDerivatives.Sign).view(w.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the examples.</summary>
    public void Dispose()
    {
        x.Dispose();
        moments.Dispose();
    }
}
