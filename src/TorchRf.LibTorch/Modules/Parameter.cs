namespace TorchRf.LibTorch.Modules;

/// <summary>A tensor that a module trains. It takes over the tensor it is made from, which becomes empty.</summary>
public class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true) : this(data.requires_grad_(requires_grad), data.Scope) { }

    // The parameter lives where its data lived: in the data's scope, or in none.
    private Parameter(torch.Tensor data, DisposeScope? scope) : base(data.Release(), scope) { }
}
