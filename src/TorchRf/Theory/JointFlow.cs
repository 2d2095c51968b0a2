using TorchRf.Data;

namespace TorchRf.Theory;

/// <summary>
/// The effective dynamics of a ReLU neuron with a second layer v that learns too, f = v relu(w . x), by the closure of <see cref="GradientFlow"/>:
/// <code>
/// dw/dt = v/2 E_1[x sgn(w . x)] - v^2/2 (Sigma_0 + Sigma_1) w
/// dv/dt = 1/2 w . E_1[x sgn(w . x)] - v/2 w . (Sigma_0 + Sigma_1) w
/// </code>
/// As ReLU is homogeneous, |w|^2 - v^2 is conserved, whatever the drive. At rest v is the best for w (<see cref="OptimalHead"/>).
/// </summary>
/// <remarks>The state of a neuron is w with v behind it, shape (..., N + 1). A step of gradient descent of size lr on both is a time lr.</remarks>
/// <param name="first">Sigma_0.</param>
/// <param name="second">Sigma_1.</param>
/// <param name="drive">Class 1's drive.</param>
public sealed class JointFlow(ICovariance first, ICovariance second, IDrive drive) : IFlow
{
    private static readonly Scalar Half = 0.5;

    /// <summary>d(w, v)/dt.</summary>
    /// <param name="w">w with v behind it, shape (..., N + 1), w not zero; Float64.</param>
    public Tensor Velocity(Tensor w)
    {
        using var noGrad = torch.no_grad();
        using var one = new OneThread(w);
        using var scope = torch.NewDisposeScope();
        long sites = w.size(-1) - 1;
        var (field, v) = (w.narrow(-1, 0, sites).contiguous(), w.narrow(-1, sites, 1));
        var pulled = second.Times(field);
        // What would move w were v = 1: the second layer's velocity is its part along w.
        var moved = drive.Of(field, pulled).sub_((first.Times(field) + pulled) * v).mul_(Half);
        return torch.cat([moved * v, (moved * field).sum(-1, keepdim: true)], -1).MoveToOuterDisposeScope();
    }
}
