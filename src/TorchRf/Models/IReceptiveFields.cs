namespace TorchRf.Models;

/// <summary>A model whose first layer looks at the sites through weights.</summary>
public interface IReceptiveFields
{
    /// <summary>The receptive fields of every unit of every initialisation, shape (inits, units, N).</summary>
    Parameter Weight { get; }
}
