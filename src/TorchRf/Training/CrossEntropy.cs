namespace TorchRf.Training;

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
        return (Losses(f, y).MoveToOuterDisposeScope(), f.argmax(-1).to(y.dtype).eq(y).to(y.dtype).mean([-1]).MoveToOuterDisposeScope());
    }

    private Tensor Losses(Tensor f, Tensor y) => (f.log_softmax(-1) * OneHot.Of(y, classes)).sum([-1]).mean([-1]).neg();

    private Tensor Outputs(nn.Module<Tensor, Tensor> model, Tensor x)
    {
        var f = model.call(x);
        return f.dim() == 3 && f.shape[2] == classes
            ? f
            : throw new ArgumentException($"Cross-entropy over {classes} classes needs answers of shape (inits, batch, {classes}), not ({string.Join(", ", f.shape)}).", nameof(model));
    }
}
