// A law of one's own for the sites: the data, the theory and the transition to localization follow from its quantile function.
using TorchRf.Data;
using TorchRf.Data.Marginals;
using TorchRf.Measures;
using TorchRf.Theory;
using TorchSharp;
using static TorchSharp.torch;

foreach (double power in new[] { 0.5, 1, 1.5 })
{
    using var scope = NewDisposeScope();
    var law = new SignedPower(power);
    IDataModel Class(double lengthscale) => new NormalToAnything(Circulant.Gaussian(40, lengthscale), law, $"sign(z)|z|^{power}");
    var flow = GradientFlow.Of(new ClassificationTask(Class(1), Class(3)));

    using var generator = new Generator(1);
    var initial = randn([10, 1, 40], float64, generator: generator) * 0.01;
    var end = new DormandPrince(1e-6).Solve(flow, initial, [500]);
    Console.WriteLine($"{Class(3).Description}: excess kurtosis {law.ExcessKurtosis:F2}, IPR {InverseParticipationRatio.Of(end.Weights).mean().item<double>():F3}");
}

/// <summary>X = sign(Z) |Z|^p / sqrt(E |Z|^(2p)) with Z standard normal.</summary>
internal sealed class SignedPower(double power) : TransformedNormal
{
    private readonly double scale = Math.Sqrt(Moment(2 * power));

    public override double ExcessKurtosis => (Moment(4 * power) / Math.Pow(scale, 4)) - 3;

    public override double Density(double x)
    {
        double z = Math.Pow(Math.Abs(x) * scale, 1 / power);
        return Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * scale * Math.Pow(z, 1 - power) / power;
    }

    public override Tensor Transform(Tensor z)
    {
        using var scope = NewDisposeScope();
        return (z.abs().pow(power) * z.sign() / scale).MoveToOuterDisposeScope();
    }

    // E |Z|^p = 2^(p/2) Gamma((p + 1)/2) / sqrt(pi).
    private static double Moment(double p) => NormalQuadrature.Mean(z => z.abs().pow(p));
}
