namespace TorchRf.Experiments.Reproduction;

/// <summary>How a measured number stands to the paper's.</summary>
public enum Judgement
{
    /// <summary>Within the tolerance, with two standard errors to spare.</summary>
    Same,

    /// <summary>Outside it, with two standard errors to spare.</summary>
    Differs,

    /// <summary>The measurement's own error does not allow to say, or is not known.</summary>
    CannotTell,
}
