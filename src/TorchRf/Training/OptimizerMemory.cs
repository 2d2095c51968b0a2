using System.Globalization;
using System.Reflection;
using TorchRf.IO;

namespace TorchRf.Training;

/// <summary>What an optimiser of TorchSharp remembers of each parameter (momenta, counts), as tensors "optimizer.PARAMETER.FIELD".</summary>
internal static class OptimizerMemory
{
    private const string Prefix = "optimizer.";

    /// <summary>Copies that the caller's scope owns; none where an optimiser has nothing to remember yet.</summary>
    internal static Dictionary<string, Tensor> Of(torch.optim.Optimizer optimizer, nn.Module model) =>
        Fields(optimizer, model).Where(f => f.Value is not null).ToDictionary(f => f.Name, f => f.Value is Tensor tensor
            ? tensor.detach().clone()
            : torch.tensor(Convert.ToDouble(f.Value, CultureInfo.InvariantCulture), ScalarType.Float64));

    /// <exception cref="InvalidDataException">The checkpoint lacks something, or has it in another shape.</exception>
    internal static void Require(torch.optim.Optimizer optimizer, nn.Module model, Checkpoint checkpoint)
    {
        var fields = Fields(optimizer, model);
        foreach (var field in fields.Where(f => checkpoint.Tensors.ContainsKey(f.Name) || f.Value is not null))
            checkpoint.Tensor(field.Name, field.IsTensor ? field.Parameter.dtype : ScalarType.Float64, field.IsTensor ? field.Parameter.shape : []);
        if (checkpoint.Tensors.Keys.FirstOrDefault(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !fields.Any(f => f.Name == name)) is string stray)
            throw new InvalidDataException($"The checkpoint has '{stray}', which this run's optimiser does not know.");
    }

    /// <summary>Takes over what <see cref="Require"/> has checked.</summary>
    internal static void Take(torch.optim.Optimizer optimizer, nn.Module model, Checkpoint checkpoint)
    {
        using var noGrad = torch.no_grad();
        foreach (var field in Fields(optimizer, model))
            if (checkpoint.Tensors.TryGetValue(field.Name, out var held))
                field.Set(held);
    }

    private static List<Field> Fields(torch.optim.Optimizer optimizer, nn.Module model)
    {
        if (optimizer is not OptimizerHelper helper)
            return [];
        var names = model.named_parameters().ToDictionary(p => p.parameter.Handle, p => p.name);
        return [.. optimizer.parameters().Zip(helper.state_dict().State)
            .SelectMany(pair => pair.Second.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance)
                .Where(info => info.FieldType == typeof(Tensor) || info.FieldType == typeof(long) || info.FieldType == typeof(double))
                .Select(info => new Field(Prefix + names[pair.First.Handle] + "." + info.Name, pair.First, pair.Second, info)))];
    }

    private sealed record Field(string Name, Parameter Parameter, TorchSharp.Modules.OptimizerState State, FieldInfo Info)
    {
        internal object? Value => Info.GetValue(State);

        internal bool IsTensor => Info.FieldType == typeof(Tensor);

        internal void Set(Tensor held)
        {
            if (Value is Tensor own)
                own.copy_(held);
            else if (IsTensor)
                Info.SetValue(State, held.to(Parameter.device).clone().DetachFromDisposeScope());
            else
                Info.SetValue(State, Convert.ChangeType(held.item<double>(), Info.FieldType, CultureInfo.InvariantCulture));
        }
    }
}
