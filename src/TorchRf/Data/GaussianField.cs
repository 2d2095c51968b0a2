using TorchRf.Data.Marginals;
using TorchRf.Sampling;

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

    /// <summary>The same by vector code.</summary>
    internal VectorSampler ByVectorCode() => ExampleSource.Field(root);

    /// <summary>The same by vector code and warped to a law; null where the law is too steep for that.</summary>
    internal VectorSampler? ByVectorCode(TransformedNormal law) => ExampleSource.Field(root, law);
}
