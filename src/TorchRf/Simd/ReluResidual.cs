using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TorchRf.Simd;

/// <summary>What a ReLU unit under the mean square error sends back to its weights.</summary>
internal static class ReluResidual
{
    /// <summary>From u to (f - y) 1(u &gt; 0) with f = relu(u), in place.</summary>
    /// <param name="u">Shape (rows, padded).</param>
    /// <param name="rows">How many examples, all of one class.</param>
    /// <param name="padded">A multiple of 8.</param>
    /// <param name="y">Their label.</param>
    /// <param name="losses">The sum of (f - y)^2 over the rows is added, shape (padded).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static unsafe void Of(float* u, int rows, int padded, float y, double* losses)
    {
        var label = Vector256.Create(y);
        for (int column = 0; column < padded; column += 8)
        {
            var squares = Vector256<float>.Zero;
            float* at = u + column;
            for (int row = 0; row < rows; row++, at += padded)
            {
                var input = Vector256.Load(at);
                var positive = Vector256.GreaterThan(input, Vector256<float>.Zero);
                // Where the input is not a number neither is the loss: a training that diverges is to be seen.
                var residual = Vector256.ConditionalSelect(Vector256.LessThanOrEqual(input, Vector256<float>.Zero), Vector256<float>.Zero, input) - label;
                squares = Vector256.FusedMultiplyAdd(residual, residual, squares);
                (residual & positive).Store(at);
            }
            for (int lane = 0; lane < 8; lane++)
                losses[column + lane] += squares[lane];
        }
    }
}
