namespace TorchRf.Ica;

internal sealed class LogCosh() : Contrast("logcosh")
{
    public override Tensor Value(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        // cosh itself overflows at 90 in Float32.
        var size = u.abs();
        return (size + (size * -2).exp().log1p() - Math.Log(2)).MoveToOuterDisposeScope();
    }

    internal override (Tensor, Tensor) SlopeAndCurvature(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        u.tanh_();
        return (u, (u.shape[^1] - torch.linalg.norm(u, [-1]).square()).MoveToOuterDisposeScope());
    }

    internal override unsafe void SlopeAndCurvature(float* u, int rows, int width, float* sums) => Bend.Columns<LogCoshLanes>(u, rows, width, sums);
}

internal sealed class GaussianBump() : Contrast("exp")
{
    public override Tensor Value(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        return (-Bump(u)).MoveToOuterDisposeScope();
    }

    internal override (Tensor, Tensor) SlopeAndCurvature(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        var bump = u.square().mul_(-0.5).exp_();
        var sum = bump.sum(-1);
        var slope = bump.mul_(u);
        return (slope.MoveToOuterDisposeScope(), sum.sub_(u.mul_(slope).sum(-1)).MoveToOuterDisposeScope());
    }

    internal override unsafe void SlopeAndCurvature(float* u, int rows, int width, float* sums) => Bend.Columns<GaussianBumpLanes>(u, rows, width, sums);

    private static Tensor Bump(Tensor u) => (u.square() * -0.5).exp();
}

internal sealed class FourthPower() : Contrast("cube")
{
    public override Tensor Value(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        return (u.square().square() * 0.25).MoveToOuterDisposeScope();
    }

    internal override (Tensor, Tensor) SlopeAndCurvature(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        var square = u.square();
        u.mul_(square);
        return (u, (square.sum(-1) * 3).MoveToOuterDisposeScope());
    }

    internal override unsafe void SlopeAndCurvature(float* u, int rows, int width, float* sums) => Bend.Columns<FourthPowerLanes>(u, rows, width, sums);
}

/// <summary>G = (u^2 + s)^(1/4), which is sqrt |u| but for |u| below about a third: a kink at 0 has no mean curvature that examples could tell.</summary>
internal sealed class SqrtAbs() : Contrast("sqrt-abs")
{
    internal const double Smoothing = 0.1;

    public override Tensor Value(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        return (u.square() + Smoothing).sqrt().sqrt().MoveToOuterDisposeScope();
    }

    internal override (Tensor, Tensor) SlopeAndCurvature(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        var q = u.square().add_(Smoothing);
        var root = q.sqrt();
        var power = (root * root.sqrt()).reciprocal(); // q^(-3/4)
        u.mul_(power).mul_(0.5);
        // g' = q^(-3/4) (3 s / (2 q) - 1/2) / 2, where s is the smoothing.
        var curvature = q.reciprocal().mul_(1.5 * Smoothing).sub_(0.5).mul_(power).sum(-1) * 0.5;
        return (u, curvature.MoveToOuterDisposeScope());
    }

    internal override unsafe void SlopeAndCurvature(float* u, int rows, int width, float* sums) => Bend.Columns<SqrtAbsLanes>(u, rows, width, sums);
}
