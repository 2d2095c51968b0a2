using TorchRf.Data.Marginals;

namespace TorchRf.Experiments;

/// <summary>What a data model is, in numbers: covariance, marginal, kurtosis, amplifier.</summary>
public static class Description
{
    private const int MarginalPoints = 81;
    private const double MarginalReach = 4;

    /// <summary>a from -1 to 1, phi(a) of class 1, which the neuron answers to, and its third order where it has one.</summary>
    public static (double[] A, double[] Phi, double[]? Taylor) AmplifierOf(ClassificationTask task, int points)
    {
        using var scope = torch.NewDisposeScope();
        var marginal = task.Answered.Marginal;
        var a = torch.linspace(-1, 1, points, ScalarType.Float64);
        double[] Values(Tensor t) => t.ToArray<double>();
        return (Values(a), Values(marginal.FullAmplifier().Of(a)),
            Amplifier.HasThirdOrder(marginal) ? Values(Amplifier.ThirdOrder(marginal).Of(a)) : null);
    }

    private static JsonValue Kurtosis(Marginal marginal) =>
        double.IsFinite(marginal.ExcessKurtosis) ? JsonValue.Create(marginal.ExcessKurtosis) : JsonValue.Create("infinite");

    private static JsonArray Array(IEnumerable<double> values) => new([.. values.Select(v => (JsonNode)JsonValue.Create(v))]);

    private static JsonObject Class(IDataModel model, int label)
    {
        var json = new JsonObject
        {
            ["label"] = label,
            ["description"] = model.Description,
            ["excess_kurtosis"] = Kurtosis(model.Marginal),
            ["lengthscale"] = Lengthscale(model) is var xi && double.IsFinite(xi) ? JsonValue.Create(xi) : JsonValue.Create("infinite"),
        };
        if (model.RawVariance is double variance)
            json["raw_variance"] = variance;
        json["covariance"] = Array(model.Covariance.FirstRow.ToArray<double>());
        return json;
    }

    /// <summary>The law's own where correlations fall off as exp(-d / xi), otherwise that of the nearest exp(-d^2 / xi^2), as analyze has it, along an axis.</summary>
    public static double Lengthscale(IDataModel model)
    {
        if (model.CorrelationLength is double xi)
            return xi;
        using var scope = torch.NewDisposeScope();
        return CovarianceLengthscale.Of(model.Covariance.FirstRow.narrow(0, 0, Math.Max(2, (model.Lattice.Side / 2) + 1))).Lengthscale.item<double>();
    }

    /// <summary>All of it as one document.</summary>
    public static JsonObject Json(DataSettings settings, ClassificationTask task)
    {
        var (a, phi, taylor) = AmplifierOf(task, 41);
        var marginal = task.Answered.Marginal;
        var x = Enumerable.Range(0, MarginalPoints).Select(i => MarginalReach * ((2.0 * i / (MarginalPoints - 1)) - 1)).ToArray();
        return new JsonObject
        {
            ["data"] = settings.Name,
            ["sites"] = task.Sites,
            ["dimensions"] = task.Lattice.Dimensions,
            ["excess_kurtosis"] = Kurtosis(marginal),
            ["classes"] = new JsonArray([.. task.Classes.Select(Class)]),
            ["marginal"] = marginal.Atoms.Count > 0
                ? new JsonObject { ["atoms"] = Array(marginal.Atoms.Select(p => p.X)), ["probability"] = Array(marginal.Atoms.Select(p => p.Probability)) }
                : new JsonObject { ["x"] = Array(x), ["density"] = Array(x.Select(marginal.Density)) },
            ["amplifier"] = new JsonObject
            {
                ["a"] = Array(a),
                ["phi"] = Array(phi),
                ["taylor"] = taylor is null ? null : Array(taylor),
            },
            ["outside_the_lemma"] = task.Answered.OutsideTheLemma,
            ["notes"] = new JsonArray([.. task.Notes.Select(n => (JsonNode)JsonValue.Create(n))]),
        };
    }
}
