namespace TorchRf.LibTorch.Modules;

/// <summary>The optimisers' common base in TorchSharp's type tree: it knows what is trained.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    private protected readonly List<Parameter> Trained = [];

    public OptimizerHelper() : base(0) { }

    public override IEnumerable<Parameter> parameters() => Trained;
}
