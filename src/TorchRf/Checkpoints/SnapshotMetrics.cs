namespace TorchRf.Checkpoints;

/// <summary>How well the model does at one step, on balanced examples that it is not trained on; means over the initialisations.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">mean (f - y)^2.</param>
/// <param name="Accuracy">How often f > 0.5 says the class; with two classes.</param>
public sealed record SnapshotMetrics(long Step, double Loss, double Accuracy);
