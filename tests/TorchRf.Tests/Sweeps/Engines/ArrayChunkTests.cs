using TorchRf.Sweeps.Engines;

namespace TorchRf.Tests.Sweeps.Engines;

public class ArrayChunkTests
{
    [TestCase(new[] { 1 }, "1")]
    [TestCase(new[] { 1, 2 }, "1-2")]
    [TestCase(new[] { 1, 4, 7, 8, 9 }, "1,4,7-9")]
    [TestCase(new int[0], "")]
    public void Neighbours_are_drawn_together(int[] numbers, string ranges) => Assert.That(ArrayChunk.Ranges(numbers), Is.EqualTo(ranges));

    [Test]
    public void Every_index_is_below_the_sites_largest_and_every_shard_is_in_one_chunk([Values(2, 3, 6, 1001)] int maxArraySize, [Values(1, 5, 6, 7, 1000, 1001)] int shards)
    {
        int[] every = [.. Enumerable.Range(1, shards)];
        var chunks = ArrayChunk.Of(every, maxArraySize);
        Assert.That(chunks.SelectMany(c => c.Shards), Is.EqualTo(every));
        foreach (var chunk in chunks)
            Assert.That(chunk.Shards.Select(s => s - chunk.Offset), Is.All.InRange(1, maxArraySize - 1));
        Assert.That(chunks, Has.Count.EqualTo((shards + maxArraySize - 2) / (maxArraySize - 1)));
    }

    [Test]
    public void Finished_chunks_are_left_out()
    {
        var chunks = ArrayChunk.Of([1, 2, 4, 12], 6);
        Assert.That(chunks.Select(c => (c.Offset, c.Indices)), Is.EqualTo(new[] { (0, "1-2,4"), (10, "2") }));
        Assert.That(ArrayChunk.Of([], 6), Is.Empty);
    }

    [Test]
    public void A_site_without_arrays_is_told([Values(0, 1)] int maxArraySize) => Assert.That(() => ArrayChunk.Of([1], maxArraySize), Throws.TypeOf<EngineException>());
}
