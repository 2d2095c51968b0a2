using System.Globalization;
using TorchRf.IO;
using LearningRateScheduler = TorchSharp.torch.optim.lr_scheduler.LRScheduler;

namespace TorchRf.Training;

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

    public string Optimizer { get; }

    public Tensor Step(Generator generator)
    {
        model.zero_grad();
        // Summed over initialisations, so that each has the gradient of its own loss.
        var (x, y) = batches.Next(generator);
        var losses = objective.Losses(model, x, y);
        losses.sum().backward();
        optimizer.step();
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
