using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

public static partial class torch
{
    // Shape, selection, copies and moves. What can be a view is one.
    public partial class Tensor
    {
        /// <summary>The tensor with its last two dimensions exchanged.</summary>
        public Tensor mT => Aten.transpose_int.Call(this, -2, -1);

        public Tensor t() => Aten.t.Call(this);

        public Tensor view(params long[] shape) => Aten.view.Call(this, shape);

        public Tensor reshape(params long[] shape) => Aten.reshape.Call(this, shape);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Aten.flatten_using_ints.Call(this, start_dim, end_dim);

        public Tensor unsqueeze(long dim) => Aten.unsqueeze.Call(this, dim);

        public Tensor squeeze(long? dim = null) => dim is long d ? Aten.squeeze_dim.Call(this, d) : Aten.squeeze.Call(this);

        public Tensor expand(params long[] sizes) => Aten.expand.Call(this, sizes, false);

        public Tensor transpose(long dim0, long dim1) => Aten.transpose_int.Call(this, dim0, dim1);

        public Tensor permute(params long[] permutation) => Aten.permute.Call(this, permutation);

        public Tensor contiguous() => Aten.contiguous.Call(this);

        public Tensor clone() => Aten.clone.Call(this);

        /// <summary>The same values, outside the record for gradients.</summary>
        public Tensor detach() => Aten.detach.Call(this);

        public Tensor narrow(long dim, long start, long length) => Aten.narrow.Call(this, dim, start, length);

        public Tensor select(long dim, long index) => Aten.select_int.Call(this, dim, index);

        public Tensor slice(long dim, long start, long finish, long step) => Aten.slice_Tensor.Call(this, dim, start, finish, step);

        public Tensor index_select(long dim, Tensor index) => Aten.index_select.Call(this, dim, index);

        public Tensor gather(long dim, Tensor index) => Aten.gather.Call(this, dim, index);

        public Tensor flip(params long[] dims) => Aten.flip.Call(this, dims);

        public Tensor roll(long shifts, long? dims = null) => Aten.roll.Call(this, new[] { shifts }, dims is long d ? new[] { d } : Array.Empty<long>());

        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Aten.diagonal.Call(this, offset, dim1, dim2);

        /// <summary>Where the elements are not zero: (count, dimensions) of Int64.</summary>
        public Tensor nonzero() => Aten.nonzero.Call(this);

        public Tensor real => Aten.real.Call(this);

        /// <summary>The tensor on the CPU: itself if it is there already, then still the same leaf for gradients.</summary>
        public Tensor cpu() => To(dtype, new Device(DeviceType.CPU), false);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Finish(To(type, device, copy, non_blocking), disposeAfter);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Finish(To(dtype, device, copy, non_blocking), disposeAfter);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Finish(To(type, device, copy, non_blocking), disposeAfter);

        private Tensor To(ScalarType type, Device device, bool copy, bool nonBlocking = false) =>
            Aten.to_device.Call(this, device, type, nonBlocking, copy);

        private Tensor Finish(Tensor result, bool disposeAfter)
        {
            if (disposeAfter)
                Dispose();
            return result;
        }

        /// <summary>Selects by numbers, slices, masks or index tensors, one for each dimension.</summary>
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => TensorIndex.Assign(this, indices, value);
        }

        /// <summary>Selects by numbers, slices, masks or index tensors, one for each dimension.</summary>
        public Tensor index(params TensorIndex[] indices) => TensorIndex.Select(this, indices);
    }

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Aten.cat.Call(tensors.ToArray(), dim);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Aten.stack.Call(tensors.ToArray(), dim);
}
