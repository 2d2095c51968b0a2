using System.Reflection;
using TorchRf.LibTorch.Modules;

namespace TorchRf.LibTorch;

public static partial class torch
{
    /// <summary>Networks: modules and their parameters.</summary>
    public static partial class nn
    {
        /// <summary>Something with parameters, buffers and sub-modules, found in its fields by RegisterComponents.</summary>
        public class Module : IDisposable
        {
            private readonly List<(string name, Parameter parameter)> ownParameters = [];
            private readonly List<(string name, Tensor buffer)> ownBuffers = [];
            private readonly List<(string name, Module module)> ownModules = [];
            private bool registered;

            /// <summary>The name given on construction.</summary>
            protected string name;

            protected Module(string name) => this.name = name;

            public virtual string GetName() => name;

            /// <summary>Registers the parameters, buffers (other tensors) and modules among the fields under the fields' names.</summary>
            protected virtual void RegisterComponents()
            {
                if (registered)
                    return;
                registered = true;
                var seen = new HashSet<string>();
                for (var type = GetType(); type is not null && type != typeof(Module); type = type.BaseType)
                    foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                        if (seen.Add(field.Name))
                            Register(field.Name, field.GetValue(this));
            }

            private void Register(string field, object? value)
            {
                switch (value)
                {
                    case Module module:
                        module.RegisterComponents();
                        ownModules.Add((field, module));
                        break;
                    case Parameter parameter:
                        ownParameters.Add((field, parameter));
                        break;
                    case Tensor buffer:
                        ownBuffers.Add((field, buffer));
                        break;
                }
            }

            /// <summary>The parameters with their names, those of sub-modules as "module.parameter"; one that is shared comes once.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                IEnumerable<(string name, Parameter parameter)> all = ownParameters;
                if (recurse)
                    all = all.Concat(ownModules.SelectMany(m => m.module.named_parameters().Select(p => ($"{m.name}.{p.name}", p.parameter))));
                return all.DistinctBy(p => p.parameter, ReferenceEqualityComparer.Instance);
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            /// <summary>Parameters and buffers by name.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                prefix = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (key, parameter) in ownParameters)
                    destination[prefix + key] = parameter;
                foreach (var (key, buffer) in ownBuffers)
                    destination[prefix + key] = buffer;
                foreach (var (key, module) in ownModules)
                    module.state_dict(destination, prefix + key);
                return destination;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                    return;
                ownParameters.ForEach(p => p.parameter.Dispose());
                ownBuffers.ForEach(b => b.buffer.Dispose());
                ownModules.ForEach(m => m.module.Dispose());
            }
        }

        /// <summary>A module that can be told of its calls; the hooks themselves are not part of this binding.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            protected HookableModule(string name) : base(name) { }
        }

        /// <summary>What can be called with one argument.</summary>
        public interface IModule<T, TResult>
        {
            TResult call(T input1);
        }

        /// <summary>A module of one argument.</summary>
        public abstract class Module<T, TResult> : HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>, IModule<T, TResult>
        {
            protected Module(string name) : base(name) { }

            public abstract TResult forward(T input);

            /// <summary>Runs the module; use this rather than forward.</summary>
            public TResult call(T input) => forward(input);
        }
    }
}
