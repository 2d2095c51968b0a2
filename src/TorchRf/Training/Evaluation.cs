using TorchRf.Models;

namespace TorchRf.Training;

/// <summary>How well every initialisation does on the same examples.</summary>
/// <param name="Losses">The loss of each.</param>
/// <param name="Accuracies">How often each one's answer says the class; null where a model learns without labels.</param>
/// <param name="DeadUnits">How many units of each answer to none of the examples (<see cref="UnitNetwork.DeadUnits"/>); null where the model cannot say.</param>
public sealed record Evaluation(IReadOnlyList<double> Losses, IReadOnlyList<double>? Accuracies, IReadOnlyList<int>? DeadUnits)
{
    /// <summary>The mean loss.</summary>
    public double Loss => Losses.Average();

    /// <summary>The mean accuracy; null where a model learns without labels.</summary>
    public double? Accuracy => Accuracies?.Average();

    /// <summary>Evaluates on given examples, however balanced.</summary>
    /// <param name="model">The model.</param>
    /// <param name="objective">What it was trained for.</param>
    /// <param name="x">Shape (examples, N), on the model's device.</param>
    /// <param name="y">The classes' numbers, shape (examples), in the dtype of x.</param>
    public static Evaluation Of(nn.Module<Tensor, Tensor> model, IObjective objective, Tensor x, Tensor y)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (losses, accuracies) = objective.Judge(model, x, y);
        return new Evaluation(Numbers(losses), accuracies is null ? null : Numbers(accuracies),
            model is UnitNetwork network ? [.. Numbers(network.DeadUnits(x).to(x.dtype).sum([-1])).Select(n => (int)n)] : null);
    }

    private static double[] Numbers(Tensor values) => values.ToArray<double>();
}
