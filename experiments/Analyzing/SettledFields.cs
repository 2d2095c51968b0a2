namespace TorchRf.Experiments.Analyzing;

/// <summary>Where the gradient flow on a fixed set of examples takes receptive fields from small random starts.</summary>
/// <param name="Ipr">Their mean inverse participation ratio, with its standard error over the starts.</param>
/// <param name="Logarithm">The mean of its logarithm: where some fields are a few patches and others one, it is that which spreads evenly.</param>
/// <param name="Localized">How many count as localized.</param>
public sealed record SettledFields(Statistic Ipr, Statistic Logarithm, LocalizedFraction Localized)
{
    private const int Starts = 10;
    private const double StartScale = 0.001;

    // As long as 2000 steps of 0.1, unless all rest before: nothing then moves by more than this part of itself in a unit of time.
    private const double Longest = 200, Rest = 1e-5;

    // Steps follow the time, for the field changes ever more slowly: half and a quarter of these end at the same IPR, to the third digit.
    private const double First = 0.1, Growth = 0.1, Last = 4;

    /// <summary>Standard errors from the border within which a mean does not decide.</summary>
    internal const double Certain = 2;

    /// <summary>Follows the flow on examples of two classes.</summary>
    /// <param name="first">Examples of class 0, shape (examples, N), Float64.</param>
    /// <param name="second">Of class 1, which the neuron answers to.</param>
    /// <param name="generator">What the starts are drawn from, as training's are.</param>
    public static SettledFields On(Tensor first, Tensor second, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        using var flow = new SampledFlow(first, second);
        return Of(End(flow, (Moments(first) + Moments(second)) * 0.5, generator));
    }

    /// <summary>Follows the flow with a drive that is known without examples.</summary>
    public static SettledFields By(IDrive drive, ICovariance first, ICovariance second, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        var sites = torch.eye(first.Sites, dtype: ScalarType.Float64);
        return Of(End(new GradientFlow(first, second, drive), (first.Times(sites) + second.Times(sites)) * 0.5, generator));
    }

    /// <summary>The fields that someone has.</summary>
    /// <param name="w">Shape (..., N).</param>
    public static SettledFields Of(Tensor w)
    {
        double[] ipr = InverseParticipationRatio.Each(w);
        return new SettledFields(Statistic.Of(ipr), Statistic.Of([.. ipr.Select(v => Math.Log(v))]), LocalizedFraction.Among(ipr, (int)w.shape[^1]));
    }

    /// <summary>1 where the mean, that of the logarithm, is surely above what counts as localized, -1 where it is surely below, 0 within two standard errors of it; of a single field, by its own IPR.</summary>
    public int Side
    {
        get
        {
            double above = Logarithm.Mean - Math.Log(Localized.Threshold);
            return !double.IsFinite(above) || Math.Abs(above) <= Certain * (Logarithm.StandardError ?? 0) ? 0 : Math.Sign(above);
        }
    }

    internal static Tensor Moments(Tensor x) => x.mT.matmul(x) / x.shape[0];

    // Exponential steps, w + h f(h A) dw/dt with f(z) = (1 - e^-z) / z: exact where the drive does not change, so that they may be long though A, the decay, has fast modes.
    private static Tensor End(IFlow flow, Tensor decay, Generator generator)
    {
        using var noGrad = torch.no_grad();
        var w = Glorot.Normal(Starts, (int)decay.shape[0], StartScale, generator).to(ScalarType.Float64);
        var (rates, modes) = torch.linalg.eigh(decay);
        Tensor? step = null;
        double length = 0;
        for (double time = 0; time < Longest;)
        {
            using var scope = torch.NewDisposeScope();
            double h = Math.Clamp(Growth * time, First, Math.Min(Last, Math.Max(First, Longest - time)));
            if (h != length)
            {
                step?.Dispose();
                var z = (rates * h).clamp(min: 1e-12);
                (step, length) = ((modes * ((-z).expm1() / -z * h)).matmul(modes.mT).DetachFromDisposeScope(), h);
            }
            var change = flow.Velocity(w).matmul(step!);
            w = (w + change).MoveToOuterDisposeScope();
            time += h;
            if ((torch.linalg.norm(change, [-1]) / torch.linalg.norm(w, [-1])).max().item<double>() < Rest * h)
                break;
        }
        step?.Dispose();
        return w;
    }
}
