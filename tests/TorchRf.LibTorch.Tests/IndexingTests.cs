namespace TorchRf.LibTorch.Tests;

public class IndexingTests
{
    // Element (i, j, k) is 100 i + 10 j + k.
    private static Tensor Block() =>
        (100 * TensorNumbers.Counting(2, 1, 1)) + (10 * TensorNumbers.Counting(3, 1)) + TensorNumbers.Counting(4);

    private static Tensor Indices(params long[] numbers) => torch.tensor(numbers);

    private static IEnumerable<TestCaseData> Selections()
    {
        static TestCaseData Case(string name, TensorIndex[] index, long[] shape, params double[] expected) =>
            new TestCaseData(index, shape, expected).SetArgDisplayNames(name);

        yield return Case("1", [1], [3, 4], 100, 101, 102, 103, 110, 111, 112, 113, 120, 121, 122, 123);
        yield return Case("-1, -1", [-1, -1], [4], 120, 121, 122, 123);
        yield return Case("0, 1, 2", [0, 1, 2], [], 12);
        yield return Case("0, 1.., 3", [0, 1.., 3], [2], 13, 23);
        yield return Case("0, ..2, 0", [0, (..2), 0], [2], 0, 10);
        yield return Case("0, 1..2, 0", [0, 1..2, 0], [1], 10);
        yield return Case("0, 0, ^2..", [0, 0, ^2..], [2], 2, 3);
        yield return Case("0, 0, ..^1", [0, 0, (..^1)], [3], 0, 1, 2);
        yield return Case("0, 0, ^3..^1", [0, 0, ^3..^1], [2], 1, 2);
        yield return Case("0, 0, 1..^0", [0, 0, 1..^0], [3], 1, 2, 3);
        yield return Case("0, 0, ::2", [0, 0, TensorIndex.Slice(step: 2)], [2], 0, 2);
        yield return Case("0, 0, 1::2", [0, 0, TensorIndex.Slice(1, null, 2)], [2], 1, 3);
        yield return Case("0, 0, :-1:3", [0, 0, TensorIndex.Slice(null, -1, 3)], [1], 0);
        yield return Case("0, 0, beyond the end", [0, 0, TensorIndex.Slice(2, 99)], [2], 2, 3);
        yield return Case("0, 0, nothing", [0, 0, TensorIndex.Slice(3, 1)], [0]);
        yield return Case(":, 0, 0", [TensorIndex.Colon, 0, 0], [2], 0, 100);
        yield return Case("..., 3", [TensorIndex.Ellipsis, 3], [2, 3], 3, 13, 23, 103, 113, 123);
        yield return Case("1, ..., 3", [1, TensorIndex.Ellipsis, 3], [3], 103, 113, 123);
        yield return Case("1, 2, 3, ...", [1, 2, 3, TensorIndex.Ellipsis], [], 123);
        yield return Case("None, 0, 0, ..2", [TensorIndex.None, 0, 0, (..2)], [1, 2], 0, 1);
        yield return Case("0, None, 0, ..2", [0, TensorIndex.None, 0, (..2)], [1, 2], 0, 1);
        yield return Case("0, 0, ..2, None", [0, 0, (..2), TensorIndex.None], [2, 1], 0, 1);
        yield return Case("numbers", [0, 0, TensorIndex.Tensor(Indices(3, 0, 3))], [3], 3, 0, 3);
        yield return Case("negative numbers", [0, 0, TensorIndex.Tensor(Indices(-1, -4))], [2], 3, 0);
        yield return Case("numbers in the middle", [0, TensorIndex.Tensor(Indices(2, 0)), (..2)], [2, 2], 20, 21, 0, 1);
        yield return Case("pairs of numbers", [TensorIndex.Tensor(Indices(0, 1)), TensorIndex.Tensor(Indices(2, 0)), 3], [2], 23, 103);
        yield return Case("pairs around a slice", [TensorIndex.Tensor(Indices(0, 1)), 1..2, TensorIndex.Tensor(Indices(3, 0))], [2, 1], 13, 110);
        yield return Case("numbers in a table", [0, 0, TensorIndex.Tensor(Indices(3, 2, 1, 0).reshape(2, 2))], [2, 2], 3, 2, 1, 0);
        yield return Case("..., numbers", [TensorIndex.Ellipsis, 0, TensorIndex.Tensor(Indices(3, 1))], [2, 2], 3, 1, 103, 101);
        yield return Case("mask", [0, 0, TensorIndex.Tensor(Indices(1, 0, 0, 1).gt(0))], [2], 0, 3);
        yield return Case("mask of two dimensions", [0, TensorIndex.Tensor(Indices(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0).reshape(3, 4).gt(0))], [2], 11, 22);
        yield return Case("mask of two dimensions first", [TensorIndex.Tensor(Indices(0, 1, 0, 0, 0, 1).reshape(2, 3).gt(0))], [2, 4], 10, 11, 12, 13, 120, 121, 122, 123);
        yield return Case("mask of two dimensions, ...", [TensorIndex.Tensor(Indices(0, 1, 0, 0, 0, 0).reshape(2, 3).gt(0)), TensorIndex.Ellipsis], [1, 4], 10, 11, 12, 13);
        yield return Case("..., mask of two dimensions", [TensorIndex.Ellipsis, TensorIndex.Tensor(Indices(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0).reshape(3, 4).gt(0))], [2, 2], 11, 22, 111, 122);
    }

    [TestCaseSource(nameof(Selections))]
    public void Selects(TensorIndex[] index, long[] shape, double[] expected)
    {
        using var block = Block();
        using var selected = block[index];
        Assert.Multiple(() =>
        {
            Assert.That(selected.shape, Is.EqualTo(shape));
            Assert.That(selected.Doubles(), Is.EqualTo(expected));
            Assert.That(block.index(index).Doubles(), Is.EqualTo(expected));
        });
    }

    [TestCaseSource(nameof(Selections))]
    public void Assigns_where_it_selects(TensorIndex[] index, long[] shape, double[] expected)
    {
        using var block = Block();
        using var value = torch.full(shape, -1.0, dtype: ScalarType.Float64);
        block[index] = value;
        Assert.That(block.Doubles().Count(x => x < 0), Is.EqualTo(expected.Distinct().Count()));
        Assert.That(block[index].Doubles(), Is.All.EqualTo(-1.0));
    }

    [Test]
    public void What_is_assigned_is_broadcast()
    {
        using var block = torch.zeros(new long[] { 2, 3 }, dtype: ScalarType.Float64);
        block[.., 1..] = torch.tensor(new[] { 1.0, 2.0 });
        Assert.That(block.Doubles(), Is.EqualTo(new double[] { 0, 1, 2, 0, 1, 2 }));
        block[0] = torch.tensor(9.0, dtype: ScalarType.Float64);
        Assert.That(block.Doubles(), Is.EqualTo(new double[] { 9, 9, 9, 0, 1, 2 }));
        block[1, ..2] = torch.tensor(new[] { 5.0, 6.0 }, new long[] { 1, 2 });
        Assert.That(block.Doubles(), Is.EqualTo(new double[] { 9, 9, 9, 5, 6, 2 }));
        block[TensorIndex.Tensor(block.gt(8))] = torch.tensor(7.0, dtype: ScalarType.Float64);
        Assert.That(block.Doubles(), Is.EqualTo(new double[] { 7, 7, 7, 5, 6, 2 }));
    }

    [Test]
    public void An_assignment_through_views_reaches_the_tensor()
    {
        using var block = torch.zeros(new long[] { 2, 3 }, dtype: ScalarType.Float64);
        using var row = block[1];
        row[TensorIndex.Tensor(Indices(0, 2))] = torch.tensor(new[] { 4.0, 5.0 });
        Assert.That(block.Doubles(), Is.EqualTo(new double[] { 0, 0, 0, 4, 0, 5 }));
    }

    [Test]
    public void Indexing_leaves_one_tensor_in_the_scope()
    {
        using var block = Block();
        using var scope = torch.NewDisposeScope();
        _ = block[0, 1.., ^1..];
        Assert.That(scope.DisposablesCount, Is.EqualTo(1));
    }

    [Test]
    public void Gradients_flow_through_an_index()
    {
        using var x = torch.ones(new long[] { 2, 3 }, dtype: ScalarType.Float64, requires_grad: true);
        using var loss = (2 * x[.., 1..]).sum() + (3 * x[TensorIndex.Tensor(Indices(0, 0)), 0]).sum();
        using var gradient = torch.autograd.grad([loss], [x])[0];
        Assert.That(gradient.Doubles(), Is.EqualTo(new double[] { 6, 2, 2, 0, 2, 2 }));
    }

    [Test]
    public void An_index_outside_is_refused()
    {
        using var block = Block();
        Assert.Multiple(() =>
        {
            Assert.That(() => block[2], Throws.Exception.With.Message.Contains("out of"));
            Assert.That(() => block[0, 0, 0, 0], Throws.Exception);
            Assert.That(() => block[.., .., .., ..], Throws.Exception);
            Assert.That(() => block[0, 0, TensorIndex.Tensor(Indices(4))], Throws.Exception.With.Message.Contains("out of"));
            Assert.That(() => block[0, 0, TensorIndex.Slice(step: -1)], Throws.Exception);
        });
    }
}
