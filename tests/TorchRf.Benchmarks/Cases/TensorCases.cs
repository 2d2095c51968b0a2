namespace TorchRf.Benchmarks.Cases;

/// <summary>Small tensor operations: what a call costs.</summary>
public static class TensorCases
{
    /// <summary>Operations in a repetition.</summary>
    public const int Times = 1000;

    /// <summary>An addition, a product and a chain.</summary>
    public static IReadOnlyList<BenchmarkCase> All { get; } =
    [
        Of("add", "two vectors of 10 added"),
        Of("matmul", "two 4 x 4 matrices multiplied"),
        Of("chain", "(x * 2 + 1).sum() of a vector of 10"),
    ];

    private static BenchmarkCase Of(string operation, string work) => new("small-op-" + operation, work, () => Prepare(operation))
    {
        Operations = Times,
        Tolerance = 0,
        Accuracy = "Both sides call the same operations of torch on Float32 and free each result.",
        Goal = new Goal(AsInstalled: 1),
    };

    /// <summary>An operation ("add", "matmul", "chain"), a thousand times over.</summary>
    public static Workload Prepare(string operation)
    {
        Tensor x = torch.arange(10, dtype: ScalarType.Float32).DetachFromDisposeScope(), y = torch.ones(10).DetachFromDisposeScope();
        Tensor a = torch.arange(16, dtype: ScalarType.Float32).reshape(4, 4).DetachFromDisposeScope(), b = torch.eye(4).DetachFromDisposeScope();
        Func<Tensor> once = operation switch
        {
            "add" => () => x + y,
            "matmul" => () => a.matmul(b),
            _ => () => Chain(x),
        };
        return new Workload(_ => Repeat(once), x, y, a, b)
        {
            Peer = ["tensors", operation, Times],
            Check = () =>
            {
                using var last = once();
                using var sum = last.sum();
                return [sum.item<float>()];
            },
        };
    }

    private static void Repeat(Func<Tensor> once)
    {
        for (int i = 0; i < Times; i++)
            once().Dispose();
    }

    private static Tensor Chain(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        return (x * 2 + 1).sum().MoveToOuterDisposeScope();
    }
}
