using TorchRf.Ica;

namespace TorchRf.Tests.Ica;

/// <summary>The two ways to look for components, called alike.</summary>
public enum Search
{
    FixedPoint,
    Autograd,
}

internal static class Searches
{
    internal static IcaSolution Run(this Search search, Tensor x, IcaOptions options, ulong seed = 1, int? components = null, IProgress<IcaStep>? progress = null)
    {
        using var generator = new Generator(seed);
        if (search == Search.FixedPoint)
            return FastIca.Fit(x, components, generator, options, progress);
        using var whitening = Whitening.Of(x, components);
        using var module = new IndependentComponents(whitening, generator);
        return module.Fit(x, options, progress);
    }
}
