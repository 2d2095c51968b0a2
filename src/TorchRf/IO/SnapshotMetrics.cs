namespace TorchRf.IO;

/// <summary>How well the model does at one step, on balanced examples that it is not trained on; means over the initialisations.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">What is minimised; mean (f - y)^2 unless said otherwise.</param>
/// <param name="Accuracy">How often the answer says the class; null where a model learns without labels.</param>
public sealed record SnapshotMetrics(long Step, double Loss, double? Accuracy);
