using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Theory;

/// <summary>
/// What one class pulls the receptive field w of a ReLU unit towards: E[x sgn(w . x)], which for symmetric data is 2 E[x 1(w . x &gt; 0)]. In the effective equation all else is known from the
/// covariances; this expectation of a nonlinear function is what theories of it differ in.
/// </summary>
public interface IDrive
{
    /// <summary>E[x sgn(w . x)], exactly or closed in some way.</summary>
    /// <param name="w">Receptive fields, shape (..., N), none of them zero; Float64.</param>
    /// <param name="pulled">Sigma w of the class, the same shape.</param>
    /// <returns>A new tensor of the same shape, which the caller may write to. Gradients are not tracked.</returns>
    Tensor Of(Tensor w, Tensor pulled);
}

/// <summary>By LSG's Lemma 3.1: phi(a), a = Sigma w / sqrt(w . Sigma w), takes w . x given x_i as normal.</summary>
/// <param name="amplifier">phi of the class's marginal, full or to third order.</param>
public sealed class AmplifierDrive(Amplifier amplifier) : IDrive
{
    /// <inheritdoc/>
    public Tensor Of(Tensor w, Tensor pulled)
    {
        using var a = Lemma.Correlations(w, pulled);
        return amplifier.Of(a);
    }
}

/// <summary>By the mean over a fixed set of examples: nothing is closed, and what is left is the error of so many examples. Each stands for its negative too.</summary>
/// <param name="examples">Shape (examples, N), of any dtype; copied to Float64 on their device.</param>
public sealed class SampledDrive(Tensor examples) : IDrive, IDisposable
{
    private readonly Tensor x = ExampleMeans.Kept(examples);

    /// <summary>The drive of a class from examples of it, as <see cref="SampledFlow.Of"/> draws them.</summary>
    /// <param name="model">The class.</param>
    /// <param name="examples">How many, at least 1.</param>
    /// <param name="generator">The stream of randomness; its device is where the drive is computed.</param>
    public static SampledDrive Of(IDataModel model, long examples, Generator generator)
    {
        using var drawn = ExampleMeans.Drawn(model, examples, generator);
        return new SampledDrive(drawn);
    }

    /// <inheritdoc/>
    public Tensor Of(Tensor w, Tensor pulled)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        return ExampleMeans.Of(x, w.reshape(-1, w.shape[^1]), u => u.sign_()).view(w.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the examples.</summary>
    public void Dispose() => x.Dispose();
}
