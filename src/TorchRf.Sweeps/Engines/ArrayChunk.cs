using System.Globalization;

namespace TorchRf.Sweeps.Engines;

/// <summary>The shards that one array job works on: a site allows array indices only below its MaxArraySize, so the index k of a chunk means shard k + offset.</summary>
/// <param name="Offset">What is added to an index.</param>
/// <param name="Shards">The shards, ascending.</param>
public sealed record ArrayChunk(int Offset, IReadOnlyList<int> Shards)
{
    /// <summary>The indices as sbatch's --array takes them.</summary>
    public string Indices => Ranges(Shards.Select(s => s - Offset));

    /// <summary>Divides shards into chunks.</summary>
    /// <param name="shards">Ascending, from 1 on.</param>
    /// <param name="maxArraySize">The site's MaxArraySize: indices are below it.</param>
    /// <exception cref="EngineException">The site allows no arrays.</exception>
    public static IReadOnlyList<ArrayChunk> Of(IReadOnlyList<int> shards, int maxArraySize)
    {
        if (maxArraySize < 2)
            throw new EngineException(string.Create(CultureInfo.InvariantCulture, $"this SLURM allows no array jobs (MaxArraySize is {maxArraySize}); ask its administrators, or take --engine local"));
        int width = maxArraySize - 1;
        return [.. from shard in shards group shard by (shard - 1) / width into chunk select new ArrayChunk(chunk.Key * width, [.. chunk])];
    }

    /// <summary>Ascending numbers, neighbours drawn together: 1,4,7-9.</summary>
    public static string Ranges(IEnumerable<int> numbers)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (int n in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].Last == n - 1)
                ranges[^1] = (ranges[^1].First, n);
            else
                ranges.Add((n, n));
        }
        return string.Join(',', ranges.Select(r => r.First == r.Last
            ? r.First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{r.First}-{r.Last}")));
    }
}
