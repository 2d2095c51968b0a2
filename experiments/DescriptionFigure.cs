namespace TorchRf.Experiments;

/// <summary>A data model as a picture: the classes' covariances, and the law and the amplifier of class 1.</summary>
public static class DescriptionFigure
{
    public static Figure Of(ClassificationTask task)
    {
        var answered = task.Answered;
        string whose = task.Classes.Count > 1 ? " of class 1" : "";
        return new Figure(string.Join(" against ", task.Classes.Select(c => c.Description)),
            [Covariance(task), LawPanels.Marginal(answered, null, "Marginal" + whose), LawPanels.Amplification(answered.Marginal, "Amplifier" + whose)])
        {
            Caption = $"N = {task.Lattice}.{(task.Classes.Count > 1 ? " Class 1 is the one that the neuron answers to." : "")}",
        };
    }

    private static Panel Covariance(ClassificationTask task) => new("Covariance", new Axis(task.Lattice.Dimensions == 1 ? "distance (sites)" : "distance along a row (sites)"), new Axis("E[x x']"))
    {
        Series = [.. LawPanels.Covariances(task.Classes, Math.Min(30, task.Lattice.Side / 2), label => $"class {label}")],
        Legend = LegendPlacement.TopRight,
    };
}
