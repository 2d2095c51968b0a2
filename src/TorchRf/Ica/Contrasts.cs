using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchRf.Simd;

namespace TorchRf.Ica;

internal sealed class LogCosh() : Contrast("logcosh")
{
    // cosh itself overflows at 90 in Float32.
    protected override Tensor G(Tensor u)
    {
        var size = u.abs();
        return size + (size * -2).exp().log1p() - Math.Log(2);
    }

    public override (Tensor Slope, Tensor CurvatureSum) SlopeAndCurvature(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        u.tanh_();
        return (u, (u.shape[^1] - torch.linalg.norm(u, [-1]).square()).MoveToOuterDisposeScope());
    }

    internal override unsafe InPlace VectorCode => Nonlinearity.Apply<EightAtATime>;

    private readonly struct EightAtATime : INonlinearity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector256<float> Slope, Vector256<float> Curvature) At(Vector256<float> u)
        {
            var slope = HyperbolicTangent.Of(u);
            return (slope, Vector256.FusedMultiplyAdd(-slope, slope, Vector256<float>.One));
        }
    }
}

internal sealed class GaussianBump() : Contrast("exp")
{
    protected override Tensor G(Tensor u) => -(u.square() * -0.5).exp();

    public override (Tensor Slope, Tensor CurvatureSum) SlopeAndCurvature(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        var bump = u.square().mul_(-0.5).exp_();
        var sum = bump.sum(-1);
        var slope = bump.mul_(u);
        return (slope.MoveToOuterDisposeScope(), sum.sub_(u.mul_(slope).sum(-1)).MoveToOuterDisposeScope());
    }

    internal override unsafe InPlace VectorCode => Nonlinearity.Apply<EightAtATime>;

    private readonly struct EightAtATime : INonlinearity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector256<float> Slope, Vector256<float> Curvature) At(Vector256<float> u)
        {
            var bump = Simd.Exponential.Of(u * u * Vector256.Create(-0.5f));
            var slope = u * bump;
            return (slope, Vector256.FusedMultiplyAdd(-u, slope, bump));
        }
    }
}

internal sealed class FourthPower() : Contrast("cube")
{
    protected override Tensor G(Tensor u) => u.square().square() * 0.25;

    public override (Tensor Slope, Tensor CurvatureSum) SlopeAndCurvature(Tensor u)
    {
        using var scope = torch.NewDisposeScope();
        var square = u.square();
        u.mul_(square);
        return (u, (square.sum(-1) * 3).MoveToOuterDisposeScope());
    }

    internal override unsafe InPlace VectorCode => Nonlinearity.Apply<EightAtATime>;

    private readonly struct EightAtATime : INonlinearity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector256<float> Slope, Vector256<float> Curvature) At(Vector256<float> u)
        {
            var square = u * u;
            return (u * square, square * Vector256.Create(3f));
        }
    }
}

/// <summary>G = (u^2 + s)^(1/4), which is sqrt |u| but for |u| below about a third: a kink at 0 has no mean curvature that examples could tell.</summary>
internal sealed class SqrtAbs() : Contrast("sqrt-abs")
{
    private const double Smoothing = 0.1;

    protected override Tensor G(Tensor u) => (u.square() + Smoothing).sqrt().sqrt();

    public override (Tensor Slope, Tensor CurvatureSum) SlopeAndCurvature(Tensor u)
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

    internal override unsafe InPlace VectorCode => Nonlinearity.Apply<EightAtATime>;

    private readonly struct EightAtATime : INonlinearity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector256<float> Slope, Vector256<float> Curvature) At(Vector256<float> u)
        {
            var q = Vector256.FusedMultiplyAdd(u, u, Vector256.Create((float)Smoothing));
            var root = Vector256.Sqrt(q);
            var half = Vector256.Create(0.5f) / (root * Vector256.Sqrt(root)); // q^(-3/4) / 2
            var curvature = (Vector256.Create((float)(1.5 * Smoothing)) / q) - Vector256.Create(0.5f);
            return (u * half, curvature * half);
        }
    }
}

/// <summary>A contrast's slope and curvature, which FastICA calls a nonlinearity, at eight numbers at a time.</summary>
internal interface INonlinearity
{
    /// <summary>g(u) and g'(u).</summary>
    static abstract (Vector256<float> Slope, Vector256<float> Curvature) At(Vector256<float> u);
}

/// <summary>Nonlinearities over whole arrays.</summary>
internal static unsafe class Nonlinearity
{
    /// <inheritdoc cref="Contrast.InPlace"/>
    /// <typeparam name="T">The nonlinearity.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Apply<T>(float* u, int rows, int width, float* sums) where T : struct, INonlinearity
    {
        for (int column = 0; column < width; column += Vector256<float>.Count)
        {
            float* place = u + column;
            var sum = Vector256<float>.Zero;
            for (int row = rows; row > 0; row--, place += width)
            {
                var (slope, curvature) = T.At(Vector256.Load(place));
                slope.Store(place);
                sum += curvature;
            }
            sum.Store(sums + column);
        }
    }
}
