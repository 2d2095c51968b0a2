using TorchRf.Data.Marginals;
using TorchRf.Sampling;

namespace TorchRf.Data;

/// <summary>
/// Spins on a torus of L x L sites, p(s) ~ exp(J sum over bonds of s_i s_j) (IG's temperature is T = 1/J), by Wolff's clusters, from below the critical coupling ln(1 + sqrt 2) / 2 = 0.4407 to above it, where all
/// spins lean one way or the other. Each example is the end of a chain of its own that has forgotten its start to one part in a thousand. The covariance is measured, on clusters too.
/// </summary>
public sealed class IsingTorus : ISampledModel
{
    private const int Parts = 8;

    private readonly Lazy<(ICovariance Covariance, double MeanCluster, long Clusters, double Error)> measured;
    private readonly ExampleSource source;

    /// <param name="side">L &gt;= 4.</param>
    /// <param name="coupling">J, from 0 (independent spins) to 10.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside these.</exception>
    public IsingTorus(int side, double coupling)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 4);
        if (!(coupling >= 0 && coupling <= 10))
            throw new ArgumentOutOfRangeException(nameof(coupling), coupling, "a coupling lies between 0 and 10");
        (Lattice, Coupling) = (Lattice.Torus(side), coupling);
        measured = new(Measure);
        var sampler = new Lazy<WolffSampler>(() => new WolffSampler(side, coupling, measured.Value.MeanCluster));
        source = new ExampleSource((examples, generator, dtype) => Copied(sampler.Value, examples, generator, dtype), () => sampler.Value);
    }

    /// <summary>J.</summary>
    public double Coupling { get; }

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"Ising torus, J = {Coupling}");

    /// <inheritdoc/>
    public int Sites => Lattice.Sites;

    /// <inheritdoc/>
    public Lattice Lattice { get; }

    /// <summary>As measured; <see cref="CovarianceError"/> says how well.</summary>
    public ICovariance Covariance => measured.Value.Covariance;

    /// <summary>The largest standard error of an entry of the covariance.</summary>
    public double CovarianceError => measured.Value.Error;

    /// <inheritdoc/>
    public Marginal Marginal { get; } = new SignMarginal();

    /// <summary>Along an axis, 1 / (ln coth J - 2J) (Onsager); infinite from the critical coupling on, where correlations do not fall off to nothing.</summary>
    public double? CorrelationLength => -Math.Log(Math.Tanh(Coupling)) - (2 * Coupling) is > 0 and var rate ? 1 / rate : double.PositiveInfinity;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => [FormattableString.Invariant($"The covariance of the Ising torus at J = {Coupling} is measured, on {measured.Value.Clusters} of Wolff's clusters, to within {CovarianceError:0.0000} (the largest standard error of an entry).")];

    /// <inheritdoc/>
    public Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null) => source.Draw(Sites, examples, generator, dtype, into);

    ExampleSource ISampledModel.Source => source;

    // Clusters are made on the CPU, whoever asks.
    private Tensor Copied(WolffSampler sampler, long examples, Generator generator, ScalarType dtype)
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.empty(examples, Sites);
        sampler.Fill(VectorSampler.NextKey(generator), x);
        return x.to(dtype, generator.device).MoveToOuterDisposeScope();
    }

    private (ICovariance Covariance, double MeanCluster, long Clusters, double Error) Measure()
    {
        using var scope = torch.NewDisposeScope();
        var parts = WolffSampler.Measure(Lattice.Side, Coupling, Parts);
        Tensor Row(long clusters, long[] reached) => Symmetric(torch.tensor([.. reached.Select(n => (double)n / clusters)], [Lattice.Side, Lattice.Side]));
        long all = parts.Sum(p => p.Clusters);
        var sum = new long[Sites];
        foreach (var (_, reached) in parts)
            for (int i = 0; i < Sites; i++)
                sum[i] += reached[i];
        var spread = torch.stack([.. parts.Select(p => Row(p.Clusters, p.Reached))]).std(0, unbiased: true);
        // What chance made of tiny eigenvalues is not to be negative.
        var waves = torch.fft.rfft2(Row(all, sum)).real.clamp(min: 0.0);
        var row = torch.fft.irfft2(waves, s: [Lattice.Side, Lattice.Side]);
        return (new TorusCovariance(row / row[0, 0]), (double)sum.Sum() / all, all, spread.max().item<double>() / Math.Sqrt(Parts));
    }

    // A torus looks the same in its eight mirrors.
    private static Tensor Symmetric(Tensor row)
    {
        var down = (row + row.flip(0).roll(1, 0)) / 2;
        var both = (down + down.flip(1).roll(1, 1)) / 2;
        return (both + both.mT) / 2;
    }
}
