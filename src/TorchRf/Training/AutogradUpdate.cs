using System.Globalization;
using System.Reflection;
using TorchRf.IO;
using LearningRateScheduler = TorchSharp.torch.optim.lr_scheduler.LRScheduler;

namespace TorchRf.Training;

/// <summary>How a step of training moves a model's parameters: by autograd and an optimiser, or by the same gradient from vector code.</summary>
internal interface IUpdate : IDisposable
{
    /// <summary>What makes the gradient, in a word or two.</summary>
    string Gradient { get; }

    /// <summary>The optimiser and what it goes by ("sgd, lr 0.05"), as checkpoints say it.</summary>
    string Optimizer { get; }

    /// <summary>Draws a batch and moves the parameters; the losses before, which the caller's scope owns.</summary>
    Tensor Step(Generator generator);

    /// <summary>What the optimiser remembers, as tensors of its own that the caller's scope owns.</summary>
    IReadOnlyDictionary<string, Tensor> Capture();

    /// <summary>Checks what a checkpoint says of the optimiser, and gives back what takes it over; nothing is changed before.</summary>
    Action Restorer(Checkpoint checkpoint);
}

/// <summary>Autograd, and any of TorchSharp's optimisers and learning-rate schedulers.</summary>
internal sealed class AutogradUpdate : IUpdate
{
    private readonly nn.Module<Tensor, Tensor> model;
    private readonly IBatches batches;
    private readonly IObjective objective;
    private readonly Func<IEnumerable<Parameter>, torch.optim.Optimizer> makeOptimizer;
    private readonly Func<torch.optim.Optimizer, LearningRateScheduler>? makeScheduler;
    private torch.optim.Optimizer optimizer;
    private LearningRateScheduler? scheduler;

    internal AutogradUpdate(nn.Module<Tensor, Tensor> model, IBatches batches, IObjective objective,
        Func<IEnumerable<Parameter>, torch.optim.Optimizer> makeOptimizer, Func<torch.optim.Optimizer, LearningRateScheduler>? makeScheduler)
    {
        (this.model, this.batches, this.objective, this.makeOptimizer, this.makeScheduler) = (model, batches, objective, makeOptimizer, makeScheduler);
        (optimizer, scheduler) = Make();
        Optimizer = FormattableString.Invariant($"{optimizer.GetType().Name.ToLower(CultureInfo.InvariantCulture)}, lr {string.Join(" and ", optimizer.ParamGroups.Select(group => group.InitialLearningRate.ToString(CultureInfo.InvariantCulture)))}");
    }

    public string Gradient => "autograd";

    /// <summary>What is taken off all that learns after each step; nothing without.</summary>
    internal WeightDecay? Decay { get; init; }

    public string Optimizer { get; }

    public Tensor Step(Generator generator)
    {
        model.zero_grad();
        // Summed over initialisations, so that each has the gradient of its own loss.
        var (x, y) = batches.Next(generator);
        var losses = objective.Losses(model, x, y);
        losses.sum().backward();
        (model as IMaskedGradients)?.MaskGradients();
        optimizer.step();
        Decay?.Of(model.parameters());
        scheduler?.step();
        return losses.detach();
    }

    public IReadOnlyDictionary<string, Tensor> Capture() => OptimizerMemory.Of(optimizer, model);

    public Action Restorer(Checkpoint checkpoint)
    {
        OptimizerMemory.Require(optimizer, model, checkpoint);
        return () =>
        {
            // From the start, for a scheduler cannot go back; its steps have no state but their number.
            optimizer.Dispose();
            (optimizer, scheduler) = Make();
            OptimizerMemory.Take(optimizer, model, checkpoint);
            for (long i = 0; i < checkpoint.Step; i++)
                scheduler?.step();
        };
    }

    /// <summary>Frees the optimiser and the batches, if they are to be freed.</summary>
    public void Dispose()
    {
        optimizer.Dispose();
        (batches as IDisposable)?.Dispose();
    }

    private (torch.optim.Optimizer, LearningRateScheduler?) Make()
    {
        var made = makeOptimizer(model.parameters());
        var schedule = makeScheduler?.Invoke(made);
        if (schedule is torch.optim.lr_scheduler.impl.ReduceLROnPlateau)
            throw new ArgumentException("ReduceLROnPlateau is not taken: where it is depends on all losses so far, which a restored training does not have.", nameof(makeScheduler));
        return (made, schedule);
    }
}

/// <summary>Weights w that shrink at every step, to w - l2 w - l1 sign w.</summary>
/// <param name="l1">By so much.</param>
/// <param name="l2">By that part.</param>
internal sealed class WeightDecay(double l1, double l2)
{
    /// <summary>Shrinks them.</summary>
    internal void Of(IEnumerable<Parameter> parameters)
    {
        using var noGrad = torch.no_grad();
        foreach (var parameter in parameters)
        {
            using var scope = torch.NewDisposeScope();
            var sign = l1 > 0 ? parameter.sign() : null;
            using Scalar kept = 1 - l2, step = -l1;
            parameter.mul_(kept);
            if (sign is not null)
                parameter.add_(sign, step);
        }
    }
}

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
