using TorchRf.Data;
using TorchRf.Data.Marginals;

namespace TorchRf.Experiments.Analyzing;

/// <summary>Whether a single ReLU neuron would localize on a user's examples, why, and what the lemma says of them (LSG Lemma 3.1 and Claim 3.2).</summary>
public sealed class Analysis
{
    // Estimates within this many standard errors of the border do not decide.
    private const double Certain = 3;

    // A tail index below which, uncertain, it is worth a note.
    private const double NearInfinite = 6;

    // Skewness that would show in a histogram.
    private const double Lopsided = 0.1;

    // Sites count as varying alike while their variances spread by less than this part of their mean.
    private const double Alike = 0.2;

    /// <summary>Measures a task's classes.</summary>
    /// <param name="task">Each class so many examples, as files and photographs are; one class, two, or more.</param>
    /// <exception cref="InvalidDataException">The examples are too few.</exception>
    public Analysis(ClassificationTask task)
    {
        Classes = [.. task.Classes.Select(c => new ClassStatistics(c))];
        Notes = task.Notes;
        Amplifier = Data.Marginals.Amplifier.Empirical(Answered.Marginal);
        if (Classes.Count == 2 && Statistic.Jackknife(ClassStatistics.Groups, g => Instability(g) ?? double.NaN) is var growth && double.IsFinite(growth.Mean) && double.IsFinite(growth.Error))
            Growth = growth;
        Prediction = Expectation.Of(task, Classes);
    }

    /// <summary>The classes in the task's order, of two the one of the longer lengthscale last unless another order was asked for.</summary>
    public IReadOnlyList<ClassStatistics> Classes { get; }

    /// <summary>What the data say about themselves, and what was left out here.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The class that the neuron answers to, and whose marginal decides: class 1 of two, of more that of the longest lengthscale.</summary>
    public ClassStatistics Answered => Classes.Count == 2 ? Classes[1] : Classes.MaxBy(c => c.Lengthscale)!;

    /// <summary>"class 1".</summary>
    public string AnsweredName => Invariant($"class {Classes.Index().First(c => c.Item == Answered).Index}");

    /// <summary>phi of that class's values.</summary>
    public Amplifier Amplifier { get; }

    /// <summary>How unstable theory's constant field is between the two classes' circulant means; null with one class, and where it does not decide in the
    /// sample or in a part of it (<see cref="ConstantField"/>).</summary>
    public Statistic? Growth { get; }

    /// <summary>What is to be expected.</summary>
    public Expectation Prediction { get; }

    /// <summary>It in a sentence; where the examples do not tell, no more than that.</summary>
    public string Verdict => Prediction.Outcome == Outcome.CannotTell ? "These examples do not tell whether receptive fields localize." : $"Predicted: {Prediction.Said}.";

    /// <summary>What decides; then what the kurtosis and the lemma say, which do not.</summary>
    public IReadOnlyList<string> Reasons => [.. Prediction.Reasons, Kurtosis(), .. Dynamics()];

    /// <summary>What the theory assumes and these examples do not keep.</summary>
    public IReadOnlyList<string> Warnings => [.. Classes.SelectMany((c, label) => WarningsOf(c, Classes.Count > 1 ? $"Class {label}" : "The sample")).Distinct()];

    private double? Instability(int? without) =>
        ConstantField.Instability(Classes[0].RingWithout(without), Classes[1].RingWithout(without), Data.Marginals.Amplifier.Empirical(Classes[1].MarginalWithout(without)));

    private string Whose => Classes.Count > 1 ? $"The excess kurtosis of {AnsweredName}, {(Classes.Count == 2 ? "which the neuron answers to" : "of the longest lengthscale")}," : "The excess kurtosis";

    private string Kurtosis()
    {
        var k = Answered.Kurtosis;
        if (k.LooksInfinite)
            return Invariant($"{Whose} is likely infinite: the tail falls like a power, index {k.TailIndex:0.0} ± {k.TailError:0.0}, and up to 4 there is no fourth moment. The sample's own {k.ExcessKurtosis:0.0} means nothing and does not settle with more examples.");
        string sign = k.Sign switch
        {
            < 0 => "negative: the amplifier φ of the lemma is super-linear",
            > 0 => "positive: the amplifier φ of the lemma is not super-linear",
            _ => "not to be told from 0, that of a Gaussian",
        };
        // The error is that of a fourth moment, and so needs the eighth.
        string guess = k.ErrorIsKnown ? "" : Invariant($" (an error that is a guess, for the tail index, {k.TailIndex:0.0}, is not above 8)");
        return Invariant($"{Whose} is {k.ExcessKurtosis:0.000} ± {k.StandardError:0.000}{guess}, {sign}.");
    }

    private IEnumerable<string> Dynamics()
    {
        if (Growth is Statistic growth && Math.Abs(growth.Mean) > Certain * growth.Error)
            yield return Invariant($"Between these lengthscales its constant field is {(growth.Mean > 0 ? "unstable: ripples exceed" : "stable: ripples miss")} what they need to grow by {100 * Math.Abs(growth.Mean):0.0} ± {100 * growth.Error:0.0} %.");
    }

    private static IEnumerable<string> WarningsOf(ClassStatistics c, string name)
    {
        var k = c.Kurtosis;
        if (Math.Abs(k.Skewness) > Math.Max(Lopsided, Certain * k.SkewnessError))
            yield return Invariant($"{name} is not symmetric (skewness {k.Skewness:0.00} ± {k.SkewnessError:0.00}); the theory takes x and -x for equally likely, and φ here is that of the values made so.");
        if (!c.IsRing)
            yield return Invariant($"{name} is not stationary on a {(c.Lattice.Dimensions == 1 ? "ring" : "torus")}: its covariance is {100 * c.OffRing:0} % off the circulant one that the theory assumes (chance: {100 * c.CovarianceNoise:0} %). ")
                + (c.Lattice.Dimensions == 1 ? "Along a line" : "On a plane") + (c.IsLine ? $" it is stationary: its {(c.Lattice.Dimensions == 1 ? "ends" : "edges")} are no neighbours. " : " it is not either: sites differ. ")
                + "The circulant mean was used.";
        if (c.VarianceSpread > Alike)
            yield return Invariant($"{name} varies more at some sites than at others (from {c.VarianceRange.Least:0.00} to {c.VarianceRange.Most:0.00} times the mean variance): its {c.OuterSites.Count} outer sites, {100.0 * c.OuterSites.Count / c.Sites:0} % of all, hold {100 * c.OuterShare:0} % of it. Fields go where the variance is (--standardize site, --taper).");
        if (c.CovarianceNoise > 0.2)
            yield return Invariant($"{name} has few independent examples: groups of them put the covariance's error at {100 * c.CovarianceNoise:0} %.");
        if (!k.LooksInfinite && k.TailIndex < NearInfinite && k.TailIndex - (Certain * k.TailError) < 4)
            yield return Invariant($"{name} may have an infinite kurtosis: its tail index, {k.TailIndex:0.0} ± {k.TailError:0.0}, is not surely above 4.");
    }
}
