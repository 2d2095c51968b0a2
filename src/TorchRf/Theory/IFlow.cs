namespace TorchRf.Theory;

/// <summary>What moves receptive fields: the right-hand side of dw/dt = v(w). An <see cref="ISolver"/> follows it.</summary>
public interface IFlow
{
    /// <summary>v(w).</summary>
    /// <param name="w">Receptive fields, shape (..., units, N), none of them zero; Float64.</param>
    /// <returns>A new tensor of the same shape. Gradients are not tracked.</returns>
    Tensor Velocity(Tensor w);
}
