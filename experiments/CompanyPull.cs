using TorchRf.Data.Marginals;

namespace TorchRf.Experiments;

/// <summary>
/// Where non-Gaussian data pull the units of a committee, the units being where Gaussian data of the same covariances have left them: how fast the pull makes them more localized, apart
/// for a unit's own drive E[x sgn(w.x)], which is what the lemma closes, and for the rest, in which it meets what the other units answer.
/// </summary>
/// <param name="Drive">d(ln IPR)/dt by the drive beyond Gaussian data's, the mean of each network's units.</param>
/// <param name="Others">The same by the rest.</param>
internal sealed record CompanyPull(double[] Drive, double[] Others)
{
    internal double[] Total => [.. Drive.Zip(Others, (drive, others) => drive + others)];

    /// <param name="task">Two classes of symmetric data.</param>
    /// <param name="w">Receptive fields of committees of ReLU units, shape (inits, units, N).</param>
    internal static CompanyPull Of(ClassificationTask task, Tensor w, ulong seed)
    {
        using var generator = new Generator(Seeds.Derive(seed, "company"), w.device);
        // Each network on examples of its own, so that they are independent of each other.
        var (drive, others) = (new double[w.shape[0]], new double[w.shape[0]]);
        for (int init = 0; init < drive.Length; init++)
            (drive[init], others[init]) = Growth(task, w[init].to(ScalarType.Float64), generator);
        return new CompanyPull(drive, others);
    }

    private static (double Drive, double Others) Growth(ClassificationTask task, Tensor w, Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        Tensor[] x = [.. task.Classes.Select(law => law.Sample(SampledFlow.Examples, generator, ScalarType.Float64))];
        using var flow = new SampledFlow(x[0], x[1]);
        using var drive = new SampledDrive(x[1]);
        var (zero, one) = (task.Classes[0].Covariance, task.Classes[1].Covariance);
        var gaussian = new GradientFlow(zero, one, Amplifier.Normal()).Velocity(w);
        var driven = new GradientFlow(zero, one, drive).Velocity(w);
        double Rate(Tensor pull) => (Along(w, pull) / InverseParticipationRatio.Of(w)).mean().item<double>();
        return (Rate(driven - gaussian), Rate(flow.Velocity(w) - driven));
    }

    // The derivative of the inverse participation ratio along a direction.
    private static Tensor Along(Tensor w, Tensor direction)
    {
        Tensor square = w.square().sum(-1), fourth = w.pow(4).sum(-1);
        return 4 * (((w.pow(3) * direction).sum(-1) / square.square()) - (fourth * (w * direction).sum(-1) / square.pow(3)));
    }
}
