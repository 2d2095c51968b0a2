namespace TorchRf.Training;

/// <summary>
/// The mean square error, without 1/2 (LSG). A model with one output is to answer the class's number y: mean (f - y)^2 over examples, and
/// its answer is the class whose number is nearest (of two classes, 1 where f > 0.5). One with C outputs is to answer 1 at the class and 0 elsewhere: the mean is
/// over examples and outputs, and its answer is the largest output.
/// </summary>
/// <param name="classes">C.</param>
public sealed class MeanSquaredError(int classes) : IObjective
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
        var answer = f.dim() == 3 ? f.argmax(-1).to(y.dtype) : (0.5 - f).floor().neg().clamp(0, classes - 1);
        return (Losses(f, y).MoveToOuterDisposeScope(), answer.eq(y).to(y.dtype).mean([-1]).MoveToOuterDisposeScope());
    }

    // Torch's own loss, whose gradient is one pass over the answers.
    private Tensor Losses(Tensor f, Tensor y) => f.dim() == 3
        ? nn.functional.mse_loss(f, OneHot.Of(y, classes).expand_as(f), nn.Reduction.None).mean([-2, -1])
        : nn.functional.mse_loss(f, y.expand_as(f), nn.Reduction.None).mean([-1]);
}
