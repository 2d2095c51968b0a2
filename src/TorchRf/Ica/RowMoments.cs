using System.Buffers;
using TorchRf.Simd;

namespace TorchRf.Ica;

/// <summary>
/// The means that a step of the fixed point needs, from Float32 examples on the CPU, in one pass: a few hundred examples at a time are projected,
/// put through the nonlinearity and multiplied with themselves while they are in a processor's cache, on all cores. Sums of that many are Float32, those of their sums Float64.
/// </summary>
internal sealed unsafe class RowMoments : IDisposable
{
    // Examples that go through the cache together.
    private const int Rows = 256;

    // Parts of the examples, which cores work on independently. Their number is fixed, so that sums are the same on any number of cores.
    private const int Parts = 32;

    private const int Lanes = 8;

    // Their parts take 64 MiB.
    private const int MostComponents = 500;

    private readonly Tensor examples;
    private readonly float* start;
    private readonly Contrast.InPlace slopeAndCurvature;
    private readonly long count;
    private readonly int components;
    private readonly int padded;
    private readonly float[] transposed;

    // Of every part: the sums of z_i g(y_j), and below them those of g'(y_j).
    private readonly double[][] sums;

    /// <param name="z">Whitened examples for which this <see cref="IsFor"/>, shape (examples, components).</param>
    /// <param name="contrast">Whose slope and curvature; it has vector code.</param>
    internal RowMoments(Tensor z, Contrast contrast)
    {
        using var scope = torch.NewDisposeScope();
        examples = z.detach().contiguous().DetachFromDisposeScope();
        // One row, for a span cannot be as long as all of them may be. What torch has allocated does not move.
        fixed (byte* row = examples.narrow(0, 0, 1).bytes)
            start = (float*)row;
        (count, components) = (z.shape[0], (int)z.shape[1]);
        slopeAndCurvature = contrast.VectorCode!;
        padded = (components + Lanes - 1) / Lanes * Lanes;
        // Rows a power of two apart would fall on the same few lines of the cache.
        if (padded % 128 == 0)
            padded += Lanes;
        transposed = new float[components * padded];
        sums = [.. Enumerable.Range(0, (int)Math.Min(Parts, (count + Rows - 1) / Rows)).Select(_ => new double[(components + 1) * padded])];
    }

    /// <summary>Whether examples are where and what this can read, Float32 on the CPU, the contrast has vector code, and the components are few enough: beyond, parts of the sums take too much room, and large matrices are better left to BLAS.</summary>
    internal static bool IsFor(Tensor z, Contrast contrast) => contrast.VectorCode is not null && z.device.type == DeviceType.CPU && z.dtype == ScalarType.Float32 && z.shape[1] <= MostComponents;

    /// <summary>E[g(y) z^T], shape (components, components), and E[g'(y)], shape (components), of y = W z; Float64.</summary>
    /// <param name="w">W, shape (components, components), Float64.</param>
    internal (Tensor SlopeProducts, Tensor Curvatures) Of(Tensor w)
    {
        double[] rows = w.ToArray<double>();
        for (int j = 0; j < components; j++)
            for (int i = 0; i < components; i++)
                transposed[(i * padded) + j] = (float)rows[(j * components) + i];
        Chunks.Each(sums.Length, Sum);

        double[] total = sums[0];
        foreach (double[] part in sums.AsSpan(1))
            for (int i = 0; i < total.Length; i++)
                total[i] += part[i];
        using var scope = torch.NewDisposeScope();
        var mean = torch.tensor(total).view(components + 1, padded).narrow(1, 0, components) / count;
        return (mean.narrow(0, 0, components).mT.contiguous().MoveToOuterDisposeScope(), mean[components].clone().MoveToOuterDisposeScope());
    }

    private void Sum(int part)
    {
        double[] total = sums[part];
        Array.Clear(total);
        float[] y = ArrayPool<float>.Shared.Rent(Rows * padded), added = ArrayPool<float>.Shared.Rent(total.Length);
        long end = Start(part + 1);
        fixed (float* rows = y, products = added, weights = transposed)
        fixed (double* sum = total)
        {
            for (long first = Start(part); first < end; first += Rows)
            {
                int length = (int)Math.Min(Rows, end - first);
                float* z = start + (first * components);
                new Span<float>(products, total.Length).Clear();
                Products.Project(z, length, components, weights, padded, rows);
                slopeAndCurvature(rows, length, padded, products + (components * padded));
                Products.Accumulate(z, length, components, rows, padded, products);
                DoubleSums.Add(products, total.Length, sum);
            }
        }
        ArrayPool<float>.Shared.Return(y);
        ArrayPool<float>.Shared.Return(added);
    }

    // Whole numbers of passes but for the last.
    private long Start(int part)
    {
        long passes = (count + Rows - 1) / Rows;
        return Math.Min(count, part * passes / sums.Length * Rows);
    }

    public void Dispose() => examples.Dispose();
}
