namespace TorchRf.Tests.Models;

/// <summary>Random tensors, and gradients by nudging every number, to hold autograd to.</summary>
internal static class FiniteDifferences
{
    internal static Tensor Random(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed);
        return torch.randn(shape, ScalarType.Float64, generator: generator);
    }

    /// <summary>The largest difference between autograd's and the central differences' gradient of the sum of losses, over all trained parameters.</summary>
    internal static double Largest(nn.Module<Tensor, Tensor> model, Func<Tensor> losses)
    {
        const double nudge = 1e-6;
        var trained = model.parameters().Where(p => p.requires_grad).ToArray();
        var byAutograd = torch.autograd.grad([losses().sum()], [.. trained]);
        double largest = 0;
        using var noGrad = torch.no_grad();
        foreach (var (parameter, gradient) in trained.Zip(byAutograd))
        {
            var flat = parameter.view(-1);
            var expected = gradient.reshape(-1).ToArray<double>();
            Assert.That(expected.Any(v => v != 0), "a parameter has no gradient at all");
            for (int i = 0; i < expected.Length; i++)
            {
                double Nudged(double by)
                {
                    flat[i].add_(by);
                    double value = losses().sum().item<double>();
                    flat[i].sub_(by);
                    return value;
                }
                largest = Math.Max(largest, Math.Abs(((Nudged(nudge) - Nudged(-nudge)) / (2 * nudge)) - expected[i]));
            }
        }
        return largest;
    }
}
