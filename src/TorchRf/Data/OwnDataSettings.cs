using System.Text.Json.Nodes;
using TorchRf.Measures;

namespace TorchRf.Data;

/// <summary>Whose mean is removed from examples that a user brings.</summary>
public enum RemoveMean
{
    /// <summary>That of the whole picture that an example is from.</summary>
    Picture,

    /// <summary>That of each site over all examples of the class.</summary>
    Class,

    /// <summary>Each example's own, over its sites: examples then vary most at their ends.</summary>
    Example,
}

/// <summary>What is brought to unit variance.</summary>
public enum Standardize
{
    /// <summary>Each site.</summary>
    Site,

    /// <summary>All sites together, so that they keep the ratios of their variances.</summary>
    All,

    /// <summary>Nothing: examples keep their units.</summary>
    None,
}

/// <summary>Which class comes first.</summary>
public enum ClassOrder
{
    /// <summary>The one whose covariance has the shortest lengthscale, as measured.</summary>
    Lengthscale,

    /// <summary>The one that is given first.</summary>
    Given,
}

/// <summary>What is done to a user's examples before they are shown.</summary>
/// <param name="RemoveMean">Whose mean is removed.</param>
/// <param name="Standardize">What is brought to unit variance.</param>
/// <param name="Taper">The part of the sites at each end that fades out by a cosine, from 0 to 0.5; of a lattice at each of its edges.</param>
/// <param name="Band">The frequencies that are left of them, before anything else is done; null for all.</param>
public sealed record Preparation(RemoveMean RemoveMean, Standardize Standardize, double Taper = 0, FrequencyBand? Band = null)
{
    /// <summary>What is done to files unless something else is said.</summary>
    public static Preparation OfFiles { get; } = new(RemoveMean.Class, Standardize.Site);

    /// <summary>What is done to photographs.</summary>
    public static Preparation OfPhotographs { get; } = new(RemoveMean.Picture, Standardize.All);

    /// <summary>Why theory does not cover examples that are so prepared; null where it does.</summary>
    internal string? OutsideTheLemma => Standardize == Standardize.None ? "and it takes sites of unit variance, which these examples were not brought to" : null;

    /// <summary>What each site is multiplied by to fade out at the borders, shape (N), Float64; null without a taper.</summary>
    internal Tensor? Window(Lattice lattice)
    {
        if (Taper == 0)
            return null;
        using var scope = torch.NewDisposeScope();
        double reach = Taper * lattice.Side;
        var axis = torch.tensor([.. Enumerable.Range(0, lattice.Side).Select(i => Math.Min(i, lattice.Side - 1 - i) + 0.5)
            .Select(edge => edge >= reach ? 1 : 0.5 * (1 - Math.Cos(Math.PI * edge / reach)))]);
        return (lattice.Dimensions == 1 ? axis : (axis.unsqueeze(1) * axis).flatten()).MoveToOuterDisposeScope();
    }
}

/// <summary>Settings of data that a user brings, as files of examples or as photographs: what is done to them, and which class is which.</summary>
public abstract record OwnDataSettings(string Name) : DataSettings(Name)
{
    /// <inheritdoc/>
    public override bool GoesAround => false;

    /// <summary>Whose mean is removed.</summary>
    [Setting("Own data: whose mean is removed, the whole picture's, each site's over the class, or each example's", Default = "picture; of files class")]
    public RemoveMean RemoveMean { get; init; }

    /// <summary>What is brought to unit variance.</summary>
    [Setting("Own data: what is brought to unit variance, each site, all sites together, or none", Default = "all; of files site")]
    public Standardize Standardize { get; init; }

    /// <summary>The part of the sites at each end that fades out.</summary>
    [Setting("x", "Own data: part of the sites at each end that fades out, against borders", From = 0, To = 0.5)]
    public double Taper { get; init; }

    /// <summary>Which class comes first.</summary>
    [Setting("Own data: classes by measured lengthscale, the longest last, or as given")]
    public ClassOrder Order { get; init; }

    /// <summary>Of each channel's frequencies the central m x m alone; null for all.</summary>
    [Setting("m", "Own data: keep the central m x m of each picture's frequencies alone (of a row's, m)", Default = "all", From = 1, To = 100_000)]
    public int? LowPass { get; init; }

    /// <summary>Of each channel's frequencies all but the central m x m; null for all.</summary>
    [Setting("m", "Own data: keep all but the central m x m of them", Default = "all", From = 1, To = 100_000)]
    public int? HighPass { get; init; }

    /// <inheritdoc/>
    public override JsonObject Earlier => new() { ["sampler"] = "torch", ["standardize"] = "all", ["taper"] = 0, ["order"] = "given", ["low_pass"] = null, ["high_pass"] = null };

    /// <summary>What is done to the examples.</summary>
    protected Preparation Preparation => new(RemoveMean, Standardize, Taper);

    /// <summary>The frequencies that are left of pictures; null for all.</summary>
    /// <param name="channels">Planes, one after another.</param>
    /// <param name="height">Sites from top to bottom; 1 for a row.</param>
    /// <param name="width">Sites from left to right.</param>
    /// <exception cref="InvalidSettingException">There are not so many, or both bands are asked for.</exception>
    protected FrequencyBand? Band(int channels, int height, int width)
    {
        InvalidSettingException.Require(LowPass is null || HighPass is null, nameof(HighPass), HighPass, $"left out with `{nameof(LowPass)}`, for what the two leave is nothing or what one of them does");
        int most = height == 1 ? width : Math.Min(height, width);
        InvalidSettingException.Require(LowPass is null || LowPass <= most, nameof(LowPass), LowPass, $"a whole number from 1 to {most}, the sites along a side");
        InvalidSettingException.Require(HighPass is null || HighPass < most, nameof(HighPass), HighPass, $"a whole number from 1 to {most - 1}, less than the sites along a side");
        return (LowPass ?? HighPass) is int central ? new FrequencyBand(central, LowPass is not null, channels, height, width) : null;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IDataModel> Classes() => Read().Models;

    /// <summary>The classes in the order asked for; a note where that is not the one given.</summary>
    internal IReadOnlyList<IDataModel> Ordered(IReadOnlyList<IDataModel> given, List<string> notes)
    {
        if (Order == ClassOrder.Given || given.Count < 2)
            return given;
        var measured = given.Select(model => (Model: model, Lengthscale: LengthscaleOf(model))).ToArray();
        IDataModel[] ordered = [.. measured.OrderBy(m => m.Lengthscale).Select(m => m.Model)];
        if (!ordered.SequenceEqual(given))
            notes.Add("The classes are in the order of their measured lengthscales, not in the one given: "
                + string.Join(", ", measured.OrderBy(m => m.Lengthscale).Select((m, label) => FormattableString.Invariant($"class {label} is {m.Model.Description} ({m.Lengthscale:0.00} sites)"))) + ".");
        return ordered;
    }

    /// <summary>The lengthscale of a model whose covariance was measured, in sites.</summary>
    // Along a line, whose ends are no neighbours: on a ring the same pairs have the same covariance.
    protected static double LengthscaleOf(IDataModel model)
    {
        using var scope = torch.NewDisposeScope();
        var covariance = ((DenseCovariance)model.Covariance).Matrix;
        if (model.Lattice.Dimensions == 1)
            return CovarianceLengthscale.Of(CovarianceLengthscale.OnLine(covariance)).Lengthscale.item<double>();
        var (distance, mean) = CovarianceLengthscale.ByDistance(CovarianceLengthscale.OnPlane(covariance, model.Lattice.Side));
        return CovarianceLengthscale.Of(mean, distance).Lengthscale.item<double>();
    }
}
