namespace TorchRf.LibTorch.Tests;

public class ShapeTests
{
    private static Tensor Table() => TensorNumbers.Counting(2, 3);

    private static IEnumerable<TestCaseData> Views()
    {
        static TestCaseData Case(string name, Func<Tensor, Tensor> view) => new TestCaseData(view).SetArgDisplayNames(name);
        yield return Case("view", x => x.view(3, 2));
        yield return Case("reshape", x => x.reshape(6));
        yield return Case("flatten", x => x.flatten());
        yield return Case("unsqueeze", x => x.unsqueeze(0));
        yield return Case("squeeze", x => x.squeeze());
        yield return Case("t", x => x.t());
        yield return Case("mT", x => x.mT);
        yield return Case("transpose", x => x.transpose(0, 1));
        yield return Case("permute", x => x.permute(1, 0));
        yield return Case("narrow", x => x.narrow(0, 0, 1));
        yield return Case("select", x => x.select(0, 0));
        yield return Case("slice", x => x.slice(1, 0, 2, 1));
        yield return Case("diagonal", x => x.diagonal(0, 0, 1));
        yield return Case("expand", x => x.expand(4, 2, 3));
        yield return Case("detach", x => x.detach());
        yield return Case("contiguous", x => x.contiguous());
        yield return Case("cpu", x => x.cpu());
        yield return Case("index", x => x[0, ..]);
        yield return Case("index of nothing", x => x[TensorIndex.Ellipsis]);
    }

    private static IEnumerable<TestCaseData> Copies()
    {
        static TestCaseData Case(string name, Func<Tensor, Tensor> copy) => new TestCaseData(copy).SetArgDisplayNames(name);
        yield return Case("clone", x => x.clone());
        yield return Case("flip", x => x.flip(0, 1));
        yield return Case("roll", x => x.roll(1));
        yield return Case("contiguous", x => x.t().contiguous());
        yield return Case("reshape", x => x.t().reshape(6));
        yield return Case("to", x => x.to(ScalarType.Float64, x.device, copy: true));
        yield return Case("mask", x => x[TensorIndex.Tensor(x.ge(0))]);
        yield return Case("cat", x => torch.cat([x, x]));
        yield return Case("stack", x => torch.stack([x, x]));
    }

    [TestCaseSource(nameof(Views))]
    public void A_view_shares_memory(Func<Tensor, Tensor> take)
    {
        using var table = Table();
        using var view = take(table);
        table.fill_(42);
        Assert.That(view.Doubles(), Is.All.EqualTo(42.0));
    }

    [TestCaseSource(nameof(Views))]
    public void A_view_outlives_what_it_was_taken_from(Func<Tensor, Tensor> take)
    {
        var table = Table();
        var expected = take(table).Doubles();
        using var view = take(table);
        table.Dispose();
        Assert.That(view.Doubles(), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Copies))]
    public void A_copy_does_not(Func<Tensor, Tensor> take)
    {
        using var table = Table();
        using var copy = take(table);
        table.fill_(42);
        Assert.That(copy.Doubles(), Does.Not.Contain(42.0));
    }

    [Test]
    public void Shapes_change_as_told()
    {
        using var table = Table();
        using var block = TensorNumbers.Counting(2, 1, 3, 1);
        Assert.Multiple(() =>
        {
            Assert.That(table.view(-1, 2).shape, Is.EqualTo(new long[] { 3, 2 }));
            Assert.That(table.reshape(1, 6).shape, Is.EqualTo(new long[] { 1, 6 }));
            Assert.That(block.flatten().shape, Is.EqualTo(new long[] { 6 }));
            Assert.That(block.flatten(1).shape, Is.EqualTo(new long[] { 2, 3 }));
            Assert.That(block.flatten(0, 1).shape, Is.EqualTo(new long[] { 2, 3, 1 }));
            Assert.That(block.squeeze().shape, Is.EqualTo(new long[] { 2, 3 }));
            Assert.That(block.squeeze(-1).shape, Is.EqualTo(new long[] { 2, 1, 3 }));
            Assert.That(block.squeeze(0).shape, Is.EqualTo(new long[] { 2, 1, 3, 1 }));
            Assert.That(table.unsqueeze(1).shape, Is.EqualTo(new long[] { 2, 1, 3 }));
            Assert.That(table.unsqueeze(-1).shape, Is.EqualTo(new long[] { 2, 3, 1 }));
            Assert.That(block.permute(2, 0, 3, 1).shape, Is.EqualTo(new long[] { 3, 2, 1, 1 }));
            Assert.That(block.transpose(0, -2).shape, Is.EqualTo(new long[] { 3, 1, 2, 1 }));
            Assert.That(block.expand(-1, 4, -1, 5).shape, Is.EqualTo(new long[] { 2, 4, 3, 5 }));
            Assert.That(block.mT.shape, Is.EqualTo(new long[] { 2, 1, 1, 3 }));
            Assert.That(table.size(), Is.EqualTo(new long[] { 2, 3 }));
            Assert.That(table.size(0), Is.EqualTo(2));
            Assert.That(table.size(-1), Is.EqualTo(3));
        });
    }

    [Test]
    public void Parts_are_the_right_ones()
    {
        using var table = Table();
        using var picks = torch.tensor(new[] { 2L, 0L });
        Assert.Multiple(() =>
        {
            Assert.That(table.narrow(1, 1, 2).Doubles(), Is.EqualTo(new double[] { 1, 2, 4, 5 }));
            Assert.That(table.select(1, -1).Doubles(), Is.EqualTo(new double[] { 2, 5 }));
            Assert.That(table.slice(1, 0, 3, 2).Doubles(), Is.EqualTo(new double[] { 0, 2, 3, 5 }));
            Assert.That(table.index_select(1, picks).Doubles(), Is.EqualTo(new double[] { 2, 0, 5, 3 }));
            Assert.That(table.gather(1, torch.tensor(new[] { 2L, 1L }).unsqueeze(1)).Doubles(), Is.EqualTo(new double[] { 2, 4 }));
            Assert.That(table.diagonal(0, 0, 1).Doubles(), Is.EqualTo(new double[] { 0, 4 }));
            Assert.That(table.diagonal(1, 0, 1).Doubles(), Is.EqualTo(new double[] { 1, 5 }));
#if TORCH_SYSTEM
            Assert.That(table.diagonal().Doubles(), Is.EqualTo(new double[] { 0, 4 }));
#endif
            Assert.That(table.t().Doubles(), Is.EqualTo(new double[] { 0, 3, 1, 4, 2, 5 }));
            Assert.That(table.flip(1).Doubles(), Is.EqualTo(new double[] { 2, 1, 0, 5, 4, 3 }));
            Assert.That(table.flip(0, -1).Doubles(), Is.EqualTo(new double[] { 5, 4, 3, 2, 1, 0 }));
            Assert.That(table.roll(1, 1).Doubles(), Is.EqualTo(new double[] { 2, 0, 1, 5, 3, 4 }));
            Assert.That(table.roll(-1, 0).Doubles(), Is.EqualTo(new double[] { 3, 4, 5, 0, 1, 2 }));
            Assert.That(table.roll(2).Doubles(), Is.EqualTo(new double[] { 4, 5, 0, 1, 2, 3 }));
            Assert.That(table.gt(3.5).nonzero().Longs(), Is.EqualTo(new long[] { 1, 1, 1, 2 }));
            Assert.That(table.gt(9).nonzero().shape, Is.EqualTo(new long[] { 0, 2 }));
        });
    }

    [Test]
    public void Cat_joins_along_a_dimension_and_stack_makes_one()
    {
        using var table = Table();
        Assert.Multiple(() =>
        {
            Assert.That(torch.cat([table, table]).shape, Is.EqualTo(new long[] { 4, 3 }));
            Assert.That(torch.cat([table, table], 1).Doubles(), Is.EqualTo(new double[] { 0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5 }));
            Assert.That(torch.stack([table, table]).shape, Is.EqualTo(new long[] { 2, 2, 3 }));
            Assert.That(torch.stack([table, table], -1).shape, Is.EqualTo(new long[] { 2, 3, 2 }));
            Assert.That(torch.cat(Enumerable.Repeat(table, 100).ToArray()).shape, Is.EqualTo(new long[] { 200, 3 }));
        });
    }
}
