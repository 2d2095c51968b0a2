using TorchRf.LibTorch.Modules;

namespace TorchRf.LibTorch;

public static partial class torch
{
    /// <summary>Optimisers.</summary>
    public static partial class optim
    {
        /// <summary>Stochastic gradient descent, as in torch.optim.SGD.</summary>
        public static SGD SGD(IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0,
            double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
            new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

        /// <summary>Moves parameters along their gradients.</summary>
        public abstract class Optimizer : IDisposable
        {
            /// <param name="handle">Unused: this binding's optimisers are written in C#.</param>
            protected Optimizer(IntPtr handle) { }

            public abstract IEnumerable<Parameter> parameters();

            /// <summary>Sets the gradients to zero.</summary>
            public virtual void zero_grad()
            {
                foreach (var parameter in parameters())
                {
                    using var gradient = parameter.grad;
                    gradient?.zero_();
                }
            }

            /// <summary>One step. A closure, if given, is called first and its loss returned.</summary>
            public abstract Tensor? step(Func<Tensor>? closure = null);

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing) { }
        }

        /// <summary>An optimiser with momentum.</summary>
        public interface IMomentum
        {
            double Momentum { get; set; }
        }
    }
}
