using TorchRf.Data.Sampling;
using TorchRf.Simd;

namespace TorchRf.Data;

/// <summary>Draws zero-mean Gaussian examples with a given covariance: what most data models start from.</summary>
internal sealed class GaussianField(ICovariance covariance)
{
    private readonly ICovariance root = covariance.Root();

    /// <summary>Independent examples, shape (examples, N), on the device of the generator.</summary>
    internal Tensor Draw(long examples, Generator generator, ScalarType dtype)
    {
        using var noise = torch.randn(examples, covariance.Sites, dtype, generator.device, generator: generator);
        return root.Times(noise);
    }

    /// <summary>The same with vector code, each site bent by a function, if one is given.</summary>
    internal VectorSampler Vectorised(OddFunction? bend = null) =>
        Mixing.Of(root) is Mixing mixing ? new FieldSampler(mixing, root.Sites, bend) : new WideFieldSampler(root, bend);
}
