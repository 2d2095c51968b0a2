using TorchRf.Models;

namespace TorchRf.Training;

/// <summary>The objective that a model's settings ask for.</summary>
public static class Objectives
{
    /// <param name="settings">The model's settings.</param>
    /// <param name="classes">How many classes there are.</param>
    public static IObjective Of(ModelSettings settings, int classes) =>
        NetworkModels.LearnsWithoutLabels(settings) ? new Reconstruction()
        : settings.Loss == Loss.CrossEntropy ? new CrossEntropy(classes)
        : new MeanSquaredError(classes);
}
