using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether operations on this tensor are recorded for gradients.</summary>
        public bool requires_grad
        {
            get
            {
                var result = Native.torchrf_requires_grad(Handle) > 0;
                GC.KeepAlive(this);
                return result;
            }
            set => requires_grad_(value);
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            Native.Check(Native.torchrf_set_requires_grad(Handle, requires_grad ? 1 : 0));
            GC.KeepAlive(this);
            return this;
        }

        /// <summary>The accumulated gradient, or null before any backward pass.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                nint found;
                Native.Check(Native.torchrf_get_grad(Handle, &found));
                GC.KeepAlive(this);
                return found == 0 ? null : Own(found);
            }
            set
            {
                Native.Check(Native.torchrf_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        /// <summary>Accumulates the gradient of this scalar into the leaves it came from.</summary>
        public unsafe void backward()
        {
            var root = Handle;
            Native.Check(Native.torchrf_backward(&root, 1, null, 0, 0, 0));
            GC.KeepAlive(this);
        }
    }

    /// <summary>Gradients without accumulating them.</summary>
    public static partial class autograd
    {
        /// <summary>The gradients of the sum of <paramref name="outputs"/> (weighted by <paramref name="grad_outputs"/>) by each input.</summary>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var roots = Handles(outputs);
            var leaves = Handles(inputs);
            var weights = Handles(grad_outputs ?? []);
            var found = new nint[leaves.Length];
            fixed (nint* r = roots, l = leaves, w = weights, f = found)
            {
                Native.Check(Native.torchrf_grad(r, roots.Length, l, leaves.Length, w, weights.Length,
                    retain_graph || create_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, f));
            }
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(found, handle => handle == 0 ? null! : Tensor.Own(handle));
        }

        private static nint[] Handles(IList<Tensor> tensors) => [.. tensors.Select(t => t.Handle)];
    }
}
