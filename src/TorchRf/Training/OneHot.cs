namespace TorchRf.Training;

/// <summary>Classes as vectors.</summary>
internal static class OneHot
{
    /// <summary>1 at the class and 0 elsewhere, shape (batch, classes), in the dtype of y.</summary>
    internal static Tensor Of(Tensor y, int classes) => y.unsqueeze(-1).eq(torch.arange(0, classes, y.dtype, y.device)).to(y.dtype);
}
