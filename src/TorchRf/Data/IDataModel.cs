using TorchRf.Data.Marginals;

namespace TorchRf.Data;

/// <summary>
/// A law of examples x over N sites: every site has mean 0 and variance 1. It draws examples and knows its own
/// statistics, which are all that the theory takes from it.
/// </summary>
public interface IDataModel
{
    /// <summary>What the model is and with which parameter, in one line ("Ising ring, J = 0.3").</summary>
    string Description { get; }

    /// <summary>N, the number of sites.</summary>
    int Sites { get; }

    /// <summary>How the sites are arranged; a ring, unless a model says otherwise.</summary>
    Lattice Lattice => Lattice.Ring(Sites);

    /// <summary>E[x x^T], shape (N, N); its diagonal is 1, save in models estimated from data, where only its mean is.</summary>
    ICovariance Covariance { get; }

    /// <summary>The law of one site.</summary>
    Marginal Marginal { get; }

    /// <summary>The variance of a site before the law was scaled to 1; null for laws that have no other scale.</summary>
    double? RawVariance => null;

    /// <summary>xi in sites, where correlations fall off as exp(-d / xi) far away, on a lattice without end; null where they do so in another way.</summary>
    double? CorrelationLength => null;

    /// <summary>
    /// Why LSG's Lemma 3.1, which takes w.x for Gaussian, does not cover this model, to follow "the lemma takes w.x for Gaussian; "; null where it does,
    /// where it has a form of its own (elliptical laws), and where nothing is known against it.
    /// </summary>
    string? OutsideTheLemma => null;

    /// <summary>What whoever goes by these data should know of them, in sentences: what was left out, how they were scaled.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>Draws independent examples.</summary>
    /// <param name="examples">How many.</param>
    /// <param name="generator">The stream of randomness; its device is where the examples are made.</param>
    /// <param name="dtype">Float32 to train, Float64 for checks of the theory.</param>
    /// <param name="into">Where they go instead of to a new tensor: shape (examples, N), contiguous, of that dtype and on that device.</param>
    /// <returns>Shape (examples, N); <paramref name="into"/> where it is given.</returns>
    Tensor Sample(long examples, Generator generator, ScalarType dtype = ScalarType.Float32, Tensor? into = null);
}

/// <summary>Data that are so many examples and no more: a sample, and not a law. What is drawn of them repeats, and what is said of them has errors.</summary>
public interface IExamples
{
    /// <summary>How many there are. Windows of a photograph overlap, so that they are not independent.</summary>
    long Count { get; }

    /// <summary>
    /// What the values of each site were made examples by, (value - Mean) / Scale; both of shape (N), Float64 on the CPU. Null where that is not all, as where each row lost a mean of its own.
    /// </summary>
    (Tensor Mean, Tensor Scale)? Origin => null;

    /// <summary>The examples in order and with their own signs, as they are shown: evenly spread over all where there are more than are wanted.</summary>
    /// <param name="most">How many at most, at least 1.</param>
    /// <returns>Shape (examples, N), Float64 on the CPU.</returns>
    Tensor Examples(long most = long.MaxValue);

    /// <summary>The examples of the given numbers, as they are shown: how more of them than memory holds are gone through.</summary>
    /// <param name="numbers">From 0 to <see cref="Count"/> - 1 each.</param>
    /// <returns>Shape (numbers, N), Float64 on the CPU.</returns>
    Tensor Examples(ReadOnlySpan<long> numbers)
    {
        using var scope = torch.NewDisposeScope();
        return Examples().index_select(0, torch.tensor(numbers.ToArray())).MoveToOuterDisposeScope();
    }
}
