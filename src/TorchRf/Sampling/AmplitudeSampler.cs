namespace TorchRf.Sampling;

/// <summary>A Gaussian field with one random amplitude an example, sqrt((nu - 2) / chi^2_nu).</summary>
/// <param name="field">The field.</param>
/// <param name="amplitudes">The amplitudes of so many examples, shape (examples, 1), from a generator.</param>
internal sealed class AmplitudeSampler(VectorSampler field, Func<long, Generator, Tensor> amplitudes) : VectorSampler
{
    /// <inheritdoc/>
    internal override void Fill(ulong key, Tensor examples)
    {
        field.Fill(key, examples);
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(key, examples.device);
        examples.mul_(amplitudes(examples.shape[0], generator));
    }
}
