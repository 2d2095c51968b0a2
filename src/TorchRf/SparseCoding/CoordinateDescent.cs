using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchRf.Simd;

namespace TorchRf.SparseCoding;

/// <summary>
/// Coordinate descent over the Gram matrix (Friedman, Hastie and Tibshirani 2010): atom after atom takes the code that is best while the others stay. Between passes over all atoms it goes over those in use alone, until
/// they settle. On the CPU in vector code, each example on its own as long as it needs: on patches of 12 x 12 pixels some ten times as fast as <see cref="Fista"/> at the same gap. On other devices all examples go side by side.
/// </summary>
/// <param name="stop">When to stop; an iteration is a pass over all atoms. Without, as <see cref="StoppingRule"/> has it by default.</param>
public sealed class CoordinateDescent(StoppingRule? stop = null) : ISparseCoder
{
    private readonly StoppingRule stop = stop ?? new StoppingRule();

    /// <inheritdoc/>
    public SparseCodes Encode(Tensor dictionary, Tensor examples, double penalty)
    {
        stop.Validate();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var problem = new Lasso(dictionary, examples, penalty);
        if (dictionary.device_type != DeviceType.CPU)
            return SideBySide(problem, stop, penalty).InOuterScope();
        var (codes, passes) = dictionary.dtype == ScalarType.Float32 ? InVectorCode<float>(problem, (float)penalty) : InVectorCode<double>(problem, penalty);
        return problem.Result(codes, passes, stop).InOuterScope();
    }

    /// <summary>By torch's operations, all examples side by side.</summary>
    internal static SparseCodes SideBySide(Lasso problem, StoppingRule stop, double penalty)
    {
        using Scalar above = penalty, below = -penalty;
        var lengths = problem.Gram.diagonal(0, -2, -1).clamp_min(1e-30).unsqueeze(-2);
        var correlations = problem.Seen.clone();
        return problem.Solve(torch.zeros_like(correlations), stop, at =>
        {
            var codes = at.clone();
            for (long k = 0; k < codes.shape[^1]; k++)
            {
                using var atom = torch.NewDisposeScope();
                var (code, length) = (codes.narrow(-1, k, 1), lengths.narrow(-1, k, 1));
                var wanted = correlations.narrow(-1, k, 1) + (length * code);
                var change = ((wanted - wanted.clamp(below, above)) / length) - code;
                code.add_(change);
                correlations.sub_(change * problem.Gram.narrow(-2, k, 1));
            }
            return codes;
        });
    }

    private unsafe (Tensor Codes, int Passes) InVectorCode<T>(Lasso problem, T penalty) where T : unmanaged, IFloatingPointIeee754<T>
    {
        long[] shape = problem.Seen.shape;
        int atoms = (int)shape[^1], padded = (atoms + Vector<T>.Count - 1) / Vector<T>.Count * Vector<T>.Count;
        long batch = shape[^2], all = problem.Seen.numel() / atoms;
        Tensor Padded(Tensor of) => nn.functional.pad(of, [0, padded - atoms]).contiguous();
        var (gram, seen, silent) = (Padded(problem.Gram), Padded(problem.Seen), problem.Silent.expand(shape[..^1]).contiguous());
        var (left, codes) = (seen.clone(), torch.zeros_like(seen));
        var (overlaps, pulls, rests, found, energies) = (Start<T>(gram), Start<T>(seen), Start<T>(left), Start<T>(codes), Start<T>(silent));
        const int Each = 16;
        int[] passes = new int[(all + Each - 1) / Each];
        Chunks.Each(passes.Length, chunk =>
        {
            var room = new int[atoms];
            for (long example = (long)chunk * Each; example < Math.Min(all, ((long)chunk + 1) * Each); example++)
            {
                var descent = new Descent<T>((T*)overlaps + (example / batch * atoms * padded), (T*)pulls + (example * padded), (T*)rests + (example * padded), (T*)found + (example * padded), atoms, padded, penalty);
                passes[chunk] = Math.Max(passes[chunk], descent.Run(((T*)energies)[example], T.CreateChecked(stop.Tolerance), stop.MaxIterations, room));
            }
        });
        GC.KeepAlive((gram, seen, left, codes, silent));
        return (codes.narrow(-1, 0, atoms).contiguous(), passes.Max());
    }

    // Torch's memory does not move, and a span over all of it might be too long.
    private static unsafe nint Start<T>(Tensor tensor) where T : unmanaged
    {
        using var first = tensor.flatten().narrow(0, 0, 1);
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}

/// <summary>The descent of one example.</summary>
/// <param name="gram">Overlaps of atoms, rows of the padded length, zeros at the end.</param>
/// <param name="pull">x D^T.</param>
/// <param name="rest">r D^T = x D^T - a D D^T, kept as codes change; x D^T at the start.</param>
/// <param name="code">a, zeros at the start.</param>
/// <param name="atoms">K.</param>
/// <param name="padded">K or a little more, a multiple of a vector's length; so long are all rows.</param>
/// <param name="penalty">lambda.</param>
internal readonly unsafe struct Descent<T>(T* gram, T* pull, T* rest, T* code, int atoms, int padded, T penalty) where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostInner = 20;

    /// <summary>Descends until the gap is at most <paramref name="tolerance"/> of |x|^2 / 2, or nothing changes any more.</summary>
    /// <returns>Passes over all atoms.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int Run(T silent, T tolerance, int most, int[] room)
    {
        for (int pass = 1; pass <= most; pass++)
        {
            T changed = Everywhere();
            if (T.IsNaN(changed))
                return pass;
            if (changed == T.Zero || Gap(silent) <= tolerance * silent)
            {
                // Rounding of many small changes adds up.
                Refresh();
                if (changed == T.Zero || Gap(silent) <= tolerance * silent)
                    return pass;
            }
            int used = 0;
            for (int k = 0; k < atoms; k++)
                if (code[k] != T.Zero)
                    room[used++] = k;
            T settled = changed * T.CreateChecked(0.01);
            for (int i = 0; i < MostInner; i++)
            {
                T largest = T.Zero;
                for (int k = 0; k < used; k++)
                    largest = T.Max(largest, Update(room[k]));
                if (largest <= settled)
                    break;
            }
        }
        return most;
    }

    // Blocks of atoms that are silent and stay so are passed over.
    private T Everywhere()
    {
        T largest = T.Zero;
        var threshold = new Vector<T>(penalty);
        for (int first = 0; first < padded; first += Vector<T>.Count)
        {
            var (here, there) = (Vector.Load(code + first), Vector.Load(rest + first));
            if (Vector.EqualsAll(here, Vector<T>.Zero) && Vector.LessThanOrEqualAll(Vector.Abs(there), threshold))
                continue;
            for (int k = first; k < Math.Min(atoms, first + Vector<T>.Count); k++)
                largest = T.Max(largest, Update(k));
        }
        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Update(int k)
    {
        T length = gram[((nint)k * padded) + k], old = code[k], wanted = rest[k] + (length * old);
        T now = wanted > penalty ? (wanted - penalty) / length : wanted < -penalty ? (wanted + penalty) / length : T.Zero;
        T change = now - old;
        if (change == T.Zero)
            return T.Zero;
        code[k] = now;
        Subtract(change, k);
        return T.Abs(change);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Subtract(T change, int k)
    {
        var by = new Vector<T>(change);
        T* row = gram + ((nint)k * padded);
        for (int i = 0; i < padded; i += Vector<T>.Count)
            Vector.Store(Vector.Load(rest + i) - (by * Vector.Load(row + i)), rest + i);
    }

    private void Refresh()
    {
        new Span<T>(pull, padded).CopyTo(new Span<T>(rest, padded));
        for (int k = 0; k < atoms; k++)
            if (code[k] != T.Zero)
                Subtract(code[k], k);
    }

    // As Lasso has it, with |r|^2 = |x|^2 - a.(x D^T + r D^T).
    private T Gap(T silent)
    {
        var (highest, cost, along, explained) = (Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero, Vector<T>.Zero);
        for (int i = 0; i < padded; i += Vector<T>.Count)
        {
            var (a, c) = (Vector.Load(code + i), Vector.Load(rest + i));
            highest = Vector.Max(highest, Vector.Abs(c));
            cost += Vector.Abs(a);
            along += a * c;
            explained += a * Vector.Load(pull + i);
        }
        T largest = penalty;
        for (int i = 0; i < Vector<T>.Count; i++)
            largest = T.Max(largest, highest[i]);
        T s = penalty / largest, half = T.Max(T.Zero, silent - ((Vector.Sum(along) + Vector.Sum(explained)) / T.CreateChecked(2)));
        return ((T.One - s) * (T.One - s) * half) + (penalty * Vector.Sum(cost)) - (s * Vector.Sum(along));
    }
}
