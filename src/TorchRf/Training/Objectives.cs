using TorchRf.Models;

namespace TorchRf.Training;

/// <summary>What a training minimises, for every initialisation on its own.</summary>
public interface IObjective
{
    /// <summary>The loss of every initialisation on a batch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="x">Shape (batch, N), shown to all initialisations, or (inits, batch, N), to each its own.</param>
    /// <param name="y">The classes' numbers, shape (batch) or (inits, batch), in the dtype of x.</param>
    /// <returns>Shape (inits).</returns>
    Tensor Losses(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y);

    /// <summary>The losses, and how often each initialisation's answer says the class; null where that has no meaning. Both of shape (inits).</summary>
    (Tensor Losses, Tensor? Accuracies) Judge(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y) => (Losses(model, x, y), null);
}

/// <summary>The objectives there are.</summary>
public static class Objectives
{
    /// <summary>A model's own loss, if it has one, or else the one that is asked for.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">What a model that is shown labels minimises.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="targets">What one output is to answer on each class; its number without.</param>
    public static IObjective Of(nn.Module<Tensor, Tensor> model, Loss loss, int classes, IReadOnlyList<double>? targets = null) =>
        model is IReconstruction ? new Reconstruction()
        : loss == Loss.CrossEntropy ? new CrossEntropy(classes)
        : new MeanSquaredError(classes, targets);

    /// <summary>1 at the class and 0 elsewhere, shape (batch, classes), in the dtype of y.</summary>
    internal static Tensor OneHot(Tensor y, int classes) => nn.functional.one_hot(y.to(ScalarType.Int64), classes).to(y.dtype);

    /// <summary>How often a guess is the class, shape (inits).</summary>
    internal static Tensor Accuracies(Tensor guess, Tensor y) => guess.to(y.dtype).eq(y).to(y.dtype).mean([-1]);
}

/// <summary>
/// The mean square error, without 1/2 (LSG). A model with one output is to answer the class's number y: mean (f - y)^2 over examples, and
/// its answer is the class whose number is nearest (of two classes, 1 where f > 0.5). One with C outputs is to answer 1 at the class and 0 elsewhere: the mean is
/// over examples and outputs, and its answer is the largest output.
/// </summary>
/// <param name="classes">C.</param>
/// <param name="targets">What one output is to answer on each class in place of its number.</param>
public sealed class MeanSquaredError(int classes, IReadOnlyList<double>? targets = null) : IObjective
{
    /// <inheritdoc/>
    public Tensor Losses(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        return Losses(model.call(x), y).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Losses, Tensor? Accuracies) Judge(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        var f = model.call(x);
        // The nearest number, 0 at 0.5.
        var guess = f.dim() == 3 ? f.argmax(-1) : targets is null ? (0.5 - f).floor().neg().clamp(0, classes - 1) : (f.unsqueeze(-1) - Wanted(f)).abs().argmin(-1);
        return (Losses(f, y).MoveToOuterDisposeScope(), Objectives.Accuracies(guess, y).MoveToOuterDisposeScope());
    }

    private Tensor Losses(Tensor f, Tensor y) => f.dim() == 3
        ? nn.functional.mse_loss(f, Objectives.OneHot(y, classes).expand_as(f), nn.Reduction.None).mean([-2, -1])
        : nn.functional.mse_loss(f, (targets is null ? y : Wanted(f)[y.to(ScalarType.Int64)]).expand_as(f), nn.Reduction.None).mean([-1]);

    private Tensor Wanted(Tensor like) => torch.tensor(targets!.ToArray(), like.dtype, like.device);
}

/// <summary>
/// The cross-entropy of a model with C outputs: mean over examples of log sum_c exp(f_c) - f_y. Its answer is the largest output.
/// </summary>
/// <param name="classes">C.</param>
public sealed class CrossEntropy(int classes) : IObjective
{
    /// <inheritdoc/>
    public Tensor Losses(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        return Losses(Outputs(model, x), y).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public (Tensor Losses, Tensor? Accuracies) Judge(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        var f = Outputs(model, x);
        return (Losses(f, y).MoveToOuterDisposeScope(), Objectives.Accuracies(f.argmax(-1), y).MoveToOuterDisposeScope());
    }

    private static Tensor Losses(Tensor f, Tensor y) => nn.functional.cross_entropy(
        f.flatten(0, 1), y.to(ScalarType.Int64).expand(f.shape[0], -1).flatten(), reduction: nn.Reduction.None).view(f.shape[0], -1).mean([-1]);

    private Tensor Outputs(nn.Module<Tensor, Tensor> model, Tensor x)
    {
        var f = model.call(x);
        // A network alone has no axis of initialisations.
        f = f.dim() == 2 ? f.unsqueeze(0) : f;
        return f.dim() == 3 && f.shape[2] == classes
            ? f
            : throw new ArgumentException($"Cross-entropy over {classes} classes needs answers of shape (inits, batch, {classes}) or (batch, {classes}), not ({string.Join(", ", f.shape)}).", nameof(model));
    }
}

/// <summary>The loss that a model without labels has of its own.</summary>
public sealed class Reconstruction : IObjective
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The model has none.</exception>
    public Tensor Losses(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y) => model is IReconstruction own
        ? own.Losses(x)
        : throw new ArgumentException($"{model.GetName()} has no loss of its own.", nameof(model));
}
