namespace TorchRf.Tests;

/// <summary>Frees the tensors that a test makes when it ends.</summary>
public abstract class TensorScope
{
    private IDisposable? scope;

    [SetUp]
    public void OpenScope() => scope = torch.NewDisposeScope();

    [TearDown]
    public void CloseScope() => scope?.Dispose();

    protected static double[] Values(Tensor x) => x.ToArray<double>();
}
