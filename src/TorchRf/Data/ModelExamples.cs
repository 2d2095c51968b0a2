using TorchRf.Data.Sampling;

namespace TorchRf.Data;

/// <summary>Draws from data models by the sampler that fits device and element type.</summary>
public static class ModelExamples
{
    /// <summary>Draws independent examples.</summary>
    /// <param name="model">Their law.</param>
    /// <param name="examples">How many.</param>
    /// <param name="generator">The stream of randomness; its device is where the examples are made.</param>
    /// <param name="dtype">Float32 to train, Float64 for checks of the theory.</param>
    /// <param name="sampler">What makes them.</param>
    /// <returns>A tensor of shape (examples, N).</returns>
    public static Tensor Sample(this IDataModel model, long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Sampler sampler = Sampler.Auto)
    {
        if (dtype != ScalarType.Float32 || model.VectorSampler(generator.device, sampler) is not VectorSampler vectors)
            return model.SampleByTorch(examples, generator, dtype);
        var x = torch.empty(examples, model.Sites);
        vectors.Fill(Sampling.VectorSampler.NextKey(generator), x);
        return x;
    }

    /// <summary>The model's vector sampler, where it has one and the device and the user's choice allow it.</summary>
    internal static VectorSampler? VectorSampler(this IDataModel model, Device device, Sampler sampler) =>
        sampler == Sampler.Auto && device.type == DeviceType.CPU ? model.Vectorised : null;
}
