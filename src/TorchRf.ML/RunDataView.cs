using Microsoft.ML;
using Microsoft.ML.Data;
using TorchRf.Training;

namespace TorchRf.ML;

/// <summary>What a training left behind as ML.NET's rows.</summary>
public static class RunDataView
{
    /// <summary>One row a snapshot: Step (Int64), Loss and Accuracy (Double; NaN where a model learns without labels).</summary>
    public static IDataView Metrics(TrainingRun run) =>
        new MLContext().Data.LoadFromEnumerable<MetricsRow>([.. run.Metrics.Select(m => new MetricsRow(m.Step, m.Loss, m.Accuracy ?? double.NaN))]);

    /// <summary>One row a receptive field, all units of all initialisations at all snapshots: Step (Int64), Init and Unit (Int32, from 0), and ReceptiveField, a vector of N floats.</summary>
    public static IDataView ReceptiveFields(TrainingRun run) => ReceptiveFields(run.Steps, run.Weights);

    /// <summary>The same of weights that were read from a file, or of those that the theory gives.</summary>
    /// <param name="steps">The steps of the snapshots.</param>
    /// <param name="weights">Shape (snapshots, inits, units, N); copied.</param>
    /// <exception cref="ArgumentException">The weights are not of that shape.</exception>
    public static IDataView ReceptiveFields(IReadOnlyList<long> steps, Tensor weights)
    {
        if (weights.dim() != 4 || weights.shape[0] != steps.Count)
            throw new ArgumentException($"Weights of {steps.Count} snapshots have shape ({steps.Count}, inits, units, N), not ({string.Join(", ", weights.shape)}).", nameof(weights));
        int inits = (int)weights.shape[1], units = (int)weights.shape[2], sites = (int)weights.shape[3];
        var fields = weights.ToArray<float>().Chunk(sites).Select((w, i) => new FieldRow(steps[i / (inits * units)], i / units % inits, i % units, w));
        var schema = SchemaDefinition.Create(typeof(FieldRow));
        schema[nameof(FieldRow.ReceptiveField)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, sites);
        return new MLContext().Data.LoadFromEnumerable<FieldRow>([.. fields], schema);
    }

    private sealed record MetricsRow(long Step, double Loss, double Accuracy);

    private sealed record FieldRow(long Step, int Init, int Unit, float[] ReceptiveField);
}
