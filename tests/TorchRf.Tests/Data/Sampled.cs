using TorchRf.Data;
using TorchRf.Sampling;

namespace TorchRf.Tests.Data;

/// <summary>Data models as a user's choice of sampler has them.</summary>
internal static class Sampled
{
    internal static IDataModel By(this IDataModel model, Sampler sampler) => sampler == Sampler.Torch && model is ISampledModel sampled ? new SampledByTorch(sampled) : model;

    internal static ClassificationTask By(this ClassificationTask task, Sampler sampler) => new([.. task.Classes.Select(c => c.By(sampler))]);

    /// <summary>The vector code that makes examples in Float32 on the CPU; null without.</summary>
    internal static VectorSampler? VectorCode(this IDataModel model) => (model as ISampledModel)?.Source.VectorCode(torch.CPU);
}
