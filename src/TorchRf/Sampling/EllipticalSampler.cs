using System.Buffers;
using TorchRf.Simd;

namespace TorchRf.Sampling;

/// <summary>An elliptical law: noise of length 1 in a random direction, filtered by the root of the covariance, times a random radius.</summary>
/// <param name="filter">The root of the covariance.</param>
/// <param name="sites">N.</param>
/// <param name="radii">The radii of so many examples, Float64, shape (examples, 1), from a generator.</param>
internal sealed class EllipticalSampler(FieldFilter filter, int sites, Func<long, Generator, Tensor> radii) : VectorSampler
{
    /// <inheritdoc/>
    internal override unsafe void Fill(ulong key, Tensor examples)
    {
        if (examples.shape[0] == 0)
            return;
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(key, examples.device);
        var lengths = radii(examples.shape[0], generator).ToArray<double>();
        var place = new ExampleMemory(examples);
        Chunks.Each(lengths.Length, example =>
        {
            int room = NormalNoise.Room(sites);
            var scratch = ArrayPool<float>.Shared.Rent(room + filter.Scratch);
            fixed (float* noise = scratch)
            {
                NormalNoise.Fill(new Philox(key, (ulong)example, Purpose.Noise), noise, sites);
                double square = 0;
                for (int i = 0; i < sites; i++)
                    square += (double)noise[i] * noise[i];
                float length = (float)(lengths[example] / Math.Sqrt(square));
                float* x = place.Row(example);
                filter.Apply(noise, x, 1, noise + room);
                for (int i = 0; i < sites; i++)
                    x[i] *= length;
            }
            ArrayPool<float>.Shared.Return(scratch);
        });
        GC.KeepAlive(examples);
    }
}
