using System.Runtime.Intrinsics;

namespace TorchRf.Ica;

/// <summary>A contrast's slope and curvature at eight numbers at a time.</summary>
internal interface ILanes
{
    /// <summary>g(u) and g'(u).</summary>
    static abstract (Vector256<float> Slope, Vector256<float> Curvature) At(Vector256<float> u);
}
