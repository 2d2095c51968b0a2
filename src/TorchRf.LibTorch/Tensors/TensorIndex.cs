using System.Runtime.InteropServices;
using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

public static partial class torch
{
    /// <summary>One entry of an index: a number (drops the dimension), a slice (keeps it), a mask or a tensor of numbers.</summary>
    public struct TensorIndex
    {
        private enum Kind { Slice, Single, Tensor, Ellipsis, None }

        private Kind kind;
        private long? start;
        private long? stop;
        private long? step;
        private Tensor? tensor;

        /// <summary>All of a dimension.</summary>
        public static TensorIndex Colon;

        /// <summary>As many whole dimensions as are left.</summary>
        public static TensorIndex Ellipsis = new() { kind = Kind.Ellipsis };

        /// <summary>A new dimension of length 1.</summary>
        public static TensorIndex None = new() { kind = Kind.None };

        public static TensorIndex Single(long? index) => new() { kind = Kind.Single, start = index };

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { kind = Kind.Slice, start = start, stop = stop, step = step };

        public static TensorIndex Tensor(Tensor tensor) => new() { kind = Kind.Tensor, tensor = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            range.End.IsFromEnd ? (range.End.Value == 0 ? null : -range.End.Value) : range.End.Value);

        /// <summary>How many of the tensor's dimensions this entry is for; a mask is for as many as it has.</summary>
        private readonly long Dimensions => kind switch
        {
            Kind.Ellipsis or Kind.None => 0,
            Kind.Tensor when tensor!.dtype is ScalarType.Bool or ScalarType.Byte => tensor.dim(),
            _ => 1,
        };

        internal static Tensor Select(Tensor source, TensorIndex[] indices)
        {
            using var scope = NewDisposeScope();
            var (view, chosen) = View(source, indices);
            var result = chosen.Any(t => t is not null) ? Aten.index_Tensor.Call(view, Arg.OptionalTensors(chosen)) : view;
            return result.MoveToOuterDisposeScope();
        }

        internal static void Assign(Tensor target, TensorIndex[] indices, Tensor value)
        {
            using var scope = NewDisposeScope();
            var (view, chosen) = View(target, indices);
            // Leading dimensions of length 1 that the place lacks are dropped, as broadcasting alone would not.
            while (value.dim() > view.dim() && value.shape[0] == 1)
                value = value.squeeze(0);
            if (chosen.Any(t => t is not null))
                Aten.index_put_.Call(view, Arg.OptionalTensors(chosen), value);
            else
                view.copy_(value);
        }

        /// <summary>The view that numbers and slices select, and for each of its dimensions the mask or numbers to choose from it.</summary>
        private static (Tensor View, Tensor?[] Chosen) View(Tensor source, TensorIndex[] indices)
        {
            long taken = indices.Sum(i => i.Dimensions);
            if (taken > source.dim())
                throw new ExternalException(FormattableString.Invariant($"too many indices for tensor of dimension {source.dim()}"));
            var view = Aten.alias.Call(source);
            var chosen = new List<Tensor?>();
            foreach (var index in indices)
            {
                int dim = chosen.Count;
                switch (index.kind)
                {
                    case Kind.Single:
                        view = view.select(dim, index.start ?? 0);
                        break;
                    case Kind.Ellipsis:
                        for (long skipped = source.dim() - taken; skipped > 0; skipped--)
                            chosen.Add(null);
                        break;
                    case Kind.None:
                        view = view.unsqueeze(dim);
                        chosen.Add(null);
                        break;
                    case Kind.Slice:
                        if (index.start is not null || index.stop is not null || index.step is not null)
                            view = view.slice(dim, index.start ?? 0, index.stop ?? long.MaxValue, index.step ?? 1);
                        chosen.Add(null);
                        break;
                    case Kind.Tensor:
                        chosen.Add(index.tensor);
                        break;
                }
            }
            return (view, [.. chosen]);
        }
    }
}
